"""Public fakes of the ports, for tests that need no model and no index."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import ClassVar

from simulator.assembly import Assembly
from simulator.domain import (
    DimensionScore,
    Grade,
    InterviewConfig,
    Lang,
    OpenQuestion,
    Section,
    Verdict,
)
from simulator.errors import EndpointError
from simulator.llm.embeddings import HashEmbedder
from simulator.llm.fakes import FakeChat
from simulator.ports import Hit, Message, Retriever
from simulator.settings import Settings


class FakeRetriever:
    """A guide of the sections given; a search returns them in order."""

    guide = "g"
    version = "v1"
    versions: ClassVar = {"g": "v1"}

    def __init__(self, sections: Sequence[Section]) -> None:
        self._sections = list(sections)

    def search(
        self,
        query: str,
        *,
        k: int = 5,
        service: str | None = None,
        aspect: str | None = None,
        dimension: str | None = None,
    ) -> list[Hit]:
        return [Hit(section=section, score=1.0) for section in self._sections[:k]]

    def section(self, key: str) -> Section | None:
        return next((s for s in self._sections if s.key == key), None)

    def sections(self) -> list[Section]:
        return list(self._sections)


class FakeGrader:
    """Scores every dimension alike; `met` are the criteria that any preview finds covered.

    `failing` counts how many gradings end ungraded before the first that succeeds. `graded` keeps
    what was graded, `deductions` what hints took from each.
    """

    def __init__(self, score: int = 4, met: Sequence[str] = (), failing: int = 0) -> None:
        self.score = score
        self.met = set(met)
        self.failing = failing
        self.graded: list[tuple[str, tuple[str, ...]]] = []
        self.deductions: list[float] = []

    def grade(
        self,
        question: OpenQuestion,
        answers: Sequence[str],
        retriever: Retriever | None,
        lang: Lang,
        on_progress: Callable[[int, int], None] = lambda done, total: None,
        deduction: float = 0.0,
    ) -> Grade:
        self.graded.append((question.id, tuple(answers)))
        self.deductions.append(deduction)
        total = len(question.criteria)
        for done in range(1, total + 1):
            on_progress(done, total)
        if self.failing:
            self.failing -= 1
            return Grade(question_id=question.id, ungraded="the model does not answer")
        names = dict.fromkeys(criterion.dimension for criterion in question.criteria)
        return Grade(
            question_id=question.id,
            criteria=question.criteria,
            scores=tuple(DimensionScore(dimension=n, score=self.score, raw=0.7) for n in names),
        )

    def preview(self, question: OpenQuestion, answers: Sequence[str]) -> Sequence[Verdict]:
        return [
            Verdict(criterion_id=c.id, probability=float(c.id in self.met), met=c.id in self.met)
            for c in question.criteria
        ]

    def __call__(self, config: InterviewConfig) -> FakeGrader:
        """Stands for the factory of graders as well."""
        return self


class HashAssembly(Assembly):
    """Real folders, banks and guides in `home`; hashed embeddings, and a model that says yes to
    every criterion once `gate` is set. `down` makes the model fail instead."""

    def __init__(self, home: Path) -> None:
        super().__init__(Settings.from_environment({"SIMULATOR_HOME": str(home)}))
        self.gate = threading.Event()
        self.gate.set()
        self.down = False

    @cached_property
    def embedder(self) -> HashEmbedder:
        return HashEmbedder()

    @cached_property
    def model(self) -> FakeChat:
        return FakeChat(odds=self._odds)

    def prepare_model(self, judge: str, show_download: object) -> None:
        """There is nothing to fetch."""

    def _odds(self, messages: Sequence[Message]) -> Mapping[str, float]:
        assert self.gate.wait(30)
        if self.down:
            raise EndpointError("the model is down")
        return {"SI": 0.8, "NO": 0.2, "YES": 0.8}
