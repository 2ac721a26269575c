from __future__ import annotations

import pytest

from simulator.domain import ClosedResult, Grade, InterviewConfig, Phase, SessionStatus, TurnKind
from simulator.errors import SessionError
from simulator.interview.events import (
    EVENT,
    Answered,
    Asked,
    AskedAgain,
    ClosedGraded,
    Declined,
    Event,
    Finished,
    FollowedUp,
    OpenGraded,
    Skipped,
    Started,
)
from simulator.interview.replay import apply, replay

STARTED = Started(
    id="abc", created="2026-01-01T00:00:00+00:00", config=InterviewConfig(), plan=("c1", "o1")
)
ASK_CLOSED = Asked(question_id="c1", phase=Phase.CLOSED, text="¿?")
ASK_OPEN = Asked(question_id="o1", phase=Phase.OPEN, text="Diseña…")
RIGHT = ClosedGraded(
    result=ClosedResult(question_id="c1", chosen=("A",), correct=True), text="Correcto"
)


def test_a_closed_exchange_ends_with_its_result() -> None:
    session = replay(
        [STARTED, ASK_CLOSED, Answered(text="eh"), AskedAgain(text="?"), Answered(text="a")]
    )
    assert session.current is not None
    assert session.current.answers == ("eh", "a")
    session = apply(session, RIGHT)
    assert session.current is None
    assert session.exchanges[0].closed == RIGHT.result


def test_a_declined_follow_up_keeps_the_answer_and_adds_none() -> None:
    events: list[Event] = [
        STARTED,
        ASK_OPEN,
        Answered(text="uso una cola"),
        FollowedUp(criterion_id="k", text="¿y si falla?"),
        Declined(),
    ]
    exchange = replay(events).exchanges[0]
    assert exchange.answers == ("uso una cola",)
    assert exchange.turns[-1].kind is TurnKind.DECLINED
    assert not exchange.finished


def test_a_new_grade_replaces_the_old_one_of_its_question_only() -> None:
    first = Grade(question_id="o1", ungraded="down")
    again = Grade(question_id="o1", summary="ok")
    session = replay(
        [
            STARTED,
            ASK_CLOSED,
            Skipped(),
            ASK_OPEN,
            Answered(text="x"),
            OpenGraded(question_id="o1", grade=first),
            Finished(),
            OpenGraded(question_id="o1", grade=again),
        ]
    )
    assert session.exchanges[0].grade is None
    assert session.exchanges[1].grade == again
    assert session.status is SessionStatus.FINISHED


@pytest.mark.parametrize(
    "events",
    [
        [],
        [ASK_CLOSED],
        [STARTED, STARTED],
        [STARTED, Answered(text="x")],
        [STARTED, ASK_CLOSED, RIGHT, RIGHT],
    ],
)
def test_a_damaged_record_is_an_error(events: list[Event]) -> None:
    with pytest.raises(SessionError):
        replay(events)


def test_half_characters_of_a_broken_terminal_can_be_stored() -> None:
    event = Answered(text="la \udcf3 b \ud83d")
    assert event.text == "la ? b ?"
    assert EVENT.validate_json(EVENT.dump_json(event)) == event


@pytest.mark.parametrize("event", [STARTED, ASK_CLOSED, RIGHT, Declined(), Finished()])
def test_an_event_survives_its_json(event: Event) -> None:
    assert EVENT.validate_json(EVENT.dump_json(event)) == event
