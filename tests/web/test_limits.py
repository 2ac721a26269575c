from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from playwright.sync_api import expect

from simulator.web.limits import RateLimit, Rule
from simulator.web.server import Access
from tests.web.conftest import GRADIO_WARNINGS, Server, Visitor
from tests.web.test_page import begin

RULES = (
    Rule("/login", each="1/minute", all="100/minute"),
    Rule("/", each="2/minute", all="3/minute"),
)


async def app(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


class Asking:
    """Sends requests through the middleware and keeps the last reply."""

    def __init__(self) -> None:
        self.limit = RateLimit(app, RULES)
        self.sent: list[dict[str, Any]] = []

    def __call__(self, who: str, path: str = "/x", method: str = "POST", lang: str = "") -> int:
        self.sent = []

        async def send(message: Any) -> None:
            self.sent.append(message)

        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "client": (who, 1),
            "headers": [(b"accept-language", lang.encode())],
        }
        # In a thread of its own: Playwright's loop may be running in this one.
        with ThreadPoolExecutor(1) as pool:
            pool.submit(lambda: asyncio.run(self.limit(scope, None, send))).result()  # type: ignore[arg-type]
        return int(self.sent[0]["status"])


def test_one_visitor_is_held_back_and_another_is_not() -> None:
    ask = Asking()
    assert [ask("ana"), ask("ana"), ask("ana"), ask("beto")] == [200, 200, 429, 200]


def test_all_together_are_held_back() -> None:
    ask = Asking()
    assert [ask("a"), ask("b"), ask("c"), ask("d")] == [200, 200, 200, 429]


def test_each_rule_counts_for_itself_and_reading_is_free() -> None:
    ask = Asking()
    assert [ask("a", "/login"), ask("a", "/login")] == [200, 429]
    assert [ask("a"), ask("a")] == [200, 200]
    assert [ask("a", method="GET") for _ in range(5)] == [200] * 5


@pytest.mark.parametrize(("lang", "says"), [("en-GB", "Wait"), ("es-PE", "Espera"), ("", "Espera")])
def test_the_reply_says_how_long_to_wait(lang: str, says: str) -> None:
    ask = Asking()
    for _ in range(3):
        ask("a", lang=lang)
    headers = dict(ask.sent[0]["headers"])
    assert 1 <= int(headers[b"retry-after"]) <= 61
    assert says in json.loads(ask.sent[1]["body"])["detail"]


@pytest.mark.browser
@GRADIO_WARNINGS
def test_a_person_is_told_and_loses_nothing(
    serve: Callable[..., Server], visit: Callable[..., Visitor]
) -> None:
    rules = (Rule("/", each="4/minute", all="100/minute"),)
    visitor = visit(serve(Access(port=0, rules=rules)), locale="es-PE")
    page = visitor.page
    begin(page, closed=0)
    box = page.locator("#answer textarea")
    said = page.get_by_text("Espera")
    send = page.get_by_role("button", name="Enviar respuesta")
    for _ in range(6):
        if said.count():
            break
        send.click()
        page.wait_for_timeout(300)
    box.fill("Mi respuesta")
    send.click()
    expect(said.first).to_be_visible()
    expect(box).to_have_value("Mi respuesta")
    visitor.forgive("429")
