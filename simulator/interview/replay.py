"""What each happening makes of a session: pure, one event at a time."""

from __future__ import annotations

from collections.abc import Iterable

from simulator.domain import (
    Attempt,
    Exchange,
    Frozen,
    Session,
    SessionStatus,
    Speaker,
    Turn,
    TurnKind,
)
from simulator.errors import SessionError
from simulator.interview.events import (
    Answered,
    Asked,
    AskedAgain,
    Clarified,
    ClosedGraded,
    Declined,
    Event,
    Finished,
    FollowedUp,
    Hinted,
    OpenGraded,
    Paused,
    RequirementChanged,
    Resumed,
    Retried,
    Skipped,
    Started,
)

_INTERVIEWER_TURNS: dict[type[Frozen], TurnKind] = {
    AskedAgain: TurnKind.ASK_AGAIN,
    Clarified: TurnKind.CLARIFICATION,
    ClosedGraded: TurnKind.FEEDBACK,
    FollowedUp: TurnKind.FOLLOW_UP,
    Hinted: TurnKind.HINT,
    RequirementChanged: TurnKind.CHANGE,
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
            exchange = Exchange(
                question_id=event.question_id, phase=event.phase, turns=(turn,), asked_at=event.at
            )
            return session.model_copy(update={"exchanges": (*session.exchanges, exchange)})
        case OpenGraded():
            return _graded(session, event)
        case Retried():
            return _tried_again(session, event)
        case Paused():
            return session.model_copy(update={"paused_at": event.at})
        case Resumed():
            return _back(session, event)
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


def retriable(session: Session) -> Exchange | None:
    """The exchange that may be tried again: the last finished one, unless more was said since."""
    *before, last = session.exchanges or (None,)
    if last is None or last.finished:
        return last
    fresh = len(last.attempt) == 1 and not last.earlier
    return before[-1] if fresh and before else None


def _tried_again(session: Session, event: Retried) -> Session:
    old = retriable(session)
    if old is None or old.question_id != event.question_id:
        raise SessionError(f"'{event.question_id}' cannot be tried again in session {session.id}")
    asked = Turn(speaker=Speaker.INTERVIEWER, kind=TurnKind.QUESTION, text=event.text)
    ended = Attempt(skipped=old.skipped, closed=old.closed, grade=old.grade)
    new = old.model_copy(
        update={
            "turns": (*old.turns, asked),
            "earlier": (*old.earlier, ended),
            "skipped": False,
            "closed": None,
            "grade": None,
            "asked_at": event.at,
            "answered_at": None,
            "away": 0.0,
        }
    )
    kept = session.exchanges[: session.exchanges.index(old)]
    return session.model_copy(update={"exchanges": (*kept, new), "status": SessionStatus.RUNNING})


def _back(session: Session, event: Resumed) -> Session:
    changes: dict[str, object] = {"paused_at": None}
    exchange = session.current
    if exchange is not None and session.paused_at is not None:
        away = exchange.away + max(0.0, (event.at - session.paused_at).total_seconds())
        changes["exchanges"] = (
            *session.exchanges[:-1],
            exchange.model_copy(update={"away": away}),
        )
    return session.model_copy(update=changes)


def _in_current(session: Session, event: Event) -> Session:
    exchange = session.current
    if exchange is None:
        raise SessionError(f"'{event.kind}' needs a question under way in session {session.id}")
    return _with_last(session, _grow(exchange, event))


def _grow(exchange: Exchange, event: Event) -> Exchange:
    changes: dict[str, object] = {}
    if isinstance(event, Answered | Declined | Skipped):
        changes["answered_at"] = event.at
    if isinstance(event, Skipped):
        return exchange.model_copy(update={"skipped": True, **changes})
    turns = exchange.turns
    if isinstance(event, Clarified):
        turns = (*turns[:-1], turns[-1].model_copy(update={"kind": TurnKind.INQUIRY}))
    changes["turns"] = (*turns, _turn(event))
    if isinstance(event, ClosedGraded):
        changes["closed"] = event.result
    return exchange.model_copy(update=changes)


def _turn(event: Event) -> Turn:
    if isinstance(event, Answered | Declined):
        text = event.text if isinstance(event, Answered) else ""
        kind = TurnKind.ANSWER if isinstance(event, Answered) else TurnKind.DECLINED
        return Turn(speaker=Speaker.CANDIDATE, kind=kind, text=text)
    return Turn(
        speaker=Speaker.INTERVIEWER,
        kind=_INTERVIEWER_TURNS[type(event)],
        text=getattr(event, "text", ""),
        criterion_id=getattr(event, "criterion_id", None),
        cost=getattr(event, "cost", 0.0),
    )


def _graded(session: Session, event: OpenGraded) -> Session:
    exchanges = tuple(
        e.model_copy(update={"grade": event.grade}) if e.question_id == event.question_id else e
        for e in session.exchanges
    )
    return session.model_copy(update={"exchanges": exchanges})


def _with_last(session: Session, exchange: Exchange) -> Session:
    return session.model_copy(update={"exchanges": (*session.exchanges[:-1], exchange)})
