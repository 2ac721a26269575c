"""What happens when somebody presses something in the interview tab: sessions in, screens out.

Every function reads the session from the record and returns new screens; nothing is kept between
two events, so a page that was open before a restart goes on after it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, suppress

from simulator.domain import InterviewConfig, Lang, Session, TurnKind
from simulator.errors import InputError, SessionError, SimulatorError
from simulator.interview.commands import Command, command, looks_like_command
from simulator.progress import Progress
from simulator.service import Step, can_retry
from simulator.texts import Texts
from simulator.web.desk import BusyError, Desk
from simulator.web.screen import (
    Screen,
    Waiting,
    place,
    progress,
    screen,
    session_of,
    waiting_for,
    working,
)

# A screen, or only a new line of progress (HTML).
Shown = Iterator[Screen | str]
Screens = Generator[Screen | str, None, None]


class Talk:
    """The events of the interview tab."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._wishes: dict[Command | None, Callable[[str, Lang], Shown]] = {
            Command.SKIP: self.skip,
            Command.HINT: self.hint,
            Command.RETRY: self.retry,
            Command.PAUSE: lambda where, lang: self.leave(lang, where),
            Command.QUIT: lambda where, lang: self.leave(lang, where),
        }

    def begin(self, config: InterviewConfig) -> Shown:
        """Plan an interview and ask its first question."""
        texts = Texts(config.lang)
        if not config.closed + config.open:
            yield screen(self._desk, None, texts, texts("web.notice.no_questions"))
            return
        try:
            session = self._desk.interviews.start(config)
        except SimulatorError as error:
            yield screen(self._desk, None, texts, texts("web.notice.failed", reason=error))
            return
        yield from self._drive(session, texts, lambda: self._desk.interviews.go_on(session.id))

    def enter(self, session_id: str, lang: Lang) -> Shown:
        """Open a session, and go on with it where the interviewer was interrupted."""
        texts = Texts(lang)
        if (session := self._find(session_id)) is None:
            gone = texts("web.notice.gone") if session_id else ""
            yield screen(self._desk, None, texts, gone)
            return
        go_on = self._desk.interviews.go_on
        yield from self._drive(session, texts, lambda: go_on(session.id), typed=True)

    def answer(self, where: str, text: str, lang: Lang) -> Shown:
        """Take what the candidate said, or do the command that it is."""
        texts = Texts(lang)
        wish = command(text)
        if wish in self._wishes:
            yield from self._wishes[wish](where, lang)
        elif wish is Command.HELP or looks_like_command(text):
            yield self._as_it_is(where, texts, texts("web.answer.help"))
        elif not text.strip():
            yield self._as_it_is(where, texts, texts("web.notice.empty"))
        else:
            yield from self._act(where, texts, lambda id_: self._desk.interviews.answer(id_, text))

    def skip(self, where: str, lang: Lang) -> Shown:
        """Skip the question or the follow-up."""
        yield from self._act(where, Texts(lang), self._desk.interviews.skip)

    def hint(self, where: str, lang: Lang) -> Shown:
        """Give a hint, once."""
        session = self._find(session_of(where))
        exchange = session.current if session else None
        if exchange is not None and any(turn.kind is TurnKind.HINT for turn in exchange.attempt):
            yield self._as_it_is(where, Texts(lang), Texts(lang)("web.notice.hinted"))
            return
        yield from self._act(where, Texts(lang), self._desk.interviews.hint, typed=True)

    def retry(self, where: str, lang: Lang) -> Shown:
        """Put the last finished question again."""
        texts = Texts(lang)
        session = self._find(session_of(where))
        if session is not None and not can_retry(session):
            yield self._as_it_is(where, texts, texts("web.notice.no_retry"))
            return
        yield from self._act(where, texts, self._desk.interviews.retry)

    def go_on(self, where: str, lang: Lang) -> Shown:
        """Go on after a cancelled or broken-off grading."""
        yield from self.enter(session_of(where), lang)

    def regrade(self, where: str, lang: Lang) -> Shown:
        """Grade again what was left ungraded."""
        session = self._desk.interviews.session(session_of(where))
        yield from self._drive(
            session,
            Texts(lang),
            lambda: self._desk.interviews.regrade(session.id, only_ungraded=True),
        )

    def cancelled(self, where: str, lang: Lang) -> Shown:
        """What is left after grading was cancelled."""
        texts = Texts(lang)
        self._desk.turns.stop(session_of(where))  # its last screen must not come after this one
        yield self._as_it_is(where, texts, texts("web.notice.cancelled"))

    def leave(self, lang: Lang, where: str = "") -> Shown:
        """The start screen; the session stays in the record, its clock stands."""
        if (session := self._find(session_of(where))) is not None:
            with suppress(SessionError):  # it goes on in another tab, and so does its clock
                self._desk.interviews.pause(session.id)
        yield screen(self._desk, None, Texts(lang))

    def show(self, where: str, lang: Lang) -> Shown:
        """The same session again, in another language perhaps."""
        yield self._as_it_is(where, Texts(lang), "")

    def over(self, where: str) -> Session | None:
        """The session, where it is over and its result can be shown."""
        session = self._find(session_of(where))
        return session if waiting_for(session) is Waiting.OVER else None

    def _act(
        self,
        where: str,
        texts: Texts,
        steps: Callable[[str], Iterator[Step]],
        typed: bool = False,
    ) -> Shown:
        """Drive the session on, unless it has moved since this page was drawn."""
        session = self._find(session_of(where))
        if session is None or place(session) != where:
            notice = "web.notice.gone" if session is None else "web.notice.elsewhere"
            yield screen(self._desk, session, texts, texts(notice), typed=True)
            return
        yield from self._drive(session, texts, lambda: steps(session.id), typed)

    def _drive(
        self,
        session: Session,
        texts: Texts,
        steps: Callable[[], Iterator[Step]],
        typed: bool = False,
    ) -> Shown:
        """Show every step. Closing this generator cancels a grading under way."""
        notice = ""
        try:
            with (
                self._desk.turns.of(session.id) as stop,
                closing(self._steps(session.id, texts, steps)) as screens,
            ):
                for shown in screens:
                    if stop.is_set():
                        return
                    yield shown
        except BusyError:
            notice, typed = texts("web.notice.busy"), True
        except SessionError:
            notice, typed = texts("web.notice.elsewhere"), True
        except InputError as error:
            notice, typed = texts("web.notice.failed", reason=error), True
        except SimulatorError as error:
            notice = texts("web.notice.failed", reason=error)
        yield screen(self._desk, self._find(session.id), texts, notice, typed)

    def _steps(self, session_id: str, texts: Texts, steps: Callable[[], Iterator[Step]]) -> Screens:
        happening = steps()
        yield working(self._desk, self._desk.interviews.session(session_id), texts)
        began: tuple[float, int] | None = None
        for step in happening:
            if isinstance(step, Progress):
                # The pace counts from the first sign of progress: before it, a model may load.
                began = began or (time.monotonic(), step.done)
                pace = _pace(time.monotonic() - began[0], step.done - began[1])
                yield progress(step, pace, texts)
            else:
                began = None
                yield working(self._desk, self._desk.interviews.session(session_id), texts)

    def _as_it_is(self, where: str, texts: Texts, notice: str) -> Screen:
        return screen(self._desk, self._find(session_of(where)), texts, notice, typed=True)

    def _find(self, session_id: str) -> Session | None:
        try:
            return self._desk.interviews.session(session_id) if session_id else None
        except SessionError:
            return None


def _pace(seconds: float, done: int) -> float | None:
    """Seconds that a step takes, or None while too few were done to tell."""
    return seconds / done if done > 1 else None
