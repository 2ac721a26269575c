"""Text as a grader reads it: sentences with offsets into the candidate's own words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from simulator.domain import Frozen

_SENTENCE = re.compile(r"[^\n.!?;。！？]+(?:[.!?;。！？]+(?!\s|$)[^\n.!?;。！？]*)*[.!?;。！？]*")
_WORD = re.compile(r"\w+")
_INVISIBLE = {"Cf", "Cc", "Co", "Cn"}


class Sentence(Frozen):
    """One sentence, normalised in `text`; `start` and `end` are offsets into the original."""

    text: str
    start: int
    end: int


def split(text: str) -> list[tuple[int, int]]:
    """Offsets of the sentences and lines of a text, trimmed, in order."""
    spans = []
    for match in _SENTENCE.finditer(text):
        piece = match.group()
        start = match.start() + len(piece) - len(piece.lstrip())
        end = match.start() + len(piece.rstrip())
        if start < end:
            spans.append((start, end))
    return spans


def visible(text: str) -> str:
    """NFKC without control, format and zero-width characters; white space becomes one space."""
    spaced = "".join(
        " " if char.isspace() else char for char in unicodedata.normalize("NFKC", text)
    )
    kept = (char for char in spaced if unicodedata.category(char) not in _INVISIBLE)
    return " ".join("".join(kept).split())


def fold(text: str) -> str:
    """`visible` in lower case and without accents: what patterns and comparisons read."""
    decomposed = unicodedata.normalize("NFKD", visible(text).casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def words(text: str) -> list[str]:
    """The folded words of a text."""
    return _WORD.findall(fold(text))


def locate(quote: str, text: str) -> tuple[int, int] | None:
    """Where `quote` stands in `text`, compared after NFKC and case folding; offsets into `text`.

    None when it is not there. Runs of white space match each other.
    """
    needle = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", quote)).strip().casefold()
    haystack, origins = _traced(text, lambda char: unicodedata.normalize("NFKC", char).casefold())
    at = haystack.find(needle) if needle else -1
    return None if at < 0 else (origins[at], origins[at + len(needle) - 1] + 1)


def folded(text: str) -> tuple[str, list[int]]:
    """`fold` of a text, and the offset in the text that each of its characters comes from."""
    return _traced(text, fold)


def _traced(text: str, change: Callable[[str], str]) -> tuple[str, list[int]]:
    """The text changed character by character, runs of white space as one space."""
    made: list[str] = []
    origins: list[int] = []
    for index, char in enumerate(text):
        piece = change(char)
        if char.isspace():
            piece = "" if made and made[-1] == " " else " "
        for part in piece:
            made.append(part)
            origins.append(index)
    return "".join(made), origins
