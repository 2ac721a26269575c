"""What finished interviews say about each question and each section of the guide. Pure.

Only first tries count: a second one follows the feedback. What was not graded says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from simulator.domain import (
    Attempt,
    ClosedQuestion,
    CriterionKind,
    Exchange,
    Frozen,
    Grade,
    Phase,
    Session,
)

# A closed question says as much about its section as a criterion of this weight.
_CLOSED_WEIGHT = 2.0


class Review(Frozen):
    """How well one thing was known on one day: `share` is 0 (not at all) to 1.

    `item` is ``question:ID`` or ``section:KEY``; `session_id` the interview that showed it.
    """

    item: str
    at: datetime
    share: float
    session_id: str


def question_item(question_id: str) -> str:
    """The item of a question."""
    return f"question:{question_id}"


def section_item(key: str) -> str:
    """The item of a section of the guide."""
    return f"section:{key}"


def reviews(
    sessions: Iterable[Session], closed_question: Callable[[str], ClosedQuestion | None]
) -> list[Review]:
    """Every review, oldest first; one an item and session. `closed_question` is None for those
    that the bank has lost."""
    found = [r for session in sessions for r in _of_session(session, closed_question)]
    return sorted(found, key=lambda review: (review.at, review.item))


def _of_session(
    session: Session, closed_question: Callable[[str], ClosedQuestion | None]
) -> Iterator[Review]:
    at = datetime.fromisoformat(session.created)
    earned: dict[str, float] = {}
    possible: dict[str, float] = {}
    for exchange in session.exchanges:
        first = exchange.first
        share = _share(exchange, first)
        if share is not None:
            item = question_item(exchange.question_id)
            yield Review(item=item, at=at, share=share, session_id=session.id)
        for key, won, weight in _evidence(exchange, first, closed_question):
            earned[key] = earned.get(key, 0.0) + won
            possible[key] = possible.get(key, 0.0) + weight
    for key, weight in possible.items():
        known = max(0.0, earned[key] / weight)
        yield Review(item=section_item(key), at=at, share=known, session_id=session.id)


def _share(exchange: Exchange, first: Attempt) -> float | None:
    """How much of the question was known, hints taken off; None where nothing can be told."""
    if first.skipped:
        return 0.0
    if exchange.phase is Phase.CLOSED:
        if first.closed is None:
            return None
        return max(0.0, float(first.closed.correct) - exchange.deduction)
    raws = [s.raw for s in first.grade.scores if s.raw is not None] if first.grade else []
    return sum(raws) / len(raws) if raws else None


def _evidence(
    exchange: Exchange,
    first: Attempt,
    closed_question: Callable[[str], ClosedQuestion | None],
) -> Iterator[tuple[str, float, float]]:
    """(section key, weight earned, weight possible) of one exchange."""
    if exchange.phase is Phase.CLOSED:
        question = closed_question(exchange.question_id)
        share = _share(exchange, first)
        if question is not None and question.section is not None and share is not None:
            yield question.section, share * _CLOSED_WEIGHT, _CLOSED_WEIGHT
    elif first.grade is not None:
        yield from _criteria(first.grade)


def _criteria(grade: Grade) -> Iterator[tuple[str, float, float]]:
    met = {verdict.criterion_id for verdict in grade.verdicts if verdict.met}
    met |= {id_ for score in grade.scores for id_ in score.covered}
    met |= {id_ for score in grade.scores for id_ in score.errors}
    for criterion in grade.criteria if grade.scores else ():
        each = criterion.weight / max(1, len(criterion.sections))
        for key in criterion.sections:
            if criterion.kind is CriterionKind.REQUIRED:
                yield key, each * (criterion.id in met), each
            elif criterion.kind is CriterionKind.ERROR and criterion.id in met:
                yield key, -each, each
