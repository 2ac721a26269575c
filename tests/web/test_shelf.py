"""People's own guides in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.guide.pdfs import pdf_of
from tests.web.conftest import GRADIO_WARNINGS, Server, Visitor
from tests.web.test_page import assert_fits, axe, editor, open_tab, say

pytestmark = [pytest.mark.browser, GRADIO_WARNINGS]

TEXT = """# Hornos
## Seguridad
La válvula corta el gas sin llama
La puerta tiene un seguro contra niños
## Arquitectura
El quemador calienta la cámara entera
"""
HOSTILE = "# <img src=x onerror=alert(1)>\n\n- una línea con texto\n- otra línea más\n- y una más\n"
SLOW = 120_000


def bring(page: Page, path: Path) -> None:
    page.get_by_role("button", name="Empezar").wait_for()
    open_tab(page, "Guía")
    page.get_by_role("button", name="Tus propias guías").click()
    page.locator("#guide-drop input").set_input_files(path)
    expect(page.locator("#guide-said")).to_contain_text("está lista", timeout=SLOW)


def test_a_pdf_is_brought_searched_and_asked_about(
    serve: Callable[..., Server], visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    visitor = visit(serve())
    page = visitor.page
    path = tmp_path / "cocina.pdf"
    path.write_bytes(pdf_of(TEXT))
    bring(page, path)
    expect(page.locator("#guide-said")).to_contain_text("Secciones: 2; preguntas derivadas: 1")
    expect(page.locator("#contents")).to_contain_text("Hornos")
    page.get_by_label("Buscar en la guía").fill("válvula de gas")
    page.get_by_label("Buscar en la guía").press("Enter")
    page.locator("#results .cite").first.click()
    expect(page.locator("#passage .section")).to_contain_text("corta el gas")
    page.get_by_text("Preguntas derivadas de esta guía").click()
    expect(page.locator("#derived")).to_contain_text("Hornos (derivada de tu guía)")
    visitor.picture("own-guide")
    page.get_by_role("button", name="Empezar una entrevista con la guía cocina").click()
    expect(page.locator(".log .question")).to_contain_text("derivada de tu guía «cocina»")
    expect(editor(page)).to_be_visible()
    say(page, "La válvula corta el gas, la puerta tiene un seguro y el quemador calienta la cámara")
    expect(page.locator("#card .answer-card h3")).to_contain_text("derivada", timeout=SLOW)
    page.locator("#card button.cite").first.click()
    expect(page.locator("#passage mark").first).to_be_visible()


def test_a_guide_of_a_stranger_is_not_seen(
    serve: Callable[..., Server], visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    server = serve(shared=True)
    path = tmp_path / "mía.md"
    path.write_text(HOSTILE, encoding="utf-8")
    ana, beto = visit(server).page, visit(server).page
    bring(ana, path)
    expect(ana.locator("#shelf li")).to_have_count(2)
    expect(ana.locator("#contents")).to_contain_text("<img src=x")
    bring(beto, path)
    expect(beto.locator("#shelf li")).to_have_count(2)
    ana.get_by_role("button", name="Borrar la guía").click()
    expect(ana.locator("#shelf li")).to_have_count(1)
    expect(ana.locator("#contents")).not_to_contain_text("<img")
    beto.get_by_role("tab", name="Historial").click()
    open_tab(beto, "Guía")
    expect(beto.locator("#shelf li")).to_have_count(2)


def test_a_file_that_is_no_guide_is_one_line(
    serve: Callable[..., Server], visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    page = visit(serve()).page
    page.get_by_role("button", name="Empezar").wait_for()
    open_tab(page, "Guía")
    page.get_by_role("button", name="Tus propias guías").click()
    for name, data, says in (
        ("rota.pdf", b"%PDF-1.7 nada", "no PDF that can be read"),
        ("sin.md", b"sin titulos", "headings"),
        ("aws_guide.es.md", HOSTILE.encode(), "ships"),
    ):
        path = tmp_path / name
        path.write_bytes(data)
        page.locator("#guide-drop input").set_input_files(path)
        expect(page.locator("#guide-said [role=alert]")).to_contain_text(re.compile(says))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_shelf_on_a_phone_keeps_nobody_out(
    serve: Callable[..., Server], visit: Callable[..., Visitor], tmp_path: Path, scheme: str
) -> None:
    visitor = visit(serve(), viewport={"width": 360, "height": 740}, color_scheme=scheme)
    page = visitor.page
    path = tmp_path / "un nombre de guía que es más largo que un teléfono.txt"
    path.write_text("HORNOS\n\nUno dos tres\nCuatro cinco seis\nSiete ocho\n", encoding="utf-8")
    bring(page, path)
    page.get_by_text("Preguntas derivadas de esta guía").click()
    visitor.picture(f"phone-own-guide-{scheme}")
    assert_fits(page)
    assert axe(page, "own guide") == []
