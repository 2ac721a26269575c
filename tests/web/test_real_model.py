"""The page with the model that ships: one interview, as a person holds it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from simulator.assembly import Assembly
from simulator.service import Interviews
from simulator.settings import Settings
from simulator.web.desk import Desk
from simulator.web.model_state import Preparation
from tests.web.conftest import GRADIO_WARNINGS, Server, Visitor
from tests.web.test_page import begin, choose, editor, say

pytestmark = [pytest.mark.browser, pytest.mark.llm, GRADIO_WARNINGS, pytest.mark.timeout(900)]

ANSWER = (
    "API Gateway recibe, una Lambda valida y deja el trabajo en una cola SQS con DLQ y reintentos;"
    " el trabajo pesado corre en ECS Fargate Spot para bajar el costo. Guardo en DynamoDB con una"
    " clave de idempotencia. Todo se cifra con KMS y cada función tiene un rol de IAM mínimo."
)
GRADED = 600_000  # ms; a busy machine takes many times the usual twenty seconds


@pytest.fixture
def real(tmp_path: Path) -> Iterator[Server]:
    own = {"SIMULATOR_HOME": str(tmp_path), "SIMULATOR_MODEL": "embedded"}
    with Assembly(Settings.from_environment({**os.environ, **own})) as assembly:
        parts = assembly.parts()
        model = Preparation(assembly, "auto")
        server = Server(lambda: Desk(Interviews(parts), parts, model, library=assembly.library))
        yield server
        server.stop()


def test_an_interview_with_the_model_that_ships(
    real: Server, visit: Callable[..., Visitor]
) -> None:
    visitor = visit(real)
    page = visitor.page
    begin(page, closed=1, open_=1)
    choose(page)
    expect(editor(page)).to_be_visible()
    say(page, ANSWER)
    over, asked = page.locator("#card .answer-card"), page.locator(".log .follow_up, .log .change")
    for number in range(4):
        expect(over.or_(asked.nth(number)).first).to_be_visible(timeout=GRADED)
        if over.is_visible():
            break
        page.get_by_role("button", name="Saltar").click(timeout=GRADED)
    expect(page.locator("#card .dimension")).to_have_count(3, timeout=GRADED)
    expect(page.locator("#card .ungraded")).to_have_count(0)
    expect(page.locator("#card .covered li").first).to_be_visible()
    visitor.picture("embedded-model")
    page.locator("#card button.cite").first.click()
    expect(page.locator("#passage mark").first).to_be_visible()
