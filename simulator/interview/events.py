"""What can happen in an interview, and what each happening makes of the session.

A session is stored as its events and rebuilt by `replay`: nothing is ever overwritten, so nothing
can be lost by a crash between two of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from simulator.domain import (
    ClosedResult,
    Exchange,
    Frozen,
    Grade,
    InterviewConfig,
    Phase,
    Session,
    SessionStatus,
    Speaker,
    Turn,
    TurnKind,
)
from simulator.errors import SessionError


class Started(Frozen):
    """The interview was planned."""

    kind: Literal["started"] = "started"
    id: str
    created: str
    config: InterviewConfig
    plan: tuple[str, ...]


class Asked(Frozen):
    """A question was put."""

    kind: Literal["asked"] = "asked"
    question_id: str
    phase: Phase
    text: str


class Answered(Frozen):
    """The candidate said something to the question under way."""

    kind: Literal["answered"] = "answered"
    text: str


class AskedAgain(Frozen):
    """A closed answer was not understood and is asked for again."""

    kind: Literal["asked_again"] = "asked_again"
    text: str


class FollowedUp(Frozen):
    """The interviewer probed a criterion that was missing."""

    kind: Literal["followed_up"] = "followed_up"
    criterion_id: str
    text: str


class Declined(Frozen):
    """The candidate let a follow-up pass; what was said before still counts."""

    kind: Literal["declined"] = "declined"


class Hinted(Frozen):
    """A hint was given."""

    kind: Literal["hinted"] = "hinted"
    text: str


class Skipped(Frozen):
    """The candidate skipped the question."""

    kind: Literal["skipped"] = "skipped"


class ClosedGraded(Frozen):
    """A closed answer was compared with the key and explained."""

    kind: Literal["closed_graded"] = "closed_graded"
    result: ClosedResult
    text: str


class OpenGraded(Frozen):
    """An open answer passed through the grader; a later one for the same question replaces it."""

    kind: Literal["open_graded"] = "open_graded"
    question_id: str
    grade: Grade


class Finished(Frozen):
    """Every planned question is behind."""

    kind: Literal["finished"] = "finished"


Event = Annotated[
    Started
    | Asked
    | Answered
    | AskedAgain
    | FollowedUp
    | Declined
    | Hinted
    | Skipped
    | ClosedGraded
    | OpenGraded
    | Finished,
    Field(discriminator="kind"),
]
EVENT: TypeAdapter[Event] = TypeAdapter(Event)

_INTERVIEWER_TURNS: dict[type[Frozen], TurnKind] = {
    AskedAgain: TurnKind.ASK_AGAIN,
    FollowedUp: TurnKind.FOLLOW_UP,
    Hinted: TurnKind.HINT,
    ClosedGraded: TurnKind.FEEDBACK,
}


def begin(event: Started) -> Session:
    """The session that a `Started` event opens."""
    return Session(id=event.id, created=event.created, config=event.config, plan=event.plan)


def apply(session: Session, event: Event) -> Session:
    """The session after the event. Raises SessionError when it cannot happen there."""
    match event:
        case Started():
            raise SessionError(f"session {session.id} was started twice; its record is damaged")
        case Finished():
            return session.model_copy(update={"status": SessionStatus.FINISHED})
        case Asked():
            turn = Turn(speaker=Speaker.INTERVIEWER, kind=TurnKind.QUESTION, text=event.text)
            exchange = Exchange(question_id=event.question_id, phase=event.phase, turns=(turn,))
            return session.model_copy(update={"exchanges": (*session.exchanges, exchange)})
        case OpenGraded():
            return _graded(session, event)
        case _:
            return _in_current(session, event)


def replay(events: Iterable[Event]) -> Session:
    """The session that a whole record describes. Raises SessionError on a damaged record."""
    session: Session | None = None
    for event in events:
        if session is not None:
            session = apply(session, event)
        elif isinstance(event, Started):
            session = begin(event)
        else:
            raise SessionError("a session's record does not begin with its start; it is damaged")
    if session is None:
        raise SessionError("the session's record is empty")
    return session


def _in_current(session: Session, event: Event) -> Session:
    exchange = session.current
    if exchange is None:
        raise SessionError(f"'{event.kind}' needs a question under way in session {session.id}")
    return _with_last(session, _grow(exchange, event))


def _grow(exchange: Exchange, event: Event) -> Exchange:
    if isinstance(event, Skipped):
        return exchange.model_copy(update={"skipped": True})
    if isinstance(event, Answered | Declined):
        text = event.text if isinstance(event, Answered) else ""
        kind = TurnKind.ANSWER if isinstance(event, Answered) else TurnKind.DECLINED
        turn = Turn(speaker=Speaker.CANDIDATE, kind=kind, text=text)
    else:
        turn = Turn(
            speaker=Speaker.INTERVIEWER,
            kind=_INTERVIEWER_TURNS[type(event)],
            text=getattr(event, "text", ""),
            criterion_id=getattr(event, "criterion_id", None),
        )
    changes: dict[str, object] = {"turns": (*exchange.turns, turn)}
    if isinstance(event, ClosedGraded):
        changes["closed"] = event.result
    return exchange.model_copy(update=changes)


def _graded(session: Session, event: OpenGraded) -> Session:
    exchanges = tuple(
        e.model_copy(update={"grade": event.grade}) if e.question_id == event.question_id else e
        for e in session.exchanges
    )
    return session.model_copy(update={"exchanges": exchanges})


def _with_last(session: Session, exchange: Exchange) -> Session:
    return session.model_copy(update={"exchanges": (*session.exchanges[:-1], exchange)})
