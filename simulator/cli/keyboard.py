"""Reading what a candidate types, from a terminal or from a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from typing import Any

from simulator.texts import Texts

MAX_LINE = 1_000_000


class Keyboard:
    """Reads answers. Raises EOFError at the end of input and KeyboardInterrupt on Ctrl-C.

    `time` is a line about the clock, shown below the answer and renewed every second; it never
    interrupts what is typed.
    """

    def __init__(self, texts: Texts, time: Callable[[], str] = lambda: "") -> None:
        self._texts = texts
        self._time = time
        self._prompts: dict[bool, Any] = {}

    @property
    def live(self) -> bool:
        """Whether a person types, and no pipe."""
        return sys.stdin.isatty()

    def read(self, multiline: bool) -> str:
        """One answer: a line, or with `multiline` lines up to an empty one. Never blank."""
        while True:
            text = self._typed(multiline) if self.live else _piped(multiline)
            if text.strip():
                return text.strip()

    def line(self) -> str:
        """One line, which may be blank."""
        return self._typed(multiline=False).strip() if self.live else _piped(False)

    def _typed(self, multiline: bool) -> str:
        if multiline not in self._prompts:
            self._prompts[multiline] = _prompt_session(multiline)
        hint = self._texts("terminal.type_open" if multiline else "terminal.type_closed")

        def toolbar() -> str:
            return " · ".join(part for part in (hint, self._time()) if part)

        text: str = self._prompts[multiline].prompt(
            "› ", bottom_toolbar=toolbar, refresh_interval=1
        )
        return text


def _prompt_session(multiline: bool) -> Any:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.filters import Condition
    from prompt_toolkit.key_binding import KeyBindings
    from prompt_toolkit.key_binding.key_processor import KeyPressEvent

    keys = KeyBindings()
    session: PromptSession[str] = PromptSession(
        multiline=multiline,
        key_bindings=keys,
        prompt_continuation="  ",
        reserve_space_for_menu=0,
    )

    @Condition
    def complete() -> bool:
        document = session.default_buffer.document
        one_command = document.text.startswith("/") and document.line_count == 1
        return not document.current_line.strip() or one_command

    # A pasted text arrives as one insertion, so that empty lines inside it do not send it.
    @keys.add("enter", filter=complete)
    def _send(event: KeyPressEvent) -> None:
        event.current_buffer.validate_and_handle()

    return session


def _piped(multiline: bool) -> str:
    return "\n".join(_piped_lines(multiline))


def _piped_lines(multiline: bool) -> Iterator[str]:
    """Lines up to an empty one; a command or a single-line answer ends at its line."""
    first = True
    while True:
        line = sys.stdin.readline(MAX_LINE)
        if not line and first:
            raise EOFError
        if not line.strip():
            return
        yield line.rstrip("\n")
        if not multiline or (first and line.startswith("/")):
            return
        first = False
