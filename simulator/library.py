"""The guides that people bring: read, indexed, and made into questions."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from simulator.domain import Frozen, Lang, OpenQuestion, Rubric
from simulator.errors import GuideError
from simulator.grading.own_questions import derive_questions, topics
from simulator.grading.similarity import Matcher
from simulator.guide.chunking import sections
from simulator.guide.ingest import read_guide
from simulator.guide.repair import repair
from simulator.guide.store import GuideStore
from simulator.interview.bank import read_folder
from simulator.interview.writing import write_questions
from simulator.progress import Report

MAX_GUIDES = 100
MAX_SECTIONS = 3_000


class Shelved(Frozen):
    """A guide that was taken in. Counts are of sections and of questions derived from it."""

    guide: str
    version: str
    sections: int
    questions: int


class Library:
    """People's own guides over the store of all guides.

    Derived questions are kept in `folder`, a bank folder of their own. `shipped` are names that
    nobody may take; `changed` is told the name of every guide that came, changed or went.
    """

    def __init__(
        self,
        store: Callable[[], GuideStore],
        matcher: Callable[[], Matcher],
        rubric: Rubric,
        folder: Path,
        shipped: Collection[str],
        changed: Callable[[str], None],
    ) -> None:
        self._store = store
        self._matcher = matcher
        self._rubric = rubric
        self._folder = folder
        self._shipped = shipped
        self._changed = changed

    def names(self) -> list[str]:
        """The guides that people brought, sorted."""
        return [name for name in self._store().names() if name not in self._shipped]

    def add(self, path: Path, name: str, lang: Lang) -> Shelved:
        """Read, repair and index a file under `name`, and derive its questions in `lang`.

        Raises GuideError, StorageError.
        """
        return self.shelve(self.read(path, name), name, lang)

    def read(self, path: Path, name: str, on_page: Report = lambda _done, _total: None) -> str:
        """The repaired text of a file that may be shelved as `name`; `on_page` counts the pages of
        a PDF. Raises GuideError."""
        if name in self._shipped:
            raise GuideError(f"'{name}' is a guide that ships; rename the file")
        known = self.names()
        if name not in known and len(known) >= MAX_GUIDES:
            raise GuideError(f"there are {MAX_GUIDES} guides already; delete one")
        return repair(read_guide(path, name=name, on_page=on_page))

    def shelve(
        self, text: str, name: str, lang: Lang, on_progress: Report = lambda _done, _total: None
    ) -> Shelved:
        """Index a text that was read, and derive its questions in `lang`.

        `on_progress` counts sections and then questions. Raises GuideError, StorageError.
        """
        cut = sections(text, name)
        if len(cut) > MAX_SECTIONS:
            raise GuideError(f"'{name}' has {len(cut)} sections, at most {MAX_SECTIONS}; split it")
        total = len(cut) + len(topics(cut))
        done = self._store().ingest(name, text, lambda n, _: on_progress(n, total))
        made = self.derive(name, lang, lambda n, _: on_progress(len(cut) + n, total))
        return Shelved(
            guide=name, version=done.version, sections=done.sections, questions=len(made)
        )

    def questions(self, name: str, lang: Lang) -> list[OpenQuestion]:
        """The questions derived from a guide, made now where there are none in this language."""
        return self._kept(name, lang) or self.derive(name, lang)

    def derive(
        self, name: str, lang: Lang, on_question: Report = lambda _done, _total: None
    ) -> list[OpenQuestion]:
        """Make the questions of a guide anew; those of an earlier text go, in every language.

        Grades keep the criteria that they were made with. Raises GuideError, StorageError.
        """
        found = self._store().open(name).sections
        for old in Lang:
            for question in self._kept(name, old):
                (self._folder / "open" / f"{question.id}.{old}.yaml").unlink(missing_ok=True)
        made = derive_questions(name, found, self._rubric, self._matcher(), lang, on_question)
        write_questions(self._folder, made)
        self._changed(name)
        return made

    def delete(self, name: str) -> None:
        """Forget a guide of a person; its derived questions stay for interviews that had them."""
        if name in self._shipped:
            raise GuideError("the guide that ships stays; delete one of your own")
        self._store().delete(name)
        self._changed(name)

    def _kept(self, name: str, lang: Lang) -> list[OpenQuestion]:
        return [
            question
            for question in read_folder(self._folder, lang)
            if isinstance(question, OpenQuestion) and question.derived_from == name
        ]
