from __future__ import annotations

import io
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from simulator.errors import GuideError
from simulator.guide.chunking import sections
from simulator.guide.ingest import read_guide
from simulator.guide.pdf import MAX_PAGES, to_markdown
from tests.guide.pdfs import pdf_of

GUIDE = """# Colas de mensajes
## Arquitectura
Una cola desacopla a quien produce de quien consume, y guarda los mensajes mientras el consumidor está caído o va más lento.
- Reintenta lo que falla
- Aparta lo que falla siempre
## Seguridad
Cifra la cola en reposo.
"""  # noqa: E501 - one line of text that the page has to wrap


def test_larger_lines_are_headings_and_wrapped_ones_are_joined() -> None:
    text = to_markdown(pdf_of(GUIDE), "g.pdf")
    found = {section.key: section.text for section in sections(text, "g")}
    assert list(found) == ["colas-de-mensajes/architecture", "colas-de-mensajes/security"]
    assert GUIDE.splitlines()[2] in found["colas-de-mensajes/architecture"]
    assert "- Reintenta lo que falla\n- Aparta" in found["colas-de-mensajes/architecture"]
    assert found["colas-de-mensajes/security"] == "Cifra la cola en reposo."


def test_what_stands_on_every_page_is_left_out() -> None:
    text = to_markdown(pdf_of(GUIDE, pages=4, footer="Confidencial, hoja {page}"), "g.pdf")
    assert "Confidencial" not in text
    assert text.count("Cifra la cola") == 4


def test_progress_counts_pages() -> None:
    seen: list[tuple[int, int]] = []
    to_markdown(pdf_of(GUIDE, pages=3), "g.pdf", lambda *moment: seen.append(moment))
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_a_line_of_the_body_is_never_a_heading_by_its_marks() -> None:
    text = to_markdown(pdf_of("# Título\n#1 en ventas\n====\ncuerpo del texto aquí\n"), "g.pdf")
    assert [section.heading for section in sections(text, "g")] == ["Título"]


def test_a_pdf_without_headings_gets_its_name(tmp_path: Path) -> None:
    path = tmp_path / "apuntes.pdf"
    path.write_bytes(pdf_of("Una cola desacopla.\nCifra todo.\n"))
    assert read_guide(path).startswith("# apuntes\n")


def locked() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf_of(GUIDE))))
    writer.encrypt("secreto", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def blank(pages: int) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(100, 100)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"%PDF-1.7 nothing more", "no PDF that can be read"),
        (pdf_of(GUIDE)[:400], "no PDF that can be read"),
        (locked(), "asks for a password"),
        (blank(2), "has no text, only pictures"),
        (blank(MAX_PAGES + 1), f"at most {MAX_PAGES}"),
    ],
    ids=["empty", "torn", "locked", "scan", "long"],
)
def test_a_pdf_that_cannot_be_used_is_one_line(data: bytes, says: str) -> None:
    with pytest.raises(GuideError, match=says) as caught:
        to_markdown(data, "g.pdf")
    assert "\n" not in str(caught.value)
