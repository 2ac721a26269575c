from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client

from simulator.sessions.report import Report
from tests.web.conftest import GRADIO_WARNINGS, Server

pytestmark = GRADIO_WARNINGS

PUBLIC = {"/start", "/answer", "/grade", "/report"}


@pytest.fixture
def client(serve: Callable[..., Server]) -> Iterator[Client]:
    client = Client(serve().url, verbose=False, analytics_enabled=False)
    yield client
    client.close()


def test_only_the_endpoints_for_programs_are_public(client: Client) -> None:
    described = client.view_api(return_format="dict", print_info=False)
    assert described["named_endpoints"].keys() == PUBLIC
    assert all(endpoint["description"] for endpoint in described["named_endpoints"].values())


def test_a_program_holds_an_interview(client: Client) -> None:
    begun = client.predict(closed=1, open=1, seed=7, api_name="/start")
    id_, question = begun["session_id"], begun["question"]
    assert question["phase"] == "closed"
    assert question["choose"] >= 1
    assert "key" not in json.dumps(question)
    said = client.predict(id_, " ".join(list(question["options"])[: question["choose"]]),
                          api_name="/answer")  # fmt: skip
    assert [turn["kind"] for turn in said["said"]] == ["answer", "feedback", "question"]
    said = client.predict(id_, "Una cola para desacoplar", api_name="/answer")
    assert said["question"]["phase"] == "open"
    said = client.predict(id_, "/skip", api_name="/answer")
    assert said["finished"]
    report = Report.model_validate(client.predict(id_, api_name="/report"))
    assert report.finished
    assert report.open[0].scores


def test_one_answer_is_graded_alone(client: Client) -> None:
    grade = client.predict("real-time-orders", "Una cola para desacoplar", api_name="/grade")
    assert {score["dimension"] for score in grade["scores"]} == {
        "architecture", "performance", "security",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("call", "says"),
    [
        ({"session_id": "nothere", "api_name": "/report"}, "there is no session"),
        ({"session_id": "nothere", "text": "a", "api_name": "/answer"}, "there is no session"),
        ({"closed": 99, "api_name": "/start"}, "closed"),
        ({"topics": ["no"], "api_name": "/start"}, "unknown topic"),
        ({"question": "nope", "answer": "a", "api_name": "/grade"}, "there is no question"),
        ({"question": "real-time-orders", "answer": " ", "api_name": "/grade"}, "empty"),
        ({"question": "a b", "answer": "x" * 20_001, "api_name": "/grade"}, "20001"),
    ],
)
def test_what_goes_wrong_is_one_line(client: Client, call: dict[str, Any], says: str) -> None:
    with pytest.raises(AppError, match=says) as caught:
        client.predict(**call)
    assert "\n" not in str(caught.value)


def test_the_same_are_tools_for_models(serve: Callable[..., Server]) -> None:
    url = serve(mcp=True).url + "gradio_api/mcp/"

    async def ask() -> tuple[set[str], Any]:
        async with (
            streamable_http_client(url) as (reading, writing, _),
            ClientSession(reading, writing) as session,
        ):
            await session.initialize()
            tools = await session.list_tools()
            begun = await session.call_tool("start", {"closed": 1, "open": 0})
            return {tool.name for tool in tools.tools}, begun

    names, begun = asyncio.run(ask())
    assert names == {name.strip("/") for name in PUBLIC}
    assert not begun.isError
    assert "session_id" in begun.content[0].text
