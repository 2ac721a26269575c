"""The bank of questions: closed ones by topic, open ones one a file, one bank per language.

A bank folder holds ``closed/TOPIC.LANG.yaml`` (a list of questions; topic and language come from
the file's name) and ``open/QUESTION-ID.LANG.yaml`` (one question a file).
"""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

from pydantic import ValidationError

from simulator.domain import ClosedQuestion, Frozen, Lang, OpenQuestion
from simulator.errors import BankError
from simulator.yaml_files import first_fault, read_yaml

MAX_QUESTIONS = 20_000
_FROM_THE_NAME = {"topic", "lang"}


class Bank(Frozen):
    """Every question of one language, in the order of the files. Ids are unique in the bank."""

    lang: Lang
    closed: tuple[ClosedQuestion, ...] = ()
    open: tuple[OpenQuestion, ...] = ()

    @cached_property
    def _by_id(self) -> dict[str, ClosedQuestion | OpenQuestion]:
        every: list[ClosedQuestion | OpenQuestion] = [*self.closed, *self.open]
        return {question.id: question for question in every}

    @property
    def topics(self) -> tuple[str, ...]:
        """Topics of the closed questions, in order, without repeats."""
        return tuple(dict.fromkeys(question.topic for question in self.closed))

    @property
    def reviewed(self) -> Bank:
        """The bank without the questions that code derived from guides."""
        return Bank(
            lang=self.lang,
            closed=self.closed,
            open=tuple(question for question in self.open if not question.derived_from),
        )

    def question(self, id: str) -> ClosedQuestion | OpenQuestion:
        """The question with this id. Raises BankError that names close matches."""
        if found := self._by_id.get(id):
            return found
        raise BankError(f"there is no question '{id[:80]}' in {self.lang}; {self._near(id)}")

    def closed_question(self, id: str) -> ClosedQuestion:
        """The closed question with this id. Raises BankError."""
        found = self.question(id)
        if isinstance(found, ClosedQuestion):
            return found
        raise BankError(f"'{id}' is an open question; name a closed one")

    def open_question(self, id: str) -> OpenQuestion:
        """The open question with this id. Raises BankError."""
        found = self.question(id)
        if isinstance(found, OpenQuestion):
            return found
        raise BankError(f"'{id}' is a closed question; name an open one")

    def asked(self, question: str) -> OpenQuestion:
        """The open question with this id or text; else the text itself, without criteria.

        Raises BankError for a single word that is no id, or nothing at all.
        """
        question = question.strip()
        if not question:
            raise BankError("the question is empty; give its text or an id of the bank")
        for known in self.open:
            if question in (known.id, known.text.strip()):
                return known
        if " " not in question:
            return self.open_question(question)
        digest = hashlib.sha256(question.encode()).hexdigest()[:12]
        return OpenQuestion(id=f"own-{digest}", lang=self.lang, text=question)

    def _near(self, id: str) -> str:
        near = difflib.get_close_matches(id[:80], self._by_id, n=3, cutoff=0.5)
        near = near or [known for known in self._by_id if id and id[:80] in known][:3]
        if near:
            return f"did you mean {', '.join(near)}?"
        return f"the bank has {len(self._by_id)}, for example {', '.join(list(self._by_id)[:3])}"


def load_bank(folders: Iterable[Path], lang: Lang | str) -> Bank:
    """The bank of one language out of several folders; a folder that does not exist is empty.

    Raises BankError naming file, question and fault: broken YAML, an unknown or missing field, an
    id used twice, or no question at all.
    """
    lang = Lang(lang)
    folders = list(folders)
    origin: dict[str, Path] = {}
    closed: list[ClosedQuestion] = []
    open_: list[OpenQuestion] = []
    for folder in folders:
        for path, question in _questions(folder, lang):
            _claim(question.id, path, origin)
            if isinstance(question, ClosedQuestion):
                closed.append(question)
            else:
                open_.append(question)
    if not origin:
        where = " or ".join(str(folder) for folder in folders)
        raise BankError(f"there are no questions in '{lang}' in {where}; add or import some")
    return Bank(lang=lang, closed=tuple(closed), open=tuple(open_))


def read_folder(folder: Path, lang: Lang) -> list[ClosedQuestion | OpenQuestion]:
    """The questions of one bank folder; none where it does not exist. Raises BankError."""
    return [question for _, question in _questions(folder, lang)]


def closed_questions(path: Path, lang: Lang) -> Iterator[ClosedQuestion]:
    """The questions of one ``closed/TOPIC.LANG.yaml``. Raises BankError."""
    items = read_yaml(path)
    if not isinstance(items, list):
        raise BankError(f"{path.name}: must be a list of questions; start each one with '- id:'")
    topic = path.name.removesuffix(f".{lang}.yaml")
    for number, item in enumerate(items, start=1):
        where = f"{path.name}, {_label(item, number)}"
        yield closed_question(item, topic=topic, lang=lang, where=where)


def closed_question(item: object, *, topic: str, lang: Lang, where: str) -> ClosedQuestion:
    """A closed question out of its YAML mapping; `where` opens the BankError it may raise."""
    fields = _fields(item, where)
    if given := _FROM_THE_NAME & fields.keys():
        raise BankError(f"{where}: {given.pop()} comes from the file's name; remove it")
    try:
        return ClosedQuestion.model_validate({**fields, "topic": topic, "lang": lang})
    except ValidationError as error:
        raise BankError(f"{where}: {first_fault(error)}; fix it") from None


def open_question(item: object, *, lang: Lang, where: str) -> OpenQuestion:
    """An open question out of its YAML mapping; `where` opens the BankError it may raise."""
    fields = _fields(item, where)
    try:
        return OpenQuestion.model_validate({**fields, "lang": lang})
    except ValidationError as error:
        raise BankError(f"{where}: {first_fault(error)}; fix it") from None


def read_open_question(path: Path, lang: Lang) -> OpenQuestion:
    """The question of one ``open/QUESTION-ID.LANG.yaml``. Raises BankError."""
    question = open_question(read_yaml(path), lang=lang, where=path.name)
    if path.name != f"{question.id}.{lang}.yaml":
        raise BankError(f"{path.name}: id is '{question.id}'; name the file after the id")
    return question


def _questions(folder: Path, lang: Lang) -> Iterator[tuple[Path, ClosedQuestion | OpenQuestion]]:
    for path in sorted((folder / "closed").glob(f"*.{lang}.yaml")):
        for question in closed_questions(path, lang):
            yield path, question
    for path in sorted((folder / "open").glob(f"*.{lang}.yaml")):
        yield path, read_open_question(path, lang)


def _fields(item: object, where: str) -> dict[object, object]:
    if not isinstance(item, dict):
        raise BankError(f"{where}: must be a mapping with id, text, …; fix its indentation")
    return item


def _label(item: object, number: int) -> str:
    id = item.get("id") if isinstance(item, dict) else None
    return f"question {number}" + (f" ('{id[:80]}')" if isinstance(id, str) else "")


def _claim(id: str, path: Path, origin: dict[str, Path]) -> None:
    if id in origin:
        raise BankError(f"{path.name}: id '{id}' is already in {origin[id].name}; rename one")
    if len(origin) >= MAX_QUESTIONS:
        raise BankError(f"{path.name}: the bank is over {MAX_QUESTIONS} questions; remove some")
    origin[id] = path
