"""How often one visitor, and all of them together, may ask something of a shared page."""

from __future__ import annotations

import json
import math
import time
from dataclasses import dataclass

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.types import ASGIApp, Receive, Scope, Send

from simulator.domain import Lang
from simulator.texts import Texts

_EVERYBODY = "*"


@dataclass(frozen=True)
class Rule:
    """POST requests to paths that begin with `prefix`: at most `each` for one visitor and `all`
    together, as "240/minute". The first rule that fits a path is the only one."""

    prefix: str
    each: str
    all: str


# A page that watches a batch asks once a second; a person who answers asks far less.
RULES = (
    Rule("/login", each="10/minute", all="100/minute"),
    Rule("/gradio_api/upload", each="30/hour", all="300/hour"),
    Rule("/", each="240/minute", all="3000/minute"),
)


class RateLimit:
    """ASGI middleware: what comes too often gets 429, a line for a person and ``Retry-After``.

    A visitor is an address; what was refused is not counted for everybody.
    """

    def __init__(self, app: ASGIApp, rules: tuple[Rule, ...] = RULES) -> None:
        self._app = app
        self._rules = [(rule.prefix, parse(rule.each), parse(rule.all)) for rule in rules]
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on unless it comes too often."""
        seconds = self._wait(scope) if scope["type"] == "http" else None
        if seconds is None:
            await self._app(scope, receive, send)
        else:
            await _refuse(send, seconds, _lang(scope))

    def _wait(self, scope: Scope) -> int | None:
        """Seconds until this request may come again; None where it may pass."""
        if scope["method"] != "POST":
            return None
        for prefix, each, everybody in self._rules:
            if scope["path"].startswith(prefix):
                visitor = (scope.get("client") or ("unknown",))[0]
                mine = self._full(each, prefix, visitor)
                return self._full(everybody, prefix, _EVERYBODY) if mine is None else mine
        return None

    def _full(self, item: RateLimitItem, prefix: str, who: str) -> int | None:
        if self._limiter.hit(item, prefix, who):
            return None
        reset = self._limiter.get_window_stats(item, prefix, who).reset_time
        return max(1, math.ceil(reset - time.time()))


async def _refuse(send: Send, seconds: int, lang: Lang) -> None:
    detail = Texts(lang)("web.notice.too_often", seconds=seconds)
    body = json.dumps({"detail": detail}, ensure_ascii=False).encode()
    headers = [(b"content-type", b"application/json"), (b"retry-after", str(seconds).encode())]
    await send({"type": "http.response.start", "status": 429, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _lang(scope: Scope) -> Lang:
    """The visitor's language, as the browser says it."""
    said = dict(scope["headers"]).get(b"accept-language", b"")[:2].decode("latin-1").lower()
    return Lang(said) if said in set(Lang) else Lang.ES
