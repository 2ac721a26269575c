"""Tells the browser at the start which of Gradio's scripts and styles the page needs.

By themselves they come in four turns, each after what the one before has run: the frame, its core,
the blocks, then the components. Which they are is read from Gradio's own bundle (Vite writes beside
each import what it needs); where that is not as expected, nothing is told and the page only comes
later.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ENTRY = re.compile(r'src="\./assets/([\w.-]+\.js)"')
_NEEDED = re.compile(r"\bm\.f=\[([^\]]*)\]")
_IMPORT = re.compile(r"import\(`\./([\w.-]+)`\)(?:(?!import\().)*?__vite__mapDeps\(\[([\d,]*)\]\)")
_END = b"</head>"


def preloads(config: Mapping[str, Any], frontend: Path) -> list[str]:
    """Names in the folder of assets that the page of this Gradio `config` starts with.

    `frontend` is Gradio's folder of ``index.html``.
    """
    assets = frontend / "assets"
    entry = _ENTRY.search(_text(frontend / "index.html"))
    frame = _first_import(assets / entry[1]) if entry else []
    kinds = _kinds(config)
    names = [*frame, *(_first_import(assets / frame[0]) if frame else [])]
    for name in frame:
        script = _text(assets / name)
        for kind in kinds:
            made = re.search(rf"[{{,]{kind}:\{{[^{{}}]*?component:([^{{}}]*)\}}", script)
            names += next(_imports(made[1], script), []) if made else []
    return [name for name in dict.fromkeys(names) if (assets / name).is_file()]


def _first_import(script: Path) -> list[str]:
    text = _text(script)
    return next(_imports(text, text), [])


def _imports(part: str, script: str) -> Iterator[list[str]]:
    """For each import in a part of a script, what is imported and what that needs."""
    needed = _NEEDED.search(script)
    files = re.findall(r'"\./([\w.-]+)"', needed[1]) if needed else []
    for name, places in _IMPORT.findall(part):
        wanted = {int(place) for place in places.split(",") if place}
        yield [name, *(file for place, file in enumerate(files) if place in wanted)]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _kinds(config: Mapping[str, Any]) -> set[str]:
    """The kinds of components that are there at the start: not those of hidden groups and tabs."""
    known = {component["id"]: component for component in config["components"]}

    def seen(node: Mapping[str, Any], selected: object = None) -> Iterator[str]:
        component = known.get(node["id"], {"type": "column", "props": {}})
        props = component["props"]
        away = component["type"] == "tabitem" and props.get("id") != selected
        if props.get("visible", True) and not away:
            yield component["type"]
            for child in node.get("children") or ():
                yield from seen(child, props.get("selected"))

    return set(seen(config["layout"]))


class Preloads:
    """ASGI middleware that writes links to these assets into the head of the page."""

    def __init__(self, app: ASGIApp, names: list[str]) -> None:
        self._app = app
        # A style is fetched early only: where it stands among the others is left to Gradio.
        links = (
            f'<link rel="preload" as="style" crossorigin href="./assets/{name}">'
            if name.endswith(".css")
            else f'<link rel="modulepreload" crossorigin href="./assets/{name}">'
            for name in names
        )
        self._links = "".join(links).encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, with the links in where the page itself is asked for."""
        if scope["type"] != "http" or scope["path"] != "/" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        start: Message = {}
        body = b""

        async def linked(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
                return
            body += message.get("body", b"")
            if message.get("more_body"):
                return
            before, end, after = body.rpartition(_END)
            whole = before + self._links + end + after if end else body
            MutableHeaders(scope=start)["content-length"] = str(len(whole))
            await send(start)
            await send({"type": "http.response.body", "body": whole})

        await self._app(scope, receive, linked)
