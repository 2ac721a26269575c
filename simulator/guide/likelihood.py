"""What a lost byte most likely was, by ``knowledge/repair.yaml`` and the words around it."""

from __future__ import annotations

import re
from functools import cache

import yaml

from simulator import resources

_NEAR = 60  # characters around a letter that are looked at


@cache
def ranks() -> dict[str, int]:
    """Characters that lose a byte, and how early each is to be thought of (lower: earlier)."""
    symbols = str(_data()["preferred"]).split()
    listed = {symbol: rank for rank, symbol in reversed(list(enumerate(symbols)))}
    return listed | {"\u00a0": -2, "\ufe0f": -1, "\u00ad": len(symbols)}


class LoneLetters:
    """Which letter a lone "Ã" was: à, Á, Í or í (á keeps its second byte), by the words around."""

    def __init__(self, text: str) -> None:
        grave = sum(text.count(mark) for mark in ("Ã¨", "Ãª", "Ã§", "Ã¹", "Ã»", "Å“"))
        acute = sum(text.count(mark) for mark in ("Ã¡", "Ã³", "Ãº", "Ã±", "Â¿", "Â¡"))
        self._is_acute = acute >= grave

    def accented(self, line: str, start: int, before: str) -> tuple[str, int]:
        """The letter at `start` and where the line goes on after it."""
        head = _tail_letters(before)
        tail = _head_letters(line[start + 1 : start + 1 + _NEAR])
        end = start + 1
        next_two = line[end : end + 2]
        if not tail and next_two[:1] == " " and not next_two[1:].strip() and not self._is_acute:
            return "à", end + 1
        if not head and not tail and next_two[:1] == " ":
            return "à", end + (len(next_two) < 2 or next_two[1].isspace())
        if tail:
            upper = tail[0].isupper() or (not head and not _takes_i(head, tail))
        else:
            upper = head[-1:].isupper() and (
                len(head) > 1 or _is_shouted(line[max(start - _NEAR, 0) : start + _NEAR])
            )
        if not head and tail and not upper:
            upper = _starts_sentence(before)
        if not upper:
            return "í", end
        return ("Í" if _takes_i(head, tail) else "Á"), end


def _tail_letters(text: str) -> str:
    match = re.search(r"[^\W\d_]*$", text)
    return match.group() if match else ""


def _head_letters(text: str) -> str:
    match = re.match(r"[^\W\d_]*", text)
    return match.group() if match else ""


def _is_shouted(line: str) -> bool:
    letters = [char for char in line if char.isascii() and char.isalpha()]
    return sum(char.isupper() for char in letters) * 2 > len(letters)


def _starts_sentence(before: str) -> bool:
    return re.search(r"(^|[.!?…:|¿¡])\W*$", before) is not None


def _takes_i(head: str, tail: str) -> bool:
    return _i_words().search(f"{head}Ã{tail}".casefold()) is not None


@cache
def _i_words() -> re.Pattern[str]:
    patterns = _data()["takes_i"]
    assert isinstance(patterns, list)
    return re.compile("|".join(patterns) or "(?!)")


@cache
def _data() -> dict[str, object]:
    path = resources.folder("knowledge") / "repair.yaml"
    data: dict[str, object] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return data
