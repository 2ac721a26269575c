from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.domain import InterviewConfig, Lang, Phase, SessionStatus, TurnKind
from simulator.errors import InputError, SessionError
from simulator.interview.bank import Bank
from simulator.progress import Progress
from simulator.service import Graded, Interviews, Over, Parts, PhaseBegan, Said, Step
from simulator.sessions.store import SessionStore
from tests.fakes import FakeGrader, FakeRetriever
from tests.sessions.builders import CLOSED, OPEN, RUBRIC, SECTIONS

PROBED = tuple(c.model_copy(update={"probe": f"¿Y {c.id}?"}) for c in OPEN.criteria)  # type: tuple[Criterion, ...]
BANK = Bank(
    lang=Lang.ES,
    closed=(CLOSED,),
    open=(OPEN.model_copy(update={"criteria": PROBED, "hint": "Sigue una orden."}),),
)
CONFIG = InterviewConfig(closed=1, open=1)


@pytest.fixture
def grader() -> FakeGrader:
    return FakeGrader()


@pytest.fixture
def parts(tmp_path: Path, grader: FakeGrader) -> Iterator[Parts]:
    store = SessionStore(f"sqlite:///{tmp_path / 's.db'}")
    retriever = FakeRetriever(list(SECTIONS.values()))
    yield Parts(
        store=store,
        rubric=RUBRIC,
        bank=lambda lang: BANK,
        retriever=lambda guide: retriever,
        grader=grader,
    )
    store.close()


@pytest.fixture
def interviews(parts: Parts) -> Interviews:
    return Interviews(parts)


def texts(steps: Iterator[Step]) -> list[str]:
    return [step.turn.text for step in steps if isinstance(step, Said)]


def test_a_whole_interview(interviews: Interviews, grader: FakeGrader) -> None:
    id_ = interviews.start(CONFIG).id
    begun, asked = interviews.go_on(id_)
    assert begun == PhaseBegan(phase=Phase.CLOSED, questions=1)
    assert isinstance(asked, Said)
    assert "A) Short polling" in asked.turn.text

    feedback, begun, asked = interviews.answer(id_, "la b")
    assert isinstance(feedback, Said)
    assert feedback.exchange.closed is not None
    assert feedback.exchange.closed.correct
    assert feedback.exchange.closed.citation is not None
    assert begun == PhaseBegan(phase=Phase.OPEN, questions=1)

    assert texts(interviews.answer(id_, "Uso SQS.")) == [
        "Gracias. Profundicemos un poco: ¿Y queue?"
    ]
    assert texts(interviews.answer(id_, "Desacopla.")) == ["Una más antes de cerrar: ¿Y polling?"]
    steps = list(interviews.answer(id_, "Long polling."))
    assert [type(step) for step in steps] == [Progress, Progress, Graded, Over]
    assert grader.graded == [("orders", ("Uso SQS.", "Desacopla.", "Long polling."))]
    report = interviews.report(id_)
    assert report.finished
    assert [score.mean for score in report.scores] == [4.0, 4.0]


def test_what_is_not_understood_is_asked_again_and_never_guessed(interviews: Interviews) -> None:
    id_ = interviews.start(CONFIG).id
    list(interviews.go_on(id_))
    (again,) = interviews.answer(id_, "depende")
    assert isinstance(again, Said)
    assert again.turn.kind is TurnKind.ASK_AGAIN
    assert interviews.session(id_).exchanges[0].closed is None


def test_an_answer_is_kept_even_if_nothing_of_what_follows_runs(interviews: Interviews) -> None:
    id_ = interviews.start(CONFIG, ["orders"]).id
    list(interviews.go_on(id_))
    interviews.answer(id_, "Uso SQS.")  # the process dies before the first step is taken
    assert interviews.session(id_).exchanges[0].answers == ("Uso SQS.",)
    assert texts(interviews.go_on(id_)) == ["Gracias. Profundicemos un poco: ¿Y queue?"]


def test_going_on_says_the_last_thing_again(interviews: Interviews) -> None:
    id_ = interviews.start(CONFIG).id
    first = texts(interviews.go_on(id_))
    assert texts(interviews.go_on(id_)) == first
    assert len(interviews.session(id_).exchanges) == 1


