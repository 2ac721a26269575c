"""Exam and practice, levels, hints that cost, time: over the service, with fakes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from simulator.domain import (
    Clarification,
    InterviewConfig,
    Lang,
    Level,
    Mode,
    SessionStatus,
    TurnKind,
)
from simulator.errors import SessionError
from simulator.grading.grader import RubricGrader
from simulator.interview.bank import Bank
from simulator.interview.events import EVENT
from simulator.interview.pace import Pace
from simulator.interview.replay import replay
from simulator.llm.embeddings import HashEmbedder
from simulator.service import Graded, Interviews, Noted, Over, Parts, Said, Step
from simulator.sessions.markdown import to_markdown
from simulator.sessions.store import SessionStore
from tests.fakes import FakeGrader, FakeRetriever
from tests.sessions.builders import CLOSED, OPEN, RUBRIC, SECTIONS

DESIGN = OPEN.model_copy(
    update={
        "criteria": tuple(c.model_copy(update={"probe": f"¿Y {c.id}?"}) for c in OPEN.criteria),
        "hint": "Sigue una orden.",
        "change": "Ahora son dos países.",
        "clarifications": (Clarification(ask="¿Cuántas órdenes hay?", give="Unas 500."),),
    }
)
BANK = Bank(lang=Lang.ES, closed=(CLOSED,), open=(DESIGN,))


class Watch:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def tick(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def grader() -> FakeGrader:
    return FakeGrader(met=["queue", "polling"])


@pytest.fixture
def parts(tmp_path: Path, grader: FakeGrader, watch: Watch) -> Iterator[Parts]:
    store = SessionStore(f"sqlite:///{tmp_path / 's.db'}")
    retriever = FakeRetriever(list(SECTIONS.values()))
    yield Parts(
        store=store,
        rubric=RUBRIC,
        bank=lambda lang: BANK,
        retriever=lambda guide: retriever,
        grader=grader,
        clock=watch,
    )
    store.close()


@pytest.fixture
def interviews(parts: Parts) -> Interviews:
    return Interviews(parts)


def begin(interviews: Interviews, **config: object) -> str:
    chosen = InterviewConfig.model_validate({"closed": 1, "open": 1, **config})
    id_ = interviews.start(chosen).id
    list(interviews.go_on(id_))
    return id_


def told(steps: Iterator[Step]) -> list[TurnKind | type]:
    return [
        step.turn.kind if isinstance(step, Said) else type(step)
        for step in steps
        if isinstance(step, Said | Noted | Graded | Over)
    ]


def test_an_exam_tells_nothing_until_its_end(interviews: Interviews) -> None:
    id_ = begin(interviews, mode=Mode.EXAM)
    assert told(interviews.answer(id_, "la b")) == [Noted, TurnKind.QUESTION]
    assert told(interviews.answer(id_, "Uso SQS.")) == [TurnKind.CHANGE]
    assert told(interviews.answer(id_, "Dos colas.")) == [Noted, Over]
    report = interviews.report(id_)
    assert (report.mode, report.closed_correct) == (Mode.EXAM, 1)
    assert "Examen" in to_markdown(report)
    with pytest.raises(SessionError, match="no second try"):
        interviews.retry(id_)


def test_practice_tells_after_each_answer(interviews: Interviews) -> None:
    id_ = begin(interviews)
    assert told(interviews.answer(id_, "la a")) == [TurnKind.FEEDBACK, TurnKind.QUESTION]


def test_a_retry_puts_the_question_again_and_keeps_how_it_went(interviews: Interviews) -> None:
    id_ = begin(interviews)
    assert not interviews.can_retry(id_)
    list(interviews.answer(id_, "la a"))
    (again,) = interviews.retry(id_)
    assert isinstance(again, Said)
    assert again.exchange.question_id == CLOSED.id
    assert told(interviews.answer(id_, "la b")) == [TurnKind.FEEDBACK, TurnKind.QUESTION]
    exchange = interviews.session(id_).exchanges[0]
    assert exchange.first.closed is not None
    assert not exchange.first.closed.correct
    report = interviews.report(id_)
    assert (report.closed_correct, report.closed[0].attempts) == (1, 2)
    # What was not known at first is still to be studied.
    assert [item.section_id for item in report.study_plan] == ["s2"]


def test_the_last_question_can_be_tried_again_after_the_end(
    interviews: Interviews, grader: FakeGrader
) -> None:
    id_ = begin(interviews, closed=0)
    list(interviews.answer(id_, "Uso SQS."))
    list(interviews.answer(id_, "Dos colas."))
    assert interviews.session(id_).status is SessionStatus.FINISHED
    list(interviews.retry(id_))
    list(interviews.answer(id_, "Uso SQS y long polling."))
    assert told(interviews.answer(id_, "Igual."))[-1] is Over
    assert [answers for _, answers in grader.graded] == [
        ("Uso SQS.", "Dos colas."),
        ("Uso SQS y long polling.", "Igual."),
    ]


def test_a_question_already_under_way_cannot_be_left_for_a_retry(interviews: Interviews) -> None:
    id_ = begin(interviews)
    list(interviews.answer(id_, "la a"))
    list(interviews.answer(id_, "¿Cuántas órdenes hay?"))
    with pytest.raises(SessionError, match="no question to try again"):
        interviews.retry(id_)


def test_a_clarification_is_given_and_counts_for_nothing(
    interviews: Interviews, grader: FakeGrader
) -> None:
    id_ = begin(interviews, closed=0)
    (said,) = interviews.answer(id_, "¿Cuántas órdenes hay?")
    assert isinstance(said, Said)
    assert (said.turn.kind, said.turn.text) == (TurnKind.CLARIFICATION, "Unas 500.")
    assert told(interviews.answer(id_, "siguiente pregunta, dame 5")) == [TurnKind.CLARIFICATION]
    assert interviews.session(id_).exchanges[0].answers == ()
    list(interviews.answer(id_, "Uso SQS."))
    list(interviews.answer(id_, "Dos colas."))
    assert grader.graded == [("orders", ("Uso SQS.", "Dos colas."))]


def test_a_hint_is_given_once_and_costs_in_a_closed_question(interviews: Interviews) -> None:
    id_ = begin(interviews)
    (hint,) = interviews.hint(id_)
    assert isinstance(hint, Said)
    assert hint.turn.cost == 0.5
    with pytest.raises(SessionError, match="given already"):
        interviews.hint(id_)
    list(interviews.answer(id_, "la b"))
    report = interviews.report(id_)
    assert (report.closed_correct, report.closed_points) == (1, 0.5)


def test_a_hint_lowers_the_raw_score_of_an_open_answer(parts: Parts) -> None:
    real = RubricGrader(HashEmbedder(), RUBRIC, judge="similarity")
    answer = "Pone una cola. Usa long polling."
    free, paid = (
        real.grade(DESIGN, (answer,), None, Lang.ES, deduction=cost) for cost in (0.0, 0.1)
    )
    for before, after in zip(free.scores, paid.scores, strict=True):
        assert before.raw is not None
        assert after.raw == pytest.approx(max(0.0, before.raw - 0.1), abs=1e-3)
    assert paid.provenance["hint_deduction"] == "0.1"
    assert "hint_deduction" not in free.provenance
    assert any((score.raw or 0) > 0.1 for score in free.scores)


def test_the_cost_of_a_hint_reaches_the_grader(interviews: Interviews, grader: FakeGrader) -> None:
    id_ = begin(interviews, closed=0)
    list(interviews.hint(id_))
    list(interviews.answer(id_, "Uso SQS."))
    list(interviews.answer(id_, "Dos colas."))
    assert grader.deductions == [0.1]
    assert interviews.report(id_).open[0].hint_deduction == 0.1


def test_the_level_reaches_the_rubric_and_the_provenance(interviews: Interviews) -> None:
    id_ = begin(interviews, closed=0, level=Level.JUNIOR)
    list(interviews.answer(id_, "Uso SQS."))
    list(interviews.answer(id_, "Dos colas."))
    grade = interviews.session(id_).exchanges[0].grade
    assert grade is not None
    assert grade.provenance["level"] == "junior"


def test_a_pause_stops_the_clock_and_going_on_starts_it(
    interviews: Interviews, watch: Watch
) -> None:
    id_ = begin(interviews, minutes=7)
    watch.tick(55)
    clock = interviews.clock(id_)
    assert clock is not None
    assert clock.pace is Pace.SOON
    interviews.pause(id_)
    interviews.pause(id_)
    watch.tick(5000)
    list(interviews.go_on(id_))
    watch.tick(10)
    clock = interviews.clock(id_)
    assert clock is not None
    assert (clock.question, clock.pace) == (65, Pace.OVER)
    list(interviews.answer(id_, "la b"))  # over, and taken all the same
    assert interviews.report(id_).closed[0].used_seconds == 65


def test_sessions_of_older_versions_still_open() -> None:
    old = [
        '{"kind":"started","id":"s","created":"2025-01-01T00:00:00+00:00","config":{"lang":"es",'
        '"closed":1,"open":1,"topics":[],"level":null,"seed":5,"guide":"aws_guide.es",'
        '"judge":"auto"},"plan":["orders"]}',
        '{"kind":"asked","question_id":"orders","phase":"open","text":"?"}',
        '{"kind":"hinted","text":"Sigue una orden."}',
        '{"kind":"answered","text":"Uso SQS."}',
        '{"kind":"followed_up","criterion_id":"queue","text":"?"}',
        '{"kind":"declined"}',
    ]
    session = replay(EVENT.validate_json(body) for body in old)
    assert session.config.mode is Mode.PRACTICE
    assert session.exchanges[0].answers == ("Uso SQS.",)
    assert session.exchanges[0].deduction == 0
