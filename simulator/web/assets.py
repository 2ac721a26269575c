"""Gradio's scripts and styles out of memory: its first page asks for some seventy at once.

By Gradio itself each goes through its router and three threads. Their names hold a hash of their
content, so that browsers may keep them for good.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import gradio as gr
from starlette.types import ASGIApp, Receive, Scope, Send

FRONTEND = Path(gr.__file__).parent / "templates" / "frontend"
_PREFIX = "/assets/"
# Said here, and not looked up: what a system thinks of ".js" may keep a browser from running it.
_KINDS = {".js": b"text/javascript; charset=utf-8", ".css": b"text/css; charset=utf-8"}
_FOR_GOOD = b"public, max-age=31536000, immutable"


class Assets:
    """ASGI middleware that answers for the scripts and styles in Gradio's folder of assets."""

    def __init__(self, app: ASGIApp, folder: Path) -> None:
        self._app = app
        self._files = {path.name: path for path in folder.glob("*") if path.suffix in _KINDS}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on what is asked for otherwise."""
        path = str(scope.get("path", ""))
        file = self._files.get(path.removeprefix(_PREFIX)) if path.startswith(_PREFIX) else None
        if file is None or scope.get("method") != "GET":
            await self._app(scope, receive, send)
            return
        body, headers = _read(file)
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


@cache
def _read(file: Path) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    body = file.read_bytes()
    headers = [
        (b"content-type", _KINDS[file.suffix]),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", _FOR_GOOD),
        (b"x-content-type-options", b"nosniff"),
    ]
    return body, headers
