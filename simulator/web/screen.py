"""What a session looks like now: a pure function of the record, so that a reload loses nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from simulator.domain import ClosedQuestion, Phase, Session, SessionStatus, Speaker, TurnKind
from simulator.interview.conditions import load_conditions
from simulator.interview.pace import Clock, Pace
from simulator.progress import Progress
from simulator.service import can_retry
from simulator.texts import Texts
from simulator.web.desk import Desk
from simulator.web.safe import safe, spoken, tag
from simulator.web.transcript import transcript


class Waiting(StrEnum):
    """What the page waits for."""

    START = "start"
    CLOSED = "closed"
    OPEN = "open"
    INTERVIEWER = "interviewer"
    OVER = "over"


@dataclass(frozen=True)
class Screen:
    """Everything that the interview tab shows. Strings are HTML; empty ones are not shown.

    `place` names the session and how much of it this page has seen. With `typed`, what is in the
    editor stays there; with `working`, the interviewer is at it, and with `grading` that can be
    cancelled.
    """

    waiting: Waiting
    session: Session | None = None
    place: str = ""
    status: str = ""
    talk: str = ""
    options: str = ""
    notice: str = ""
    busy: str = ""
    typed: bool = False
    working: bool = False
    grading: bool = False


def waiting_for(session: Session | None) -> Waiting:
    """What the session waits for."""
    if session is None:
        return Waiting.START
    if session.status is SessionStatus.FINISHED:
        return Waiting.OVER
    exchange = session.current
    if exchange is None or exchange.turns[-1].speaker is Speaker.CANDIDATE:
        return Waiting.INTERVIEWER
    return Waiting.CLOSED if exchange.phase is Phase.CLOSED else Waiting.OPEN


def screen(
    desk: Desk, session: Session | None, texts: Texts, notice: str = "", typed: bool = False
) -> Screen:
    """The session, waiting for its candidate. `notice` is a text to show above it."""
    waiting = waiting_for(session)
    pending = waiting is Waiting.INTERVIEWER
    return Screen(
        waiting=waiting,
        session=session,
        place=place(session),
        status=status(session, texts, _clock(desk, session), waiting, typed=typed),
        talk="" if session is None else transcript(desk, session, texts),
        options="" if session is None else _options(desk, session, texts),
        notice=tag("div", safe(notice), role="alert", class_="notice") if notice else "",
        busy=tag("p", safe(texts("web.busy.pending"))) if pending else "",
        typed=typed,
    )


def working(desk: Desk, session: Session, texts: Texts) -> Screen:
    """The session while the interviewer thinks."""
    waiting, grading = Waiting.INTERVIEWER, _may_be_graded(session)
    time = _clock(desk, session)
    return Screen(
        waiting=waiting,
        session=session,
        place=place(session),
        status=status(session, texts, time, waiting, working=True, grading=grading),
        talk=transcript(desk, session, texts),
        busy=tag("p", safe(texts("web.busy.thinking")), class_="thinking", role="status"),
        working=True,
        grading=grading,
    )


def _may_be_graded(session: Session) -> bool:
    exchange = session.current
    return (
        exchange is not None
        and exchange.phase is Phase.OPEN
        and exchange.turns[-1].speaker is Speaker.CANDIDATE
    )


def progress(update: Progress, pace: float | None, texts: Texts) -> str:
    """How far grading has come, and the time left at this pace (seconds a step)."""
    line = texts("web.busy.grading", done=update.done, total=update.total)
    if pace is not None:
        left = pace * (update.total - update.done)
        line += " · " + texts("web.busy.left", seconds=max(1, round(left)))
    bar = tag("progress", max=update.total, value=update.done, aria_label=line)
    return tag("p", safe(line), role="status") + bar


def place(session: Session | None) -> str:
    """Which session, and how many turns of it are on the page."""
    if session is None:
        return ""
    # A second try may drop a question that was only put: its own count keeps places apart.
    seen = sum(len(exchange.turns) + 2 * len(exchange.earlier) for exchange in session.exchanges)
    return f"{session.id}:{seen}"


def session_of(where: str) -> str:
    """The id of the session that a place names."""
    return where.partition(":")[0]


def status(
    session: Session | None, texts: Texts, time: Clock | None, waiting: Waiting, **state: bool
) -> str:
    """Phase, question and clock; its attributes tell script and style sheet where it is.

    `state` may say that the session is `working`, `grading`, or keeps what is `typed`.
    """
    if session is None:
        line = tag("span", safe(texts("web.status.none")), class_="phase")
        return _bar(line, texts, None, waiting, state)
    number, total = len(session.exchanges), len(session.plan)
    if session.status is SessionStatus.FINISHED:
        name, count = texts("web.status.over"), ""
    else:
        phase = session.exchanges[-1].phase if session.exchanges else Phase.CLOSED
        name = texts(f"web.status.{phase}")
        count = texts("web.status.question", number=number, total=total)
    done = sum(exchange.finished for exchange in session.exchanges)
    clock = tag("time", "0:00", class_="clock", role="timer", aria_label=texts("web.status.clock"))
    line = (
        tag("span", safe(name), class_="phase")
        + (tag("span", safe(count), class_="count") if count else "")
        + tag("progress", max=total, value=done, aria_label=count or name)
        + tag("span", safe(texts("web.status.time")), " ", clock)
    )
    if time is not None and session.status is SessionStatus.RUNNING:
        line += _pace(time, texts)
    return _bar(line, texts, session, waiting, state)


def _clock(desk: Desk, session: Session | None) -> Clock | None:
    if session is None or session.config.minutes is None:
        return None
    return desk.interviews.clock(session.id)


def _pace(time: Clock, texts: Texts) -> str:
    """The time of question and phase; the page's script counts on and changes the words."""
    values = {
        name: "{" + name + "}" for name in ("question", "question_limit", "phase", "phase_limit")
    }
    words = {f"data_{pace.value}": texts(f"terminal.clock.{pace}", **values) for pace in Pace}
    return tag(
        "span",
        class_="pace",
        role="status",
        data_question=round(time.question),
        data_question_limit=round(time.question_limit or 0),
        data_phase=round(time.phase),
        data_phase_limit=round(time.phase_limit or 0),
        data_warn=load_conditions().time.warn,
        **words,
    )


