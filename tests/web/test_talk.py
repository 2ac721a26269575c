from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from simulator.domain import Lang
from simulator.errors import SessionError
from simulator.web.desk import Desk, Turns
from simulator.web.screen import Screen, Waiting, session_of
from simulator.web.talk import Talk
from tests.web.fakes import WordGrader, config


@pytest.fixture
def talk(it: Desk) -> Talk:
    return Talk(it)


def last(shown) -> Screen:
    return [one for one in shown if isinstance(one, Screen)][-1]


def test_a_stale_page_cannot_answer_another_question(talk: Talk) -> None:
    old = last(talk.begin(config()))
    new = last(talk.skip(old.place, Lang.ES))
    stale = last(talk.answer(old.place, "A", Lang.ES))
    assert stale.place == new.place
    assert "otra pestaña" in stale.notice
    assert stale.typed


@pytest.mark.parametrize("word", ["/saltar", "/skip"])
def test_commands_are_no_answers(talk: Talk, word: str) -> None:
    first = last(talk.begin(config()))
    assert "saltada" in last(talk.answer(first.place, word, Lang.ES)).talk


@pytest.mark.parametrize("text", ["/ayuda", "/nada", "   "])
def test_what_is_neither_answer_nor_command_leaves_everything_as_it_is(
    talk: Talk, text: str
) -> None:
    first = last(talk.begin(config()))
    after = last(talk.answer(first.place, text, Lang.ES))
    assert after.place == first.place
    assert after.notice


def test_a_hint_keeps_what_is_typed(talk: Talk) -> None:
    first = last(talk.begin(config(closed=0)))
    hinted = last(talk.hint(first.place, Lang.ES))
    assert hinted.typed
    assert 'class="turn interviewer hint"' in hinted.talk


def test_an_unknown_session_starts_over_and_says_so(talk: Talk) -> None:
    shown = last(talk.enter("nothere", Lang.ES))
    assert shown.waiting is Waiting.START
    assert "no existe" in shown.notice
    assert not last(talk.enter("", Lang.ES)).notice


@pytest.mark.parametrize(
    "asked",
    [
        {"closed": 0, "open": 0},
        {"topics": ("nothing",)},
        {"open": 10, "topics": ("iam",), "closed": 50},
    ],
)
def test_an_interview_that_cannot_be_planned_says_why(talk: Talk, asked: dict) -> None:
    shown = last(talk.begin(config(**asked)))
    assert shown.waiting is Waiting.START
    assert shown.notice


def test_closing_the_events_cancels_the_grading(talk: Talk, grader: WordGrader) -> None:
    first = last(talk.begin(config(closed=0)))
    asked = last(talk.answer(first.place, "Una cola para desacoplar", Lang.ES))
    grader.gate.clear()
    grading = talk.skip(asked.place, Lang.ES)
    next(one for one in grading if isinstance(one, str))
    grading.close()
    for _ in range(100):
        if grader.stopped:
            break
        threading.Event().wait(0.05)
    assert grader.stopped == 1
    assert last(talk.cancelled(asked.place, Lang.ES)).waiting is Waiting.INTERVIEWER
    grader.gate.set()
    assert last(talk.go_on(asked.place, Lang.ES)).waiting is Waiting.OVER


def test_a_cancelled_grading_shows_nothing_more(talk: Talk, grader: WordGrader) -> None:
    first = last(talk.begin(config(closed=0)))
    asked = last(talk.answer(first.place, "Una cola para desacoplar", Lang.ES))
    grader.gate.clear()
    grading = talk.skip(asked.place, Lang.ES)
    next(one for one in grading if isinstance(one, str))
    with ThreadPoolExecutor(1) as page:
        after = page.submit(lambda: last(talk.cancelled(asked.place, Lang.ES)))
        for one in grading:
            assert isinstance(one, str)
        assert after.result().waiting is Waiting.INTERVIEWER
    assert "cancelada" in after.result().notice


def test_what_was_left_ungraded_is_graded_again(talk: Talk, grader: WordGrader) -> None:
    grader.down = True
    first = last(talk.begin(config(closed=0)))
    asked = last(talk.answer(first.place, "Una cola", Lang.ES))
    over = last(talk.skip(asked.place, Lang.ES))
    assert over.session is not None
    assert over.session.exchanges[0].grade is not None
    assert over.session.exchanges[0].grade.ungraded
    grader.down = False
    again = last(talk.regrade(over.place, Lang.ES))
    assert again.session is not None
    assert again.session.exchanges[0].grade is not None
    assert not again.session.exchanges[0].grade.ungraded


def test_a_hostile_answer_is_only_text(talk: Talk) -> None:
    first = last(talk.begin(config(closed=0)))
    asked = last(talk.answer(first.place, "<script>alert(1)</script>", Lang.ES))
    assert "<script" not in asked.talk
    assert "&lt;script&gt;" in asked.talk


def test_one_page_at_a_time_drives_a_session() -> None:
    turns = Turns()
    with turns.of("a"), turns.of("b"), pytest.raises(SessionError), turns.of("a", patience=0.05):
        pass
    with turns.of("a", patience=0.05):
        pass


def test_a_session_belongs_to_its_place(talk: Talk) -> None:
    shown = last(talk.begin(config()))
    assert session_of(shown.place) in shown.status


def test_an_exam_shows_nothing_of_how_it_goes_before_its_end(talk: Talk, it: Desk) -> None:
    first = last(talk.begin(config(closed=1, mode="exam")))
    after = last(talk.answer(first.place, "A", Lang.ES))
    for sign in ("turn feedback", "✓", "✗", 'class="right"', 'class="wrong"', "correcta"):
        assert sign not in after.talk
    assert "Anotado" in after.talk
    assert not it.interviews.report(session_of(after.place)).closed
    assert "modo práctica" in last(talk.retry(after.place, Lang.ES)).notice


def test_practice_puts_the_last_question_again(talk: Talk, it: Desk) -> None:
    first = last(talk.begin(config()))
    second = last(talk.answer(first.place, "A", Lang.ES))
    again = last(talk.answer(second.place, "/reintentar", Lang.ES))
    assert len({first.place, second.place, again.place}) == 3
    assert again.options == first.options
    stale = last(talk.answer(second.place, "B", Lang.ES))
    assert "otra pestaña" in stale.notice
    last(talk.answer(again.place, "B", Lang.ES))
    assert it.interviews.report(session_of(first.place)).closed[0].attempts == 2


def test_a_hint_is_given_once_and_shows_its_price(talk: Talk) -> None:
    first = last(talk.begin(config(closed=0)))
    hinted = last(talk.hint(first.place, Lang.ES))
    assert "cuesta 0.1" in hinted.talk
    twice = last(talk.hint(hinted.place, Lang.ES))
    assert twice.place == hinted.place
    assert "ya está arriba" in twice.notice


def test_leaving_stops_the_clock(talk: Talk, it: Desk) -> None:
    first = last(talk.begin(config(minutes=10)))
    last(talk.leave(Lang.ES, first.place))
    assert it.interviews.session(session_of(first.place)).paused_at is not None
    last(talk.enter(session_of(first.place), Lang.ES))
    assert it.interviews.session(session_of(first.place)).paused_at is None


def test_the_time_planned_stands_above_the_tabs_only_where_there_is_some(talk: Talk) -> None:
    assert 'class="pace"' in last(talk.begin(config(minutes=10))).status
    assert 'class="pace"' not in last(talk.begin(config())).status