def test_grading_cut_short_is_taken_up_again(interviews: Interviews, grader: FakeGrader) -> None:
    grader.met = {"queue", "polling"}
    id_ = interviews.start(CONFIG, ["orders"]).id
    list(interviews.go_on(id_))
    steps = interviews.answer(id_, "Uso SQS y long polling.")
    assert isinstance(next(steps), Progress)
    steps.close()  # type: ignore[attr-defined]
    assert not interviews.report(id_).finished
    assert isinstance(list(interviews.go_on(id_))[-1], Over)
    assert interviews.report(id_).finished


def test_a_skipped_follow_up_keeps_the_answer_a_skipped_question_has_none(
    interviews: Interviews, grader: FakeGrader
) -> None:
    id_ = interviews.start(CONFIG).id
    list(interviews.go_on(id_))
    list(interviews.skip(id_))
    list(interviews.answer(id_, "Uso SQS."))
    assert isinstance(list(interviews.skip(id_))[-1], Over)
    assert grader.graded == [("orders", ("Uso SQS.",))]
    report = interviews.report(id_)
    assert report.closed[0].skipped
    assert not report.open[0].skipped


def test_hints_point_without_telling(interviews: Interviews) -> None:
    id_ = interviews.start(CONFIG).id
    list(interviews.go_on(id_))
    (hint,) = texts(interviews.hint(id_))
    assert "SQS › Performance" in hint
    assert "Long polling" not in hint
    list(interviews.skip(id_))
    assert texts(interviews.hint(id_)) == ["Sigue una orden."]


def test_an_ungraded_answer_can_be_graded_later(interviews: Interviews, grader: FakeGrader) -> None:
    grader.met, grader.failing = {"queue", "polling"}, 1
    id_ = interviews.start(CONFIG, ["orders"]).id
    list(interviews.go_on(id_))
    list(interviews.answer(id_, "Uso SQS."))
    assert [score.mean for score in interviews.report(id_).scores] == [None, None]
    list(interviews.regrade(id_, only_ungraded=True))
    assert [score.mean for score in interviews.report(id_).scores] == [4.0, 4.0]
    assert interviews.session(id_).status is SessionStatus.FINISHED


def test_a_session_open_elsewhere_says_so(interviews: Interviews, parts: Parts) -> None:
    id_ = interviews.start(CONFIG).id
    list(interviews.go_on(id_))
    steps = interviews.answer(id_, "la b")
    list(Interviews(parts).go_on(id_))
    with pytest.raises(SessionError, match="another window"):
        list(steps)


def test_a_finished_session_takes_no_answer(interviews: Interviews) -> None:
    id_ = interviews.start(CONFIG, ["sqs-polling"]).id
    list(interviews.go_on(id_))
    list(interviews.skip(id_))
    with pytest.raises(SessionError, match="not waiting"):
        interviews.answer(id_, "tarde")


@pytest.mark.parametrize("ids", [["nope"], ["orders", "nope"]])
def test_an_unknown_question_is_an_error(interviews: Interviews, ids: list[str]) -> None:
    with pytest.raises(InputError, match="nope"):
        interviews.start(CONFIG, ids)


def test_an_interview_without_questions_is_an_error(interviews: Interviews) -> None:
    with pytest.raises(InputError, match="at least one"):
        interviews.start(InterviewConfig(closed=0, open=0))


def test_an_endless_answer_is_bounded(interviews: Interviews, grader: FakeGrader) -> None:
    grader.met = {"queue", "polling"}
    id_ = interviews.start(CONFIG, ["orders"]).id
    list(interviews.go_on(id_))
    list(interviews.answer(id_, "x" * 1_000_000))
    ((_, (kept,)),) = grader.graded
    assert len(kept) == 20_000


def test_unfinished_interviews_are_found(interviews: Interviews) -> None:
    assert interviews.last_unfinished() is None
    id_ = interviews.start(CONFIG).id
    assert interviews.last_unfinished() == id_
    interviews.delete(id_)
    assert interviews.last_unfinished() is None