def _bar(
    line: str, texts: Texts, session: Session | None, waiting: Waiting, state: dict[str, bool]
) -> str:
    other = tag("p", safe(texts("web.status.elsewhere")), class_="other-tab", hidden=True)
    running = session is not None and session.status is SessionStatus.RUNNING
    return tag(
        "div",
        tag("div", line, class_="line"),
        other,
        class_="status",
        data_session=session.id if session else "",
        data_place=place(session),
        data_running=running,
        data_lang=texts.lang,
        data_title=texts("web.title"),
        data_waiting=waiting,
        data_hinted=session is not None and _hinted(session),
        data_again=session is not None and not state.get("working") and can_retry(session),
        **{f"data_{name}": holds for name, holds in state.items()},
    )


def _hinted(session: Session) -> bool:
    exchange = session.current
    return exchange is not None and any(t.kind is TurnKind.HINT for t in exchange.attempt)


def _options(desk: Desk, session: Session, texts: Texts) -> str:
    if waiting_for(session) is not Waiting.CLOSED:
        return ""
    question = desk.closed_question(session, session.exchanges[-1].question_id)
    return "" if question is None else option_buttons(question, texts)


def option_buttons(question: ClosedQuestion, texts: Texts) -> str:
    """The options as buttons; where several are right, they are picked first and then sent."""
    many = len(question.key) > 1
    buttons = [
        tag(
            "button",
            tag("kbd", safe(option.id), aria_hidden="true"),
            tag("span", spoken(option.text)),
            type="button",
            class_="option",
            data_option=option.id,
            aria_pressed="false" if many else None,
            aria_keyshortcuts=option.id,
        )
        for option in question.options
    ]
    if many:
        send = texts("web.answer.send_options")
        buttons.append(tag("button", safe(send), type="button", class_="send", disabled=True))
    count = len(question.key)
    legend = texts("web.answer.many", count=count) if many else texts("web.answer.one")
    keys = texts("web.answer.keys", keys=" ".join(option.id for option in question.options))
    return tag(
        "fieldset",
        tag("legend", safe(legend), " ", tag("small", safe(keys))),
        *buttons,
        class_="options",
        data_count=count,
    )
