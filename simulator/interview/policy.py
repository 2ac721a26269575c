"""What an interviewer does next: a pure function of the session, so that no text can move it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from simulator.domain import (
    Criterion,
    CriterionKind,
    Exchange,
    Frozen,
    Phase,
    Session,
    SessionStatus,
    Speaker,
    TurnKind,
    Verdict,
)

MAX_FOLLOW_UPS = 2


class Ask(Frozen):
    """Put the next planned question."""

    question_id: str
    first_of_phase: bool = False


class Listen(Frozen):
    """Wait for the candidate."""


class GradeClosed(Frozen):
    """Read the closed answer: grade it by its key, or ask again."""


class FollowUp(Frozen):
    """Probe a criterion that is missing."""

    criterion: Criterion


class GradeOpen(Frozen):
    """Grade the whole exchange."""


class Finish(Frozen):
    """Close the interview."""


class Done(Frozen):
    """The interview is closed; nothing is left to do."""


Move = Ask | Listen | GradeClosed | FollowUp | GradeOpen | Finish | Done

# Called only when a follow-up is possible: the criteria still missing, most important first.
Missing = Callable[[Exchange], Sequence[Criterion]]


def next_move(session: Session, phase_of: Callable[[str], Phase], missing: Missing) -> Move:
    """The interviewer's next move.

    `phase_of` tells the phase of a question id; `missing` what a follow-up could aim at.
    """
    if session.status is SessionStatus.FINISHED:
        return Done()
    exchange = session.current
    if exchange is None:
        return _next_question(session, phase_of)
    last = exchange.turns[-1]
    if last.speaker is Speaker.INTERVIEWER:
        return Listen()
    if exchange.phase is Phase.CLOSED:
        return GradeClosed()
    return _after_open_answer(exchange, missing)


def _next_question(session: Session, phase_of: Callable[[str], Phase]) -> Move:
    asked = len(session.exchanges)
    if asked >= len(session.plan):
        return Finish()
    question_id = session.plan[asked]
    first = asked == 0 or session.exchanges[-1].phase is not phase_of(question_id)
    return Ask(question_id=question_id, first_of_phase=first)


def _after_open_answer(exchange: Exchange, missing: Missing) -> Move:
    follow_ups = [t for t in exchange.turns if t.kind is TurnKind.FOLLOW_UP]
    declined = any(t.kind is TurnKind.DECLINED for t in exchange.turns)
    if len(follow_ups) >= MAX_FOLLOW_UPS or declined:
        return GradeOpen()
    probed = {t.criterion_id for t in follow_ups}
    for criterion in missing(exchange):
        if criterion.id not in probed and criterion.probe:
            return FollowUp(criterion=criterion)
    return GradeOpen()


def missing_criteria(criteria: Sequence[Criterion], verdicts: Sequence[Verdict]) -> list[Criterion]:
    """Required criteria that were not met: heaviest first, then least likely met first."""
    by_id = {verdict.criterion_id: verdict for verdict in verdicts}
    unmet = [
        criterion
        for criterion in criteria
        if criterion.kind is CriterionKind.REQUIRED
        and (criterion.id not in by_id or not by_id[criterion.id].met)
    ]
    return sorted(unmet, key=lambda c: (-c.weight, _probability(by_id.get(c.id))))


def _probability(verdict: Verdict | None) -> float:
    return verdict.probability if verdict else 0.0
