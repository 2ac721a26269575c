"""A PDF as Markdown: its text in reading order, its larger or bold lines as headings.

The only importer of pypdf. Files of strangers are bounded in pages, text and time.
"""

from __future__ import annotations

import io
import logging
import re
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.errors import GuideError
from simulator.progress import Cancelled

MAX_PAGES = 400
MAX_CHARACTERS = 2_000_000
MAX_SECONDS = 60.0
_LEVELS = 3
_LONGEST_HEADING = 120
_LARGER = 1.1  # times the size of the body from which a line is a heading
_END = re.compile(r"[.:;!?»”\")\]]\W*$")
_ITEM = re.compile(r"^\s*(?:[•◦▪‣·–—*+-]|\d{1,3}[.)])\s+")

OnPage = Callable[[int, int], None]


@dataclass(frozen=True)
class _Line:
    """A line as printed. `size` is in points; `bold` when all of it is."""

    text: str
    size: float
    bold: bool


def to_markdown(data: bytes, name: str, on_page: OnPage = lambda _done, _total: None) -> str:
    """The text of a PDF with Markdown headings where it has headings.

    Raises GuideError for a file that is damaged, locked, has no text (a scan), or is beyond what
    is read here.
    """
    lines = _without_margins(list(_pages(data, name, on_page)))
    if not any(line.text for line in lines):
        raise GuideError(f"{name} has no text, only pictures; give a PDF that was not scanned")
    return "\n".join(_marked(lines)).strip() + "\n"


def _pages(data: bytes, name: str, on_page: OnPage) -> Iterator[list[_Line]]:
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it mends is nobody's business
    until = time.monotonic() + MAX_SECONDS
    taken = 0
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise GuideError(f"{name} asks for a password; save it without one")
        total = len(reader.pages)
        if total > MAX_PAGES:
            raise GuideError(f"{name} has {total} pages, at most {MAX_PAGES} are read; split it")
        for number in range(total):
            lines = _lines(reader.pages[number])
            taken += sum(len(line.text) for line in lines)
            if taken > MAX_CHARACTERS or time.monotonic() > until:
                raise GuideError(f"{name} takes too long to read; split it")
            yield lines
            on_page(number + 1, total)
    except (GuideError, Cancelled):
        raise
    except Exception:  # a broken file may break pypdf in any way
        raise GuideError(f"{name} is no PDF that can be read; save or export it again") from None


def _lines(page: Any) -> list[_Line]:
    """The lines of a page from its fragments, each with the size that most of it has."""
    done: list[_Line] = []
    parts: list[tuple[str, float, bool]] = []

    def end() -> None:
        text = _clean("".join(part for part, _, _ in parts))
        sizes: Counter[float] = Counter()
        for part, size, _ in parts:
            sizes[size] += len(part.strip())
        size = sizes.most_common(1)[0][0] if sizes else 0.0
        bold = all(bold for part, _, bold in parts if part.strip())
        done.append(_Line(text, size, bold and bool(text)))
        parts.clear()

    def visit(text: str, outer: Any, inner: Any, font: Any, size: float) -> None:
        scale = abs(float(outer[3]) * float(inner[3])) or 1.0
        named = str((font or {}).get("/BaseFont", "")).casefold()
        pieces = text.split("\n")
        for number, piece in enumerate(pieces):
            if number:
                end()
            if piece:
                parts.append((piece, round(float(size) * scale, 1), "bold" in named))

    page.extract_text(visitor_text=visit)
    end()
    return done


def _clean(text: str) -> str:
    """Ligatures undone, characters without a glyph dropped, runs of spaces made one."""
    plain = unicodedata.normalize("NFKC", text)
    kept = (c for c in plain if c == "\t" or unicodedata.category(c) not in ("Cc", "Cn", "Co"))
    return " ".join("".join(kept).split())


def _without_margins(pages: Sequence[Sequence[_Line]]) -> list[_Line]:
    """All lines but page numbers, and what stands first or last on most pages."""
    edges = Counter(
        re.sub(r"\d+", "#", line.text)
        for page in pages
        for line in {page[0], page[-1]}
        if page and line.text
    )
    common = {text for text, count in edges.items() if count > 2 and count > len(pages) / 2}
    kept: list[_Line] = []
    for page in pages:
        for line in page:
            masked = re.sub(r"\d+", "#", line.text)
            if masked not in common and masked != "#":
                kept.append(line)
        kept.append(_Line("", 0.0, False))
    return kept


def _marked(lines: Sequence[_Line]) -> Iterator[str]:
    """Headings marked, items as items, broken sentences joined."""
    level = _levels(lines)
    held = ""
    for line in lines:
        rank = level(line)
        if not line.text or rank:
            if held:
                yield held
            held = ""
            if rank:
                yield f"\n{'#' * rank} {line.text}\n"
        elif _ITEM.match(line.text):
            if held:
                yield held
            held = "- " + _escaped(_ITEM.sub("", line.text))
        elif held and not _END.search(held) and not line.text[0].isupper():
            held += " " + line.text
        else:
            if held:
                yield held
            held = _escaped(line.text)
    if held:
        yield held


def _levels(lines: Sequence[_Line]) -> Callable[[_Line], int]:
    """The heading level of a line, 0 for the body's."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    body = sizes.most_common(1)[0][0]
    short = [line for line in lines if line.text and len(line.text) <= _LONGEST_HEADING]
    larger = sorted({line.size for line in short if line.size > body * _LARGER}, reverse=True)
    ranks = {size: min(number, _LEVELS) for number, size in enumerate(larger, start=1)}
    under = min(len(larger), _LEVELS) + 1

    def level(line: _Line) -> int:
        if not line.text or len(line.text) > _LONGEST_HEADING or not re.search(r"\w", line.text):
            return 0
        if line.size in ranks:
            return ranks[line.size]
        alone = line.bold and line.size >= body and not _END.search(line.text)
        return under if alone and not _ITEM.match(line.text) else 0

    return level


def _escaped(text: str) -> str:
    """A line of the body that Markdown would take for a heading or a rule, as text."""
    return re.sub(r"^(?=#{1,6}\s|=+$|-+$|(?:[-*_]\s*){3,}$)", r"\\", text)
