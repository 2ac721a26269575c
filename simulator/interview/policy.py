"""What an interviewer may do next: a pure function of the session, so that no text can move it.

`allowed_moves` lists the moves; the first one is what an interviewer without a model makes. Of the
candidate's words only two readings count: whether they answer anything, and which criteria are
still missing. Neither can skip, end or grade anything.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from simulator.domain import (
    Criterion,
    CriterionKind,
    Exchange,
    Phase,
    Session,
    SessionStatus,
    Speaker,
    TurnKind,
    Verdict,
)
from simulator.interview.moves import (
    Ask,
    ChangeRequirement,
    Clarify,
    Done,
    Finish,
    FollowUp,
    Gap,
    GradeClosed,
    GradeOpen,
    Hint,
    Inquiry,
    Listen,
    Move,
)

MAX_FOLLOW_UPS = 2
# How many gaps of one weight a model may choose from.
CHOICES = 3
# Probability that a criterion is met up to which it is plainly missing: whoever said it and is
# asked for it feels unheard. Of the first two gaps of 172 labelled answers (train and validation)
# 89 % were truly missing without this, 96 % with it (`python -m evals interviews --labelled`).
PLAINLY_MISSING = 0.15


class Reading(Protocol):
    """What is read from an open exchange; each method is called only when it matters."""

    def inquiry(self, exchange: Exchange) -> Inquiry | None:
        """What the last words ask for, or None when they answer something."""

    def gaps(self, exchange: Exchange) -> Sequence[Gap]:
        """The criteria still missing, most important first."""

    def has_change(self, exchange: Exchange) -> bool:
        """Whether the question has a requirement to change."""


def allowed_moves(
    session: Session, phase_of: Callable[[str], Phase], reading: Reading
) -> tuple[Move, ...]:
    """Every move that is allowed now, the usual one first. `phase_of` is of a question's id."""
    if session.status is SessionStatus.FINISHED:
        return (Done(),)
    exchange = session.current
    if exchange is None:
        return (_next_question(session, phase_of),)
    if exchange.turns[-1].speaker is Speaker.INTERVIEWER:
        hinted = any(turn.kind is TurnKind.HINT for turn in exchange.attempt)
        return (Listen(),) if hinted else (Listen(), Hint())
    if exchange.phase is Phase.CLOSED:
        return (GradeClosed(),)
    return _after_open_answer(exchange, reading)


def _next_question(session: Session, phase_of: Callable[[str], Phase]) -> Move:
    asked = len(session.exchanges)
    if asked >= len(session.plan):
        return Finish()
    question_id = session.plan[asked]
    first = asked == 0 or session.exchanges[-1].phase is not phase_of(question_id)
    return Ask(question_id=question_id, first_of_phase=first)


def _after_open_answer(exchange: Exchange, reading: Reading) -> tuple[Move, ...]:
    if exchange.turns[-1].kind is TurnKind.DECLINED:
        return (GradeOpen(),)
    if (inquiry := reading.inquiry(exchange)) is not None:
        return (Clarify(inquiry=inquiry),)
    probed = [t.criterion_id for t in exchange.attempt if t.kind is TurnKind.FOLLOW_UP]
    changed = any(turn.kind is TurnKind.CHANGE for turn in exchange.attempt)
    change: tuple[Move, ...] = ()
    if not changed and reading.has_change(exchange):
        change = (ChangeRequirement(),)
    # The change comes in the middle of a round: after the first follow-up, before the last. No
    # model may put it off.
    if probed and change:
        return change
    follow_ups: tuple[Move, ...] = ()
    if len(probed) < MAX_FOLLOW_UPS:
        follow_ups = tuple(FollowUp(gap=gap) for gap in _heaviest(reading.gaps(exchange), probed))
    if not probed:
        return (*follow_ups, *change) or (GradeOpen(),)
    return (*follow_ups, GradeOpen())


def _heaviest(gaps: Sequence[Gap], probed: Sequence[str | None]) -> Sequence[Gap]:
    """The gaps as heavy as the first that was not probed yet."""
    left = [gap for gap in gaps if gap.criterion.id not in probed and gap.criterion.probe]
    return [g for g in left if g.criterion.weight == left[0].criterion.weight][:CHOICES]


def gaps(criteria: Sequence[Criterion], verdicts: Sequence[Verdict]) -> list[Gap]:
    """Required criteria that are plainly missing: heaviest first, then least likely met first."""
    by_id = {verdict.criterion_id: verdict for verdict in verdicts}
    unmet = [
        criterion
        for criterion in criteria
        if criterion.kind is CriterionKind.REQUIRED and plainly_missing(by_id.get(criterion.id))
    ]
    unmet.sort(key=lambda c: (-c.weight, _probability(by_id.get(c.id))))
    return [Gap(criterion=c, said=_said_near(c, criteria, by_id)) for c in unmet]


def plainly_missing(verdict: Verdict | None) -> bool:
    """Whether a criterion is missing beyond doubt; without a verdict nothing was said about it."""
    return verdict is None or (not verdict.met and verdict.probability <= PLAINLY_MISSING)


def _said_near(
    missing: Criterion, criteria: Sequence[Criterion], verdicts: dict[str, Verdict]
) -> str:
    """The candidate's words that met another criterion on the same section, or the same service."""
    best, words = 0, ""
    for other in criteria:
        verdict = verdicts.get(other.id)
        if verdict is None or not verdict.met or verdict.span is None or verdict.opposed:
            continue
        if other.kind is CriterionKind.ERROR:
            continue
        same = _telling(missing) & _telling(other)
        kin = _services(missing) & _services(other)
        if (near := 2 * len(same) + len(kin)) > best:
            best, words = near, verdict.span.text
    return words


def _telling(criterion: Criterion) -> set[str]:
    """The criterion's sections but the general ones, which are about everything."""
    return {key for key in criterion.sections if not key.endswith("/general")}


def _services(criterion: Criterion) -> set[str]:
    return {key.partition("/")[0] for key in _telling(criterion)}


def _probability(verdict: Verdict | None) -> float:
    return verdict.probability if verdict else 0.0
