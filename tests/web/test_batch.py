"""Whole answer sets in a real browser."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.fakes import HashAssembly
from tests.web.conftest import GRADIO_WARNINGS, Server, Visitor
from tests.web.test_page import assert_fits, axe, open_tab

pytestmark = [pytest.mark.browser, GRADIO_WARNINGS]

# The first batch of a process imports scikit-learn and indexes the guide; milliseconds.
SLOW = 120_000
QUESTION = "real-time-orders"
HOSTILE = "<img src=x onerror=alert(1)> una cola SQS para desacoplar; cifro con KMS"
ANSWERS = {
    "buena": f"{HOSTILE}. Reintento y aparto lo que falla en una DLQ, con IAM mínimo.",
    "corta": "No sé",
    "otra": "Pongo una base de datos y un servidor que lee la cola.",
}


def answer_set(folder: Path, answers: dict[str, str] = ANSWERS) -> Path:
    path = folder / "respuestas.jsonl"
    rows = [{"id": k, "question_id": QUESTION, "answer": a} for k, a in answers.items()]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def hand_in(page: Page, path: Path) -> None:
    page.get_by_role("button", name="Empezar").wait_for()
    open_tab(page, "Lote")
    page.locator("#batch-drop input").set_input_files(path)
    page.locator("#batch-setup [data-act=begin]").wait_for()


def grade(page: Page) -> None:
    page.get_by_role("button", name="Revisar y evaluar").click()


def shown(page: Page) -> list[str]:
    """Ids of the rows that are in view, in their order."""
    return page.locator("#batch-table tbody tr:not([hidden]) td[data-key=id]").all_inner_texts()


def test_a_batch_from_a_file_to_a_download(
    serve: Callable[..., Server], visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    visitor = visit(serve())
    page = visitor.page
    hand_in(page, answer_set(tmp_path))
    visitor.picture("batch-setup")
    grade(page)
    expect(page.locator("#batch-progress")).to_contain_text("Terminado", timeout=SLOW)
    expect(page.locator("#batch-progress")).to_contain_text("3 de 3")
    expect(page.locator("#batch-progress")).to_contain_text("llamadas al modelo")
    expect(page.locator("#batch-table tbody tr")).to_have_count(3)
    page.locator("#batch-table").get_by_role("button", name="Seguridad").click()
    assert shown(page)[0] == "corta"
    page.locator("#batch-table").get_by_role("button", name="Seguridad").click()
    assert shown(page)[0] != "corta"
    expect(page.locator("th[aria-sort=descending]")).to_have_count(1)
    page.get_by_label("Filtrar por palabras").fill("servidor")
    assert shown(page) == ["otra"]
    page.get_by_label("Filtrar por palabras").fill("")
    page.get_by_label("Mostrar").select_option("low")
    assert "corta" in shown(page)
    page.get_by_label("Mostrar").select_option("all")
    page.get_by_role("button", name="Abrir el resultado de buena").click()
    expect(page.locator("#batch-card .dimension")).to_have_count(3)
    expect(page.locator("#batch-card .words.candidate")).to_contain_text("<img src=x")
    visitor.picture("batch")
    for name, first in (("results.jsonl", '{"id":'), ("report.html", "<!doctype html>")):
        with page.expect_download() as download:
            page.get_by_role("button", name=name).click()
        assert download.value.suggested_filename == name
        assert download.value.path().read_text(encoding="utf-8").startswith(first)
    page.locator("#batch-card button.cite").first.click()
    page.locator("#passage mark").first.wait_for()
    page.get_by_role("button", name="Volver al resultado").click()
    expect(page.locator("#batch-card button.cite").first).to_be_focused()


def test_a_table_is_dropped_and_its_columns_named(
    serve: Callable[..., Server], visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    path = tmp_path / "notas.csv"
    path.write_text(f'Caso;Dijo;Nota\n{QUESTION};"{ANSWERS["buena"]}";1\n', encoding="cp1252")
    page = visit(serve()).page
    hand_in(page, path)
    grade(page)
    expect(page.get_by_role("alert")).to_contain_text("no column is the answer")
    page.get_by_label("Pregunta, su id en el banco").select_option("Caso")
    page.get_by_label("Respuesta (hace falta)").select_option("Dijo")
    page.get_by_label("Tu puntaje: Seguridad").select_option("Nota")
    grade(page)
    expect(page.locator("#batch-table tbody tr")).to_contain_text("tuyo 1", timeout=SLOW)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_batch_outlives_the_page_and_is_stopped(
    serve: Callable[..., Server],
    visit: Callable[..., Visitor],
    assembly: HashAssembly,
    tmp_path: Path,
) -> None:
    assembly.gate.clear()
    server = serve(shared=True)
    visitor = visit(server)
    page = visitor.page
    hand_in(page, answer_set(tmp_path))
    grade(page)
    expect(page.locator("#batch-progress")).to_contain_text("Evaluando", timeout=SLOW)
    visitor.reload()
    open_tab(page, "Lote")
    expect(page.locator("#batch-progress")).to_contain_text("Evaluando")
    visitor.picture("batch-running")
    page.get_by_role("button", name="Detener").click()
    assembly.gate.set()
    expect(page.locator("#batch-progress")).to_contain_text("Detenido")
    server.stop()
    server.start()
    visitor.reload()
    open_tab(page, "Lote")
    page.get_by_role("button", name="Seguir, y reintentar").click()
    expect(page.locator("#batch-progress")).to_contain_text("3 de 3", timeout=SLOW)
    stranger = visit(server).page
    stranger.get_by_role("button", name="Empezar").wait_for()
    open_tab(stranger, "Lote")
    expect(stranger.locator("#batch-recent")).to_contain_text("Todavía no")
    page.get_by_role("button", name="Borrar el lote").click()
    expect(page.locator("#batch-recent")).to_contain_text("Todavía no")
    expect(page.locator("#batch-table table")).to_have_count(0)


def test_what_cannot_be_taken_is_said_before_it_is_sent(
    serve: Callable[..., Server], visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    page = visit(serve()).page
    page.get_by_role("button", name="Empezar").wait_for()
    open_tab(page, "Lote")
    for name, size, says in (("foto.png", 10, "no sirve aquí"), ("a.csv", 5_000_001, "5 MB")):
        path = tmp_path / name
        path.write_bytes(b"x" * size)
        page.locator("#batch-drop input").set_input_files(path)
        expect(page.locator("#batch-drop .said")).to_contain_text(says)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_batch_on_a_phone_keeps_nobody_out(
    serve: Callable[..., Server], visit: Callable[..., Visitor], tmp_path: Path, scheme: str
) -> None:
    visitor = visit(serve(), viewport={"width": 360, "height": 740}, color_scheme=scheme)
    page = visitor.page
    path = tmp_path / "notas.csv"
    path.write_text(f"question_id;answer\n{QUESTION};{ANSWERS['otra']}\n", encoding="utf-8")
    hand_in(page, path)
    breaches = axe(page, "batch setup")
    visitor.picture(f"phone-batch-setup-{scheme}")
    assert_fits(page)
    grade(page)
    expect(page.locator("#batch-table tbody tr")).to_have_count(1, timeout=SLOW)
    page.get_by_role("button", name="Abrir el resultado").click()
    page.locator("#batch-card .dimension").first.wait_for()
    breaches += axe(page, "batch")
    visitor.picture(f"phone-batch-{scheme}")
    assert_fits(page)
    assert breaches == []
