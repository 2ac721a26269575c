"""From a file to an indexed guide: read, repair, cut, store.

The shipped guide is made by this, from the file that its author sent:

    python -m simulator ingest knowledge/sources/aws_guide.es.seed.txt \\
        --write knowledge/aws_guide.es.md
"""

from __future__ import annotations

import re
from pathlib import Path

from simulator.errors import GuideError, StorageError
from simulator.guide import pdf
from simulator.guide.chunking import has_headings, sections
from simulator.guide.plain import with_headings
from simulator.guide.repair import repair
from simulator.guide.store import GuideStore, Ingestion

MAX_BYTES = 5_000_000
_PDF = b"%PDF-"


def read_guide(
    path: Path | str,
    *,
    name: str | None = None,
    on_page: pdf.OnPage = lambda _done, _total: None,
) -> str:
    """The text of a guide file, not yet repaired, with LF line ends and no byte-order mark.

    Markdown, text or PDF; UTF-8, or else Windows-1252. Text and PDF without Markdown headings get
    them from their layout. `name` stands for the file in what a person is told; `on_page` counts
    the pages of a PDF. Raises GuideError for a file that is missing, empty, binary, over
    MAX_BYTES, or Markdown without a heading.
    """
    path = Path(path)
    data = _read(path)
    if data.startswith(_PDF):
        text = pdf.to_markdown(data, name or path.name, on_page)
    else:
        text = _decode(path, data).replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise GuideError(f"{path} is empty; give a Markdown file with headings")
    if (data.startswith(_PDF) or path.suffix.lower() == ".txt") and not has_headings(text):
        text = with_headings(text, name or name_of(path))
    sections(repair(text), name or name_of(path))
    return text


def ingest_file(
    path: Path | str, store: GuideStore, *, name: str | None = None, write: Path | None = None
) -> Ingestion:
    """Put a guide file, repaired, into the store under `name` (the file's own without it).

    With `write`, the repaired Markdown goes to that file too. Raises GuideError, StorageError.
    """
    path = Path(path)
    text = repair(read_guide(path))
    if write:
        write_guide(text, write)
    return store.ingest(name or name_of(write or path), text)


def write_guide(text: str, path: Path) -> None:
    """Write a repaired guide whole or not at all. Raises StorageError."""
    draft = path.with_name(f"{path.name}.tmp")
    try:
        draft.write_text(text, encoding="utf-8", newline="")
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise StorageError(f"{path} cannot be written ({error.strerror}); check it") from None


def name_of(path: Path) -> str:
    """The name of a guide without one of its own: its file's, less the extension."""
    return path.stem


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)  # a device says that its size is 0
    except FileNotFoundError:
        raise GuideError(f"there is no file {path}; check the path") from None
    except OSError as error:
        raise GuideError(f"{path} cannot be read ({error.strerror}); check the path") from None
    if len(data) > MAX_BYTES:
        raise GuideError(f"{path} is over {MAX_BYTES // 1_000_000} MB; split the guide")
    return data


def _decode(path: Path, data: bytes) -> str:
    if b"\0" in data or re.search(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]{2}", data):
        raise GuideError(f"{path} is a binary file; give a text file in Markdown")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise GuideError(f"{path} is neither UTF-8 nor Windows-1252 text; save it as UTF-8")
