from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import httpx

from simulator.web.assets import FRONTEND
from simulator.web.preloads import preloads
from tests.web.conftest import GRADIO_WARNINGS, Server

pytestmark = GRADIO_WARNINGS

_LINK = re.compile(r'<link rel="(\w+)"(?: as="style")? crossorigin href="\./assets/([^"]+)">')


def _config(*, open_tab: str = "first") -> dict[str, object]:
    """As Gradio writes it: two tabs, a hidden column in the first."""
    kinds = ("tabs", "tabitem", "textbox", "column", "audio", "tabitem", "slider")
    props: dict[int, dict[str, object]] = {
        0: {"selected": open_tab},
        1: {"id": "first"},
        3: {"visible": False},
        5: {"id": "second"},
    }
    hidden = {"id": 3, "children": [{"id": 4}]}
    tabs = [
        {"id": 1, "children": [{"id": 2}, hidden]},
        {"id": 5, "children": [{"id": 6}]},
    ]
    return {
        "components": [
            {"id": id_, "type": kind, "props": props.get(id_, {})} for id_, kind in enumerate(kinds)
        ],
        "layout": {"id": 99, "children": [{"id": 0, "children": tabs}]},
    }


def test_the_page_names_what_it_starts_with(serve: Callable[..., Server]) -> None:
    url = serve().url
    page = httpx.get(url)
    links = _LINK.findall(page.text)
    assert int(page.headers["content-length"]) == len(page.content)
    assert {kind for kind, _ in links} >= {"modulepreload", "preload"}
    for _, name in links:
        assert httpx.get(f"{url}assets/{name}").status_code == 200
    names = " ".join(name for _, name in links)
    assert all(part in names for part in ("core", "Blocks", "HTML"))


def test_only_what_is_there_at_the_start_is_named() -> None:
    first, second = (preloads(_config(open_tab=tab), FRONTEND) for tab in ("first", "second"))
    assert first
    assert second
    assert set(first) - set(second)  # a textbox
    assert set(second) - set(first)  # a slider
    everything = " ".join(first + second).lower()
    assert "audio" not in everything


def test_another_bundle_names_nothing(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text('<script src="./assets/index.js">', encoding="utf-8")
    script = "import(`./core.js`),__vite__mapDeps([0,7])"
    for text in ("", "import('./core.js')", script, f'm.f=["./gone.js"],{script}'):
        (tmp_path / "assets" / "index.js").write_text(text, encoding="utf-8")
        assert preloads(_config(), tmp_path) == []
    (tmp_path / "index.html").write_text("<html>", encoding="utf-8")
    assert preloads(_config(), tmp_path) == []
