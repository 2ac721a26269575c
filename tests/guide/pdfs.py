"""Small PDFs for tests, written as programs write them."""

from __future__ import annotations

from collections.abc import Iterable

from fpdf import FPDF

SIZES = {"#": 20, "##": 15, "": 11}


def pdf_of(text: str, pages: int = 1, footer: str = "") -> bytes:
    """A PDF of Markdown-like lines: "# Title" and "## Title" are printed larger and bold."""
    document = FPDF()
    for page in range(1, pages + 1):
        document.add_page()
        for mark, line in _lines(text):
            document.set_font("Helvetica", "B" if mark else "", SIZES[mark])
            document.multi_cell(0, SIZES[mark] * 0.6, line, new_x="LMARGIN", new_y="NEXT")
        if footer:
            document.set_font("Helvetica", "", 8)
            document.multi_cell(0, 5, footer.format(page=page), new_x="LMARGIN", new_y="NEXT")
    return bytes(document.output())


def _lines(text: str) -> Iterable[tuple[str, str]]:
    for line in text.strip().splitlines():
        mark, _, rest = line.partition(" ")
        yield (mark, rest) if mark in ("#", "##") else ("", line or " ")
