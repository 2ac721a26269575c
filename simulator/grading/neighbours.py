"""Which sentences of an answer speak about another question of the bank.

A right answer to the wrong question meets many a criterion by chance. Words tell them apart: naive
Bayes over what the bank says of each question (its text, reference and criteria). A sentence tells
little, so the run of sentences is sought that together speaks most for another question.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import chain

from simulator.domain import Lang, OpenQuestion
from simulator.grading.sentences import words

_TEXT = 3  # how often the question's own words count: answers repeat them
_SMOOTHING = 0.5  # share of a word's mean count over all questions that each is given
_FLOOR = 0.1  # what a question is given of a word that it never uses
_LETTERS = 3  # shorter words are about no subject
_STRAY = 30.0  # nats for another question from which a run of sentences is about that one
_RICH = 12  # criteria that a question needs to be known by its words


class Neighbours:
    """Tells the questions of a bank apart, each language on its own.

    `questions` gives those of a language. Only questions that the bank says much about take part: a
    short one of one's own would lose every answer to a neighbour.
    """

    def __init__(self, questions: Callable[[Lang], Sequence[OpenQuestion]]) -> None:
        self._questions = questions
        self._tables: dict[Lang, dict[str, dict[str, float]]] = {}

    def strays(self, question: OpenQuestion, sentences: Sequence[str]) -> frozenset[int]:
        """Indices of the sentences that answer another question."""
        tables = self._of(question.lang)
        if question.id not in tables:
            return frozenset()
        said = [_for_others(tables, question.id, _subject(sentence)) for sentence in sentences]
        found: set[int] = set()
        while run := _strongest(said, found):
            found |= run
        return frozenset(found)

    def _of(self, lang: Lang) -> dict[str, dict[str, float]]:
        if lang not in self._tables:
            rich = [q for q in self._questions(lang) if q.reference and len(q.criteria) >= _RICH]
            self._tables[lang] = _tables(rich)
        return self._tables[lang]


def _strongest(said: Sequence[Mapping[str, float]], done: set[int]) -> set[int]:
    """The run that speaks most for one other question; empty where none speaks enough."""
    best, where = _STRAY, range(0)
    for other in said[0] if said else ():
        values = [-math.inf if n in done else row[other] for n, row in enumerate(said)]
        total, run = _heaviest_run(values)
        if total > best:
            best, where = total, run
    return set(where)


def _for_others(
    tables: Mapping[str, Mapping[str, float]], own: str, subject: frozenset[str]
) -> dict[str, float]:
    """Nats for each other question against this one."""
    known = [word for word in subject if word in tables[own]]
    here = sum(tables[own][word] for word in known)
    return {
        other: sum(table[word] for word in known) - here
        for other, table in tables.items()
        if other != own
    }


def _tables(questions: Sequence[OpenQuestion]) -> dict[str, dict[str, float]]:
    """Log-probability of every known word, by question."""
    counts = {question.id: _counts(question) for question in questions}
    everywhere = Counter[str]()
    for count in counts.values():
        everywhere.update(count)
    share = _SMOOTHING / max(1, len(counts))
    return {
        id_: {
            word: math.log((count[word] + share * total + _FLOOR) / count.total())
            for word, total in everywhere.items()
        }
        for id_, count in counts.items()
    }


def _counts(question: OpenQuestion) -> Counter[str]:
    count = Counter[str]()
    for word in _subject(question.text):
        count[word] += _TEXT
    about = ((c.text, c.probe, *c.examples) for c in question.criteria)
    for text in (question.reference, *chain.from_iterable(about)):
        count.update(_subject(text))
    return count


def _subject(text: str) -> frozenset[str]:
    return frozenset(word for word in words(text) if len(word) >= _LETTERS)


def _heaviest_run(values: Sequence[float]) -> tuple[float, range]:
    """The contiguous run with the largest sum (Kadane)."""
    best, where = -math.inf, range(0)
    total, start = 0.0, 0
    for at, value in enumerate(values):
        if total <= 0:
            total, start = 0.0, at
        total += value
        if total > best:
            best, where = total, range(start, at + 1)
    return best, where
