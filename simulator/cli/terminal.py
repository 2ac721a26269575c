"""The interview in a terminal: what is asked, typed and shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from simulator.assembly import Assembly
from simulator.cli.keyboard import Keyboard
from simulator.cli.screen import Screen
from simulator.domain import InterviewConfig, Mode, Phase
from simulator.errors import SessionError
from simulator.interview.commands import Command, command, looks_like_command
from simulator.progress import Progress
from simulator.service import Graded, Interviews, Noted, Over, PhaseBegan, Said, Step
from simulator.texts import Texts


def start(assembly: Assembly, config: InterviewConfig) -> None:
    """Hold a new interview. Ctrl-C, /pausa and /salir leave it where it can be resumed."""
    screen = Screen(Texts(config.lang))
    interviews = Interviews(assembly.parts())
    assembly.prepare_model(config.judge, screen.download)
    session = interviews.start(config)
    screen.welcome(session, assembly.describe_model(screen.texts, config.judge))
    _converse(interviews, session.id, screen)


def resume(assembly: Assembly, session_id: str) -> None:
    """Go on with an interview where it stopped."""
    interviews = Interviews(assembly.parts())
    session = interviews.session(session_id)
    screen = Screen(Texts(session.config.lang))
    assembly.prepare_model(session.config.judge, screen.download)
    screen.resumed(session, assembly.describe_model(screen.texts, session.config.judge))
    _converse(interviews, session_id, screen)


def _converse(interviews: Interviews, session_id: str, screen: Screen) -> None:
    keyboard = Keyboard(screen.texts, lambda: _time(interviews, session_id, screen))
    try:
        over = _show(interviews.go_on(session_id), screen)
        while not over or _wants_another_try(interviews, session_id, keyboard, screen):
            steps = (
                interviews.retry(session_id)
                if over
                else _turn(interviews, session_id, keyboard, screen)
            )
            if steps is None:
                return
            over = _show(steps, screen)
    except (KeyboardInterrupt, EOFError):
        screen.paused(session_id)
        return
    screen.report(interviews.report(session_id))


def _turn(
    interviews: Interviews, session_id: str, keyboard: Keyboard, screen: Screen
) -> Iterable[Step] | None:
    """What the candidate's next words set going; None when they end the sitting."""
    if (clock := interviews.clock(session_id)) is not None:
        screen.time(clock)
    exchange = interviews.session(session_id).current
    text = keyboard.read(multiline=exchange is not None and exchange.phase is Phase.OPEN)
    match command(text):
        case Command.PAUSE:
            interviews.pause(session_id)
            screen.paused(session_id)
            return None
        case Command.QUIT:
            interviews.pause(session_id)
            if interviews.session(session_id).config.mode is not Mode.EXAM:
                screen.report(interviews.report(session_id))
            screen.paused(session_id)
            return None
        case Command.RETRY:
            return _tried(interviews.retry, session_id, screen)
        case Command.SKIP:
            return interviews.skip(session_id)
        case Command.HINT:
            return _tried(interviews.hint, session_id, screen)
        case Command.HELP:
            screen.help()
            return ()
    if looks_like_command(text):
        screen.help()
        return ()
    return interviews.answer(session_id, text)


def _tried(
    wish: Callable[[str], Iterable[Step]], session_id: str, screen: Screen
) -> Iterable[Step]:
    """The steps of a wish, or why it cannot be granted now."""
    try:
        return wish(session_id)
    except SessionError as error:
        screen.refused(error)
        return ()


def _wants_another_try(
    interviews: Interviews, session_id: str, keyboard: Keyboard, screen: Screen
) -> bool:
    """Offer a person who practises the last question again; a pipe is not asked."""
    if not keyboard.live or not interviews.can_retry(session_id):
        return False
    screen.retry_offered()
    return command(keyboard.line()) is Command.RETRY


def _time(interviews: Interviews, session_id: str, screen: Screen) -> str:
    clock = interviews.clock(session_id)
    return "" if clock is None else screen.clock(clock)


def _show(steps: Iterable[Step], screen: Screen) -> bool:
    """Show every step; True when the interview is over."""
    over = False
    with screen.grading() as grading:
        for step in steps:
            match step:
                case PhaseBegan(phase=phase, questions=questions):
                    screen.phase(phase, questions)
                case Said():
                    screen.said(step)
                case Progress(done=done, total=total):
                    grading.update(done, total)
                case Noted():
                    grading.stop()
                    screen.noted()
                case Graded(grade=grade):
                    grading.stop()
                    screen.graded(grade)
                case Over():
                    over = True
    return over
