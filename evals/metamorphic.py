"""Changes to an honest answer that must not change its grade, or may only lower it."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence

from evals.dataset import Item
from simulator.domain import CriterionKind, Frozen, Grade, Span
from simulator.grading.sentences import split

Regrade = Callable[[Item, Sequence[str]], Grade]
"""Grades another answer to the question of an item."""

REPEATED, DELETED = "the same answer again", "a covered point deleted"
_DELETIONS = 4  # sentences deleted from one answer, one at a time


class Fault(Frozen):
    """A check that an answer failed: its score in a dimension before and after the change."""

    check: str
    id: str
    dimension: str
    before: int | None
    after: int | None


def without_accents(text: str) -> str:
    """The text in plain letters: accents off, ñ kept."""
    kept = "".join(
        char
        for char in unicodedata.normalize("NFD", text.replace("ñ", "\0").replace("Ñ", "\1"))
        if not unicodedata.combining(char)
    )
    return unicodedata.normalize("NFC", kept.replace("\0", "ñ").replace("\1", "Ñ"))


def reversed_sentences(text: str) -> str:
    """The sentences of a text, last first, a line each."""
    return "\n".join(text[start:end] for start, end in reversed(split(text)))


CHANGES: dict[str, Callable[[str], str]] = {
    "upper case": str.upper,
    "lower case": str.lower,
    "order of sentences": reversed_sentences,
    "accents removed": without_accents,
}
"""Changes that may move a score by one at most."""


def check(regrade: Regrade, items: Sequence[Item]) -> tuple[list[Fault], dict[str, int]]:
    """Faults found, and how many checks of each name were made."""
    faults: list[Fault] = []
    made: Counter[str] = Counter()
    for item in items:
        turns = item.row.answer
        first = regrade(item, turns)
        made[REPEATED] += 1
        again = regrade(item, turns)
        if _content(first) != _content(again):
            faults += _differing(REPEATED, item, first, again, allowed=0) or [
                Fault(check=REPEATED, id=item.row.id, dimension="evidence", before=None, after=None)
            ]
        for name, change in CHANGES.items():
            made[name] += 1
            changed = regrade(item, [change(turn) for turn in turns])
            faults += _differing(name, item, first, changed, allowed=1)
        for span in _covered(first)[:_DELETIONS]:
            made[DELETED] += 1
            shorter = regrade(item, without(turns, span))
            faults += [
                fault
                for fault in _differing(DELETED, item, first, shorter, allowed=0)
                if (fault.after or 0) > (fault.before or 0)
            ]
    return faults, dict(made)


def without(turns: Sequence[str], span: Span) -> list[str]:
    """The turns less every sentence that a span touches; offsets are of the turns joined by a
    blank line, as grades have them."""
    left, start = [], 0
    for turn in turns:
        kept = turn
        for a, b in reversed(split(turn)):
            if start + a < span.end and span.start < start + b:
                kept = kept[:a] + kept[b:]
        left.append(kept)
        start += len(turn) + 2
    return left


def _covered(grade: Grade) -> list[Span]:
    """Evidence of met criteria, no two alike. What is evidence of an error as well is left out:
    without it a score may well rise."""
    kinds = {criterion.id: criterion.kind for criterion in grade.criteria}
    met = [v for v in grade.verdicts if v.met and v.span is not None]
    wrong = [v.span for v in met if kinds[v.criterion_id] is CriterionKind.ERROR]
    good = [v.span for v in met if kinds[v.criterion_id] is not CriterionKind.ERROR]
    return [
        span
        for span in dict.fromkeys(good)
        if span and not any(e and e.start < span.end and span.start < e.end for e in wrong)
    ]


def _differing(check: str, item: Item, before: Grade, after: Grade, *, allowed: int) -> list[Fault]:
    was = {score.dimension: score.score for score in before.scores}
    now = {score.dimension: score.score for score in after.scores}
    return [
        Fault(
            check=check, id=item.row.id, dimension=name, before=was.get(name), after=now.get(name)
        )
        for name in sorted(was.keys() | now.keys())
        if _distance(was.get(name), now.get(name)) > allowed
    ]


def _distance(one: int | None, two: int | None) -> float:
    if one is None or two is None:
        return 0 if one == two else float("inf")
    return abs(one - two)


def _content(grade: Grade) -> dict[str, object]:
    """Everything of a grade but how long it took."""
    return grade.model_dump(exclude={"seconds", "usage"})
