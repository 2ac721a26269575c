from __future__ import annotations

from pathlib import Path

from simulator.guide.chunking import sections
from simulator.guide.ingest import read_guide
from simulator.guide.plain import with_headings


def headings(text: str) -> list[str]:
    return [section.heading for section in sections(with_headings(text, "guía"), "g")]


def test_lines_that_stand_as_headings_are_marked() -> None:
    text = "COLAS\n\nUna cola desacopla.\n\nCostos\n\nSon bajos.\n\nCACHES\n\nGuardan lecturas.\n"
    assert headings(text) == ["COLAS", "COLAS › Costos", "CACHES"]


def test_numbers_say_the_level() -> None:
    text = "1. Colas\n\ntexto uno\n\n1.1 Costos\n\ntexto dos\n\n2) Caches\n\ntexto tres\n"
    assert headings(text) == ["Colas", "Colas › Costos", "Caches"]


def test_what_comes_first_stands_under_the_name() -> None:
    assert headings("Apuntes míos.\n\nCOLAS\n\nUna cola.\n") == ["guía", "COLAS"]


def test_sentences_items_and_the_end_are_no_headings() -> None:
    text = "Una frase corta.\n\n- un punto\n\nde corrido\n\n¿Y esto?\n\n    código\n\nfin\n"
    assert headings(text) == ["guía"]


def test_a_text_file_without_headings_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "notas.txt"
    path.write_text("una cola desacopla y reintenta\nun cache guarda lecturas\n", encoding="utf-8")
    assert read_guide(path).startswith("# notas\n")
