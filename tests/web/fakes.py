"""Public fakes for the page: a grader that needs no model, a retriever over the shipped guide."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from evals.batch import FolderBatches
from simulator import resources
from simulator.assembly import Assembly
from simulator.domain import (
    Citation,
    Criterion,
    CriterionKind,
    DimensionScore,
    Grade,
    InterviewConfig,
    Lang,
    OpenQuestion,
    Rubric,
    Section,
    Span,
    Verdict,
)
from simulator.grading.rubric import load_rubric
from simulator.guide.chunking import sections
from simulator.guide.citing import excerpt
from simulator.interview.bank import load_bank
from simulator.ports import Hit, Retriever
from simulator.service import Interviews, Parts
from simulator.sessions.store import SessionStore
from simulator.texts import Texts
from simulator.web.desk import Desk

GUIDE = "aws_guide.es"


class WordGrader:
    """Meets a criterion when the answer uses one of its long words; says "ungraded" on demand.

    `pause` is seconds a criterion; `down` makes every grade ungraded; `gate`, where it is cleared,
    holds grading until it is set.
    """

    def __init__(self, pause: float = 0.0) -> None:
        self.pause = pause
        self.down = False
        self.gate = threading.Event()
        self.gate.set()
        self.stopped = 0

    def preview(self, question: OpenQuestion, answers: Sequence[str]) -> Sequence[Verdict]:
        """One verdict a criterion, from its words."""
        return [_verdict(criterion, "\n".join(answers)) for criterion in question.criteria]

    def grade(
        self,
        question: OpenQuestion,
        answers: Sequence[str],
        retriever: Retriever | None,
        lang: Lang,
        on_progress: Callable[[int, int], None] = lambda done, total: None,
        deduction: float = 0.0,
    ) -> Grade:
        """Scores by the share of criteria met, with progress after each criterion."""
        if self.down:
            return Grade(question_id=question.id, ungraded="el modelo no responde")
        verdicts = []
        try:
            for done, criterion in enumerate(question.criteria):
                on_progress(done, len(question.criteria))
                while not self.gate.wait(0.05):
                    on_progress(done, len(question.criteria))
                time.sleep(self.pause)
                verdicts.append(_verdict(criterion, "\n".join(answers)))
        except BaseException:
            self.stopped += 1
            raise
        return Grade(
            question_id=question.id,
            criteria=question.criteria,
            scores=tuple(
                _score(name, question.criteria, verdicts, retriever)
                for name in dict.fromkeys(c.dimension for c in question.criteria)
            ),
            verdicts=tuple(verdicts),
            summary="Resumen de prueba.",
            provenance={"judge": "words"},
        )


class NoModel:
    """The state of a model that is not there."""

    busy = False

    def line(self, texts: Texts) -> str:
        """That there is none."""
        return texts("terminal.model.none")


class SectionsRetriever:
    """A `Retriever` over sections in memory: search counts words in common."""

    def __init__(self, guide: str, text: str) -> None:
        self.guide = guide
        self.version = "test"
        self.versions = {guide: "test"}
        self._sections = sections(text, guide)

    def search(self, query: str, *, k: int = 5, **_filters: str | None) -> list[Hit]:
        """Sections that share words with the query, most first."""
        words = {word for word in query.casefold().split() if len(word) > 2}
        scored = [
            Hit(section=s, score=sum(word in s.text.casefold() for word in words))
            for s in self._sections
        ]
        best = sorted(scored, key=lambda hit: -hit.score)
        return [hit for hit in best if hit.score > 0][:k]

    def section(self, key: str) -> Section | None:
        """The section with this key."""
        return next((s for s in self._sections if s.key == key), None)

    def sections(self) -> list[Section]:
        """Every section."""
        return list(self._sections)


def desk(
    home: Path, grader: WordGrader, shared: bool = False, assembly: Assembly | None = None
) -> Desk:
    """A desk over a fresh database in `home`, the real banks and the fakes of this module.

    With an assembly, whole answer sets are graded by it, and it brings people's own guides.
    """
    knowledge = resources.folder("knowledge")
    banks = {lang: load_bank([knowledge], lang) for lang in Lang}
    text = (knowledge / f"{GUIDE}.md").read_text(encoding="utf-8")
    retriever = SectionsRetriever(GUIDE, text)
    parts = Parts(
        store=SessionStore(f"sqlite:///{home / 'sessions.db'}"),
        rubric=rubric(knowledge),
        bank=assembly.bank if assembly else banks.__getitem__,
        retriever=lambda name: (
            assembly.retriever(name) if assembly and name != GUIDE else retriever
        ),
        grader=lambda _: grader,
    )
    return Desk(
        interviews=Interviews(parts),
        parts=parts,
        model=NoModel(),
        shared=shared,
        batches=FolderBatches(assembly, "logprobs") if assembly else None,
        library=assembly.library if assembly else None,
    )


def rubric(knowledge: Path) -> Rubric:
    return load_rubric(knowledge / "rubric.yaml")


def config(**fields: object) -> InterviewConfig:
    return InterviewConfig.model_validate({"closed": 2, "open": 1, "seed": 7, **fields})


def _verdict(criterion: Criterion, answer: str) -> Verdict:
    folded = answer.casefold()
    for word in criterion.text.casefold().replace(",", " ").replace(".", " ").split():
        at = folded.find(word)
        if len(word) > 5 and at >= 0:
            span = Span(text=answer[at : at + len(word)], start=at, end=at + len(word))
            return Verdict(criterion_id=criterion.id, probability=0.9, met=True, span=span)
    return Verdict(criterion_id=criterion.id, probability=0.1, met=False)


def _score(
    name: str,
    criteria: Sequence[Criterion],
    verdicts: Sequence[Verdict],
    retriever: Retriever | None,
) -> DimensionScore:
    mine = [c for c in criteria if c.dimension == name and c.kind is not CriterionKind.ERROR]
    met = {v.criterion_id for v in verdicts if v.met}
    covered = tuple(c.id for c in mine if c.id in met)
    raw = len(covered) / len(mine)
    found = [retriever.section(key) for c in mine for key in c.sections] if retriever else []
    cited: list[Citation] = [excerpt(section) for section in found if section is not None]
    return DimensionScore(
        dimension=name,
        score=1 + round(4 * raw),
        raw=raw,
        covered=covered,
        missing=tuple(c.id for c in mine if c.id not in met),
        citations=tuple(dict.fromkeys(cited))[:2],
        feedback=f"{len(covered)} de {len(mine)}.",
    )
