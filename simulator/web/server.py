"""Serve the page: on loopback unless asked otherwise, with limits, a login where there is one."""

from __future__ import annotations

import hmac
import ipaddress
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass

import fastapi
import gradio as gr
import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from simulator.errors import InputError
from simulator.web.assets import FRONTEND, Assets
from simulator.web.limits import RULES, RateLimit, Rule
from simulator.web.look import css, head, theme
from simulator.web.preloads import Preloads, preloads
from simulator.web.process import favour_answering

# An answer may have 20,000 characters of up to 4 bytes, and travels inside JSON.
MAX_BODY_BYTES = 1_000_000
# A guide or an answer set may have 5 MB; the rest is what a form wraps around it.
MAX_UPLOAD_BYTES = 5_000_000 + 100_000
_UPLOADS = "/gradio_api/upload"


@dataclass(frozen=True)
class Access:
    """Who may reach the page. `password` is asked for where it is set; any user name goes with it.

    Without a password an address beyond loopback needs `open_to_network`. `rules` bound how often
    a visitor may ask; without them, those of limits.py hold where others can come, and none here.
    """

    host: str = "127.0.0.1"
    port: int = 7860
    password: str | None = None
    open_to_network: bool = False
    rules: tuple[Rule, ...] | None = None

    @property
    def shared(self) -> bool:
        """Whether others than the person at this machine may come."""
        return not _is_loopback(self.host)

    def check(self) -> None:
        """Raises InputError where anybody could walk in unasked."""
        if self.shared and not self.password and not self.open_to_network:
            raise InputError(
                f"'{self.host}' can be reached from other machines; set a password, or say that"
                " it may be open to the network"
            )
        if self.password is not None and len(self.password) < 8:
            raise InputError("the password is shorter than 8 characters; use a longer one")


def application(blocks: gr.Blocks, access: Access, mcp: bool = False) -> fastapi.FastAPI:
    """The page with ``/healthz``, its limits and its login, ready for any ASGI server."""
    access.check()
    app = fastapi.FastAPI(openapi_url=None)

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        server_name=access.host,
        server_port=access.port,
        auth=_door(access.password),
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size=MAX_UPLOAD_BYTES,
        enable_monitoring=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=mcp,
        theme=theme(),
        css=css(),
        head=head(),
    )
    rules = RULES if access.rules is None and access.shared else access.rules
    if rules:
        app.add_middleware(RateLimit, rules=rules)
    app.add_middleware(Assets, folder=FRONTEND / "assets")
    app.add_middleware(Preloads, names=preloads(blocks.get_config_file(), FRONTEND))
    app.add_middleware(BodyLimit, limit=MAX_BODY_BYTES, uploads=MAX_UPLOAD_BYTES)
    return app


def serve(blocks: gr.Blocks, access: Access, mcp: bool = False) -> None:
    """Serve until interrupted. Raises InputError when the address cannot be used."""
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    app = application(blocks, access, mcp)
    favour_answering()
    listening = listen(access)
    listening.listen()  # whoever reads the address may come at once
    host, port = listening.getsockname()[:2]
    print(f"http://{'[' + host + ']' if ':' in host else host}:{port}/", flush=True)
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=3)
    uvicorn.Server(config).run(sockets=[listening])


def listen(access: Access) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises InputError."""
    family = socket.AF_INET6 if ":" in access.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((access.host, access.port))
    except OSError as error:
        listening.close()
        raise InputError(
            f"cannot listen on {access.host} port {access.port} ({error.strerror}); choose another"
        ) from None
    return listening


class BodyLimit:
    """ASGI middleware: a request whose body is over `limit` bytes gets 413, however it is sent.

    Files may have `uploads` bytes.
    """

    def __init__(self, app: ASGIApp, limit: int, uploads: int) -> None:
        self._app = app
        self._limit = limit
        self._uploads = uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on while its body stays within the limit."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._uploads if scope["path"] == _UPLOADS else self._limit
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > limit:
            await _refuse(send)
            return
        taken = 0

        async def limited() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit:
                return {"type": "http.disconnect"}
            return message

        await self._app(scope, limited, send)


async def _refuse(send: Send) -> None:
    await send({"type": "http.response.start", "status": 413, "headers": []})
    await send({"type": "http.response.body", "body": b"request too large"})


def _door(password: str | None) -> Callable[[str, str], bool] | None:
    if password is None:
        return None
    wanted = password.encode()

    def opens(_user: str, given: str) -> bool:
        return hmac.compare_digest(given.encode(), wanted)

    return opens


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
