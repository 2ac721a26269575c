from __future__ import annotations

from simulator.domain import Lang, Phase
from simulator.progress import Progress
from simulator.texts import Texts
from simulator.web.desk import Desk
from simulator.web.screen import Waiting, place, progress, screen, session_of
from simulator.web.talk import Talk
from tests.web.fakes import config

ES = Texts("es")


def last(shown):
    screens = [one for one in shown if not isinstance(one, str)]
    return screens[-1]


def test_without_a_session_it_is_the_start(it: Desk) -> None:
    shown = screen(it, None, ES)
    assert (shown.waiting, shown.place, shown.options) == (Waiting.START, "", "")


def test_a_place_names_the_session_and_how_much_was_seen(it: Desk) -> None:
    talk = Talk(it)
    first = last(talk.begin(config()))
    second = last(talk.answer(first.place, "no sé cuál", Lang.ES))
    assert session_of(first.place) == session_of(second.place)
    assert first.place != second.place


def test_options_are_buttons_until_they_are_answered(it: Desk) -> None:
    shown = last(Talk(it).begin(config()))
    session = it.interviews.session(session_of(shown.place))
    question = it.closed_question(session, session.plan[0])
    assert question is not None
    assert shown.options.count('class="option"') == len(question.options)
    assert all(option.reason not in shown.options for option in question.options)
    assert "answered" not in shown.talk


def test_progress_tells_the_steps_and_an_honest_time_left() -> None:
    shown = progress(Progress(done=5, total=20), 2.0, ES)
    assert "5 de 20" in shown
    assert "30 s" in shown
    assert "unos" not in progress(Progress(done=1, total=20), None, ES)


def test_the_record_alone_decides_what_is_shown(it: Desk) -> None:
    shown = last(Talk(it).begin(config(closed=0)))
    session = it.interviews.session(session_of(shown.place))
    assert screen(it, session, ES).talk == shown.talk
    assert place(session) == shown.place
    assert session.exchanges[0].phase is Phase.OPEN
