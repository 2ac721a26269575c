"""What a candidate may type instead of an answer, in either language."""

from __future__ import annotations

from enum import StrEnum


class Command(StrEnum):
    """A wish about the interview itself."""

    PAUSE = "pause"
    SKIP = "skip"
    HINT = "hint"
    RETRY = "retry"
    QUIT = "quit"
    HELP = "help"


_WORDS = {
    "/pausa": Command.PAUSE,
    "/pause": Command.PAUSE,
    "/saltar": Command.SKIP,
    "/skip": Command.SKIP,
    "/pista": Command.HINT,
    "/hint": Command.HINT,
    "/reintentar": Command.RETRY,
    "/retry": Command.RETRY,
    "/salir": Command.QUIT,
    "/quit": Command.QUIT,
    "/exit": Command.QUIT,
    "/ayuda": Command.HELP,
    "/help": Command.HELP,
}


def command(text: str) -> Command | None:
    """The command that this text is, or None when it is an answer."""
    return _WORDS.get(text[:20].strip().casefold())


def looks_like_command(text: str) -> bool:
    """Whether the text is one slashed word: a mistyped command, not an answer."""
    stripped = text[:40].strip()
    return stripped.startswith("/") and len(stripped.split()) == 1 and len(stripped) < 20
