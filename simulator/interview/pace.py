"""The time of an interview: what a question and its phase have used of what they may. Pure.

Time is shared out, never enforced: nothing here can cut an answer.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from simulator.domain import Exchange, Frozen, Phase, Session
from simulator.interview.conditions import load_conditions


class Pace(StrEnum):
    """How the time stands."""

    FINE = "fine"
    SOON = "soon"
    OVER = "over"


class Clock(Frozen):
    """Seconds used of those that there are, of the question under way and of its phase; a limit is
    None in an interview without one."""

    question: float
    phase: float
    question_limit: float | None = None
    phase_limit: float | None = None

    @property
    def pace(self) -> Pace:
        """The worse of question and phase."""
        warn = load_conditions().time.warn
        shares = [
            used / limit
            for used, limit in (
                (self.question, self.question_limit),
                (self.phase, self.phase_limit),
            )
            if limit
        ]
        worst = max(shares, default=0.0)
        return Pace.OVER if worst >= 1 else Pace.SOON if worst >= warn else Pace.FINE


def clock(session: Session, phase_of: Callable[[str], Phase], now: datetime) -> Clock | None:
    """The clock of the last question begun; None before the first one."""
    if not session.exchanges:
        return None
    last = session.exchanges[-1]
    limits = budget(session, phase_of)
    begun = [e for e in session.exchanges if e.phase is last.phase]
    until = session.paused_at or now
    count = sum(phase_of(id_) is last.phase for id_ in session.plan)
    return Clock(
        question=seconds(last, until),
        phase=sum(seconds(exchange, until) for exchange in begun),
        question_limit=limits.get(last.phase),
        phase_limit=limits[last.phase] * count if limits else None,
    )


def budget(session: Session, phase_of: Callable[[str], Phase]) -> dict[Phase, float]:
    """Seconds of one question of each phase; empty in an interview without a limit."""
    if session.config.minutes is None:
        return {}
    shares = {Phase.CLOSED: 1.0, Phase.OPEN: load_conditions().time.open}
    total = sum(shares[phase_of(id_)] for id_ in session.plan)
    return {phase: session.config.minutes * 60 * share / total for phase, share in shares.items()}


def seconds(exchange: Exchange, now: datetime) -> float:
    """Seconds that the last try at a question took, or has taken by `now`, less the pauses."""
    if exchange.asked_at is None:
        return 0.0
    end = exchange.answered_at if exchange.finished else now
    return max(0.0, ((end or now) - exchange.asked_at).total_seconds() - exchange.away)
