from __future__ import annotations

import re
from collections.abc import Callable

import httpx
import pytest

from tests.web.conftest import GRADIO_WARNINGS, Server

pytestmark = GRADIO_WARNINGS


def test_scripts_and_styles_are_kept_by_the_browser(serve: Callable[..., Server]) -> None:
    url = serve().url
    names = re.findall(r'(?:src|href)="\./(assets/[^"]+)"', httpx.get(url).text)
    kinds = {}
    for name in names:
        answer = httpx.get(url + name)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        kinds[name.rpartition(".")[2]] = answer.headers["content-type"].partition(";")[0]
    assert kinds == {"js": "text/javascript", "css": "text/css"}


@pytest.mark.parametrize("name", ["nothing.js", "../index.html", "%2e%2e/index.html", ""])
def test_nothing_else_is_given_away(serve: Callable[..., Server], name: str) -> None:
    assert httpx.get(f"{serve().url}assets/{name}").status_code >= 400
