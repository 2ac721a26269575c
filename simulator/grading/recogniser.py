"""Recognises claims in pieces of text: ridge regression on sentences that make them.

A question's own sentences are the lessons: those of a criterion have 1 for it and 0 for the others,
sentences that make no claim have 0 for all. Features are meaning (centred sentence vectors) and
wording (runs of 3 and 4 letters, tf-idf: names and technical terms, whatever their endings).
Answers and labels play no part, so that a new question works as well as its sentences are good.
What it gave is in ``evals/README.md``. Ridge in its dual form: Saunders et al. 1998, ICML.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from simulator.grading.phrasebook import Phrases, background
from simulator.grading.wording import RUNS, Wording, runs_of
from simulator.ports import Vectors

_MISS = 0.5  # weight of a sentence that makes no claim, beside one that makes it
_SHRINK = 0.2  # added to the length of centred vectors: those near the centre say little
_STIFFNESS = 1 / 21  # ridge penalty per sentence of a claim
_REACH = 0.17  # scores of a claim with n sentences are raised by this over n: few reach less far
_HALFWAY = 0.3  # between said and missed, over the claims of the shipped bank
_DOUBT = 20  # sentences that a claim needs for its own halfway to count as much as that


@dataclass(frozen=True)
class Lessons:
    """Sentences (n), what each says of every claim, shape (n, claims), and their weights (n).

    `misses`, shape (n, claims), are 1 where a sentence comes near a claim without making it.
    """

    texts: tuple[str, ...]
    targets: Vectors
    weights: Vectors
    misses: Vectors

    @property
    def stiffness(self) -> float:
        """The ridge penalty. Claims of few sentences are fitted closely, or all would score low."""
        return float(self.targets.sum() / self.targets.shape[1] * _STIFFNESS)

    def digest(self, embedder: str) -> str:
        """Changes when anything does that learning depends on."""
        settings = f"{embedder}|{RUNS}|{_SHRINK}|{_HALFWAY}|{_DOUBT}|{self.stiffness:.4f}"
        parts = [settings.encode(), self.targets.tobytes(), self.weights.tobytes()]
        parts += [self.misses.tobytes()]
        parts += [text.encode() + b"\x1f" for text in self.texts]
        return hashlib.sha256(b"\x1e".join(parts)).hexdigest()[:16]


@dataclass(frozen=True)
class Learned:
    """What took vectors to learn: their `centre` (dimension), the weights of `meaning`, shape
    (dimension, claims), and of each sentence, `dual`, shape (n, claims).

    `halfway` (claims) is the score between what makes a claim and what misses it: some claims are
    harder to tell than others.
    """

    centre: Vectors
    meaning: Vectors
    dual: Vectors
    halfway: Vectors


def lessons_of(phrases: Mapping[str, Phrases], order: Sequence[str]) -> Lessons:
    """The lessons of a question whose claims are in this order.

    Rows are sorted, so that a question has the same lessons in all its languages.
    """
    rows: dict[str, set[str]] = {}
    for id_ in order:
        for text in phrases[id_].examples:
            rows.setdefault(text, set()).add(id_)
    for text in (*(t for p in phrases.values() for t in p.misses), *background()):
        rows.setdefault(text, set())
    texts = tuple(sorted(rows))
    near = {id_: set(phrases[id_].misses) for id_ in order}
    targets = np.array([[id_ in rows[text] for id_ in order] for text in texts])
    misses = np.array([[text in near[id_] for id_ in order] for text in texts])
    weights = np.array([1.0 if rows[text] else _MISS for text in texts])
    return Lessons(
        texts, *(table.astype(np.float32) for table in (targets, weights, misses & ~targets))
    )


def learn(lessons: Lessons, vectors: Vectors) -> Learned:
    """Fit to lessons whose sentence vectors have shape (n, dimension)."""
    centre = vectors.mean(axis=0)
    runs = [runs_of(text) for text in lessons.texts]
    meaning, wording = centred(vectors, centre), Wording.of(runs).table(runs)
    kernel = meaning @ meaning.T + wording @ wording.T
    kernel += np.diag(lessons.stiffness / lessons.weights)
    inverse = np.linalg.inv(kernel.astype(np.float64))
    dual = inverse @ _less_mean(lessons)
    # What each sentence scores when it is left out of the lessons (ridge's closed form).
    unseen = lessons.targets - dual / inverse.diagonal()[:, None]
    return Learned(
        centre,
        (meaning.T @ dual).astype(np.float32),
        dual.astype(np.float32),
        _halfway(lessons, unseen.astype(np.float32)),
    )


def _halfway(lessons: Lessons, unseen: Vectors) -> Vectors:
    """Halfway between the means of what makes each claim and what misses it.

    Few sentences tell little: the fewer, the nearer to what is usual.
    """
    said, missed = (
        (of * unseen).sum(axis=0) / np.maximum(of.sum(axis=0), 1)
        for of in (lessons.targets, lessons.misses)
    )
    count = lessons.targets.sum(axis=0)
    found: Vectors = (count * (said + missed) / 2 + _DOUBT * _HALFWAY) / (count + _DOUBT)
    return found


class Recogniser:
    """Scores pieces of text for every claim of its lessons: about 0 without it, 1 with it."""

    def __init__(self, lessons: Lessons, learned: Learned) -> None:
        self._learned = learned
        runs = [runs_of(text) for text in lessons.texts]
        self._words = Wording.of(runs)
        self._wording = self._words.weigh(runs, learned.dual)
        shares = lessons.weights[:, None] * lessons.targets
        self._base = shares.sum(axis=0) / lessons.weights.sum()
        self._reach = 1 + _REACH / lessons.targets.sum(axis=0)
        self.halfway = learned.halfway

    def scores(self, texts: Sequence[str], vectors: Vectors) -> Vectors:
        """Shape (texts, claims)."""
        by_meaning = centred(vectors, self._learned.centre) @ self._learned.meaning
        by_wording = [self._words.read(text, self._wording) for text in texts]
        scores: Vectors = (by_meaning + np.stack(by_wording) + self._base) * self._reach
        return scores


def centred(vectors: Vectors, centre: Vectors) -> Vectors:
    """Vectors as seen from their centre, about of length 1; shape (n, dimension)."""
    moved = vectors - centre
    placed: Vectors = moved / (np.linalg.norm(moved, axis=1, keepdims=True) + _SHRINK)
    return placed


def _less_mean(lessons: Lessons) -> Vectors:
    shares = lessons.weights[:, None] * lessons.targets
    moved: Vectors = lessons.targets - shares.sum(axis=0) / lessons.weights.sum()
    return moved
