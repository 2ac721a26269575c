"""A recogniser for each question: shipped where it was learned ahead of time, else learned here.

Learning takes the vectors of every sentence, about 10 ms each: seconds for a question of the bank.
So what was learned of the bank's ships in ``knowledge/recognisers.json``, found by a digest of the
lessons, and made by ``python -m evals recognisers``.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from simulator import resources
from simulator.domain import Criterion, OpenQuestion
from simulator.errors import BankError
from simulator.grading.phrasebook import Phrasebook, phrases_of
from simulator.grading.recogniser import Learned, Lessons, Recogniser, learn, lessons_of
from simulator.ports import Vectors

FILE = "recognisers.json"


class Recognisers:
    """Recognisers by the criteria that they know; kept, since criteria repeat in every answer."""

    def __init__(
        self,
        embedder: str,
        vectors: Callable[[Sequence[str]], Vectors],
        phrasebook: Phrasebook | None = None,
    ) -> None:
        self._embedder = embedder
        self._vectors = vectors
        self._phrasebook = phrasebook or Phrasebook()
        self._known: dict[tuple[tuple[str, str, tuple[str, ...]], ...], Recogniser] = {}

    def of(self, question: OpenQuestion) -> Recogniser:
        """The recogniser whose claims are the question's criteria, in their order."""
        key = tuple((c.id, c.text, c.examples) for c in question.criteria)
        if key not in self._known:
            lessons = self.lessons(question.id, question.criteria)
            found = shipped().get(lessons.digest(self._embedder))
            self._known[key] = Recogniser(lessons, found or self.learn(lessons))
        return self._known[key]

    def lessons(self, question_id: str, criteria: Sequence[Criterion]) -> Lessons:
        """Everything that teaches these criteria."""
        phrases = phrases_of(criteria, self._phrasebook.of(question_id))
        return lessons_of(phrases, [criterion.id for criterion in criteria])

    def learn(self, lessons: Lessons) -> Learned:
        """Learn now, with the precision of what ships, so that both give the same scores."""
        made = learn(lessons, self._vectors(lessons.texts))
        return decoded(encoded(made), lessons.targets.shape[1])


@cache
def shipped() -> Mapping[str, Learned]:
    """What was learned ahead of time, by the digest of its lessons. Raises BankError."""
    path = resources.folder("knowledge") / FILE
    if not path.is_file():
        return {}
    return read_learned(path)


def read_learned(path: Path) -> dict[str, Learned]:
    """What a file holds, by the digest of its lessons. Raises BankError."""
    try:
        items = json.loads(path.read_text(encoding="utf-8"))["recognisers"]
        return {item["digest"]: decoded(item, len(item["claims"])) for item in items}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise BankError(
            f"{path}: not a readable file of recognisers; run 'python -m evals recognisers'"
        ) from None


def encoded(learned: Learned) -> dict[str, str]:
    """The arrays as text, row by row."""
    names = ("centre", "meaning", "dual", "halfway")
    return {name: packed(getattr(learned, name)) for name in names}


def decoded(item: Mapping[str, str], claims: int) -> Learned:
    """The arrays of `encoded`. Raises ValueError or KeyError."""
    return Learned(
        unpacked(item["centre"]),
        unpacked(item["meaning"]).reshape(-1, claims),
        unpacked(item["dual"]).reshape(-1, claims),
        unpacked(item["halfway"]),
    )


def packed(array: Vectors) -> str:
    """Numbers as text: base64 of float16."""
    return base64.b64encode(array.astype("<f2").tobytes()).decode("ascii")


def unpacked(text: str) -> Vectors:
    """The numbers of `packed`, in one dimension. Raises ValueError."""
    return np.frombuffer(base64.b64decode(text), dtype="<f2").astype(np.float32)
