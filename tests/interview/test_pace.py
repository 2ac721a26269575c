from __future__ import annotations

from datetime import UTC, datetime, timedelta

from simulator.domain import InterviewConfig, Phase
from simulator.interview.events import (
    Answered,
    Asked,
    Event,
    Paused,
    Resumed,
    Skipped,
    Started,
)
from simulator.interview.pace import Clock, Pace, budget, clock
from simulator.interview.replay import replay

START = datetime(2026, 1, 1, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def phase_of(id: str) -> Phase:
    return Phase.CLOSED if id.startswith("c") else Phase.OPEN


def look(now: float, *events: Event, minutes: int | None = 20) -> Clock | None:
    config = InterviewConfig(minutes=minutes)
    started = Started(id="s", created="t", config=config, plan=("c1", "c2", "o1", "o2", "o3"))
    return clock(replay([started, *events]), phase_of, at(now))


def asked(id: str, seconds: float) -> Asked:
    return Asked(question_id=id, phase=phase_of(id), text="?", at=at(seconds))


def test_time_is_shared_out_six_to_one() -> None:
    started = Started(
        id="s", created="t", config=InterviewConfig(minutes=20), plan=("c1", "c2", "o1", "o2", "o3")
    )
    limits = budget(replay([started]), phase_of)
    assert limits == {Phase.CLOSED: 60, Phase.OPEN: 360}


def test_question_and_phase_are_counted_apart() -> None:
    events = [asked("c1", 0), Skipped(at=at(50)), asked("c2", 50)]
    found = look(70, *events)
    assert found == Clock(question=20, phase=70, question_limit=60, phase_limit=120)
    assert found.pace is Pace.FINE


def test_a_warning_comes_before_the_end_and_after_it() -> None:
    assert look(10, asked("o1", 0)).pace is Pace.FINE  # type: ignore[union-attr]
    assert look(300, asked("o1", 0)).pace is Pace.SOON  # type: ignore[union-attr]
    assert look(361, asked("o1", 0)).pace is Pace.OVER  # type: ignore[union-attr]


def test_time_over_cuts_nothing() -> None:
    events = [asked("o1", 0), Answered(text="tarde", at=at(9999))]
    session = replay(
        [Started(id="s", created="t", config=InterviewConfig(minutes=1), plan=("o1",)), *events]
    )
    assert session.exchanges[0].answers == ("tarde",)


def test_a_pause_stops_the_clock() -> None:
    events = [asked("o1", 0), Paused(at=at(30))]
    assert look(500, *events).question == 30  # type: ignore[union-attr]
    assert look(540, *events, Resumed(at=at(500))).question == 70  # type: ignore[union-attr]


def test_without_a_limit_time_only_counts() -> None:
    assert look(70, asked("o1", 0), minutes=None) == Clock(question=70, phase=70)
    assert look(5) is None


def test_records_of_older_versions_have_no_times() -> None:
    old = Asked(question_id="o1", phase=Phase.OPEN, text="?")
    assert look(70, old) == Clock(question=0, phase=0, question_limit=360, phase_limit=1080)
