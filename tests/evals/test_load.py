"""The people without a browser that `python -m evals load` sends, against a real server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from evals.load.people import Plan, crowd, faults, interview
from tests.web.conftest import GRADIO_WARNINGS, Server, assembly, grader, serve

__all__ = ["assembly", "grader", "serve"]
pytestmark = GRADIO_WARNINGS


def test_people_hold_interviews_side_by_side(serve: Callable[..., Server]) -> None:
    plan = Plan(3, interview, think=0.05, rounds=1)
    url = serve(shared=True).url
    with ThreadPoolExecutor(1) as apart:  # the browser tests keep a loop running in this thread
        found = apart.submit(lambda: asyncio.run(crowd(url, plan))).result()
    assert found.faults == []
    assert found.interviews == 3
    assert len(found.reactions) > 3 * 6


@pytest.mark.parametrize(
    ("place", "shown", "notice"),
    [
        ("other:1", "", ""),
        ("mine:1", "<p>Soy candidata-2.</p>", ""),
        ("mine:1", "", '<div role="alert" class="notice">No se pudo</div>'),
    ],
)
def test_what_must_not_happen_is_a_fault(place: str, shown: str, notice: str) -> None:
    assert len(faults("candidata-1", "mine", place, shown, notice)) == 1
    assert faults("candidata-1", "mine", "mine:3", "Soy candidata-1.", "") == []
