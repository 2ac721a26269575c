"""The web page. Gradio is imported by `launch` only, so that the terminal never waits for it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from simulator.errors import InputError
from simulator.settings import Settings

if TYPE_CHECKING:
    from simulator.assembly import Assembly
    from simulator.batch import Batches

Judge = Literal["auto", "logprobs", "structured", "similarity"]


def launch(
    settings: Settings,
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    judge: Judge = "auto",
    password_file: Path | None = None,
    open_to_network: bool = False,
    mcp: bool = False,
    batches: Callable[[Assembly, Judge], Batches] | None = None,
) -> None:
    """Serve the page until interrupted, and print its address.

    `port` 0 takes a free one; `password_file` holds a password to ask for; `batches` makes what
    grades whole answer sets. Raises InputError on an
    address that cannot be used, or that others can reach without a password and without
    `open_to_network`.
    """
    from simulator.web.process import bound_memory

    bound_memory()
    from simulator.assembly import Assembly
    from simulator.service import Interviews
    from simulator.web.desk import Desk
    from simulator.web.model_state import Preparation
    from simulator.web.server import Access, serve
    from simulator.web.ui import build_ui

    access = Access(host, port, _password(password_file), open_to_network)
    access.check()
    with ExitStack() as stack:
        assembly = stack.enter_context(Assembly(settings))
        made = batches(assembly, judge) if batches else None
        if made is not None:
            stack.callback(made.close)
        parts = assembly.parts()
        desk = Desk(
            interviews=Interviews(parts, access.shared),
            parts=parts,
            model=Preparation(assembly, judge),
            judge=judge,
            lang=settings.lang,
            shared=access.shared,
            batches=made,
            library=assembly.library,
        )
        serve(build_ui(desk), access, mcp)


def _password(path: Path | None) -> str | None:
    try:
        return None if path is None else path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise InputError(f"the password file '{path}' cannot be read; check its path") from None
