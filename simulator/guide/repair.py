"""Undo one kind of damage: UTF-8 that was read as Windows-1254 or 1252, with bytes lost on the way.

Every byte above 0x7F became a character of the code page; bytes that it leaves undefined vanished,
and so may have U+00AD (byte 0xAD); U+00A0 (byte 0xA0) may have become a space. Whole sequences
decode by a table. A sequence with bytes missing has several readings: one of them is chosen by its
neighbours and by the list in ``knowledge/repair.yaml``.

Undamaged text comes back as it is. A line is repaired only when it, or else the nearest line that
shows anything, holds more sequences that nobody writes ("Ã³", "â€œ") than sound characters.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from simulator.guide.code_pages import (
    LEADS,
    NO_BREAK_SPACE,
    SOFT_HYPHEN,
    TAILS,
    UNDEFINED,
    need,
    sequences,
)
from simulator.guide.evidence import damaged_lines
from simulator.guide.likelihood import LoneLetters, ranks

_JOINER = "\u200d"


def repair(text: str) -> str:
    """The text with damaged characters restored and everything else, white space too, untouched.

    Damage upon damage is undone as well: it goes on until nothing changes, so repairing twice is
    repairing once. (It ends: each round shortens the text or leaves fewer lone leads.)
    """
    while (repaired := _round(text)) != text:
        text = repaired
    return text


def _round(text: str) -> str:
    lines = text.splitlines(keepends=True)
    damaged = damaged_lines(lines)
    if True not in damaged:
        return text
    lost = _lost_bytes(text)
    words = LoneLetters(text)
    return "".join(
        _repair_line(line, lost, words) if hurt else line
        for line, hurt in zip(lines, damaged, strict=True)
    )


def _lost_bytes(text: str) -> tuple[int, ...]:
    """Bytes that may be missing: those of Windows-1252 if only that code page explains the text."""
    ours = set(text)
    only_1252 = ours & {"ð", "Ž", "ž"} and not ours & {"ğ", "Ğ", "ı", "ş"}
    return (*UNDEFINED["cp1252" if only_1252 else "cp1254"], SOFT_HYPHEN)


def _repair_line(line: str, lost: tuple[int, ...], words: LoneLetters) -> str:
    out: list[str] = []
    done = 0
    for start, tails in sequences(line):
        if start < done:
            continue
        out.append(line[done:start])
        char, done = _restore(line, start, tails, lost, "".join(out[-8:])[-200:], words)
        out.append(char)
    out.append(line[done:])
    return "".join(out)


def _restore(
    line: str, start: int, tails: int, lost: tuple[int, ...], before: str, words: LoneLetters
) -> tuple[str, int]:
    """The character that began at `start`, and where the line goes on after it."""
    end = start + 1 + tails
    chunk = line[start:end]
    if tails == need(line[start]):
        char = _decode([LEADS[chunk[0]], *(TAILS[tail] for tail in chunk[1:])])
        return (char, end) if _is_plausible(char) else (chunk, end)
    if chunk == "Ã":
        return words.accented(line, start, before)
    if chunk == "â" and before[-1:].isalpha() and line[end : end + 1].isalpha():
        return chunk, end
    with_space = line[end : end + 1] == " "
    readings = _readings(chunk, lost) + (_readings(chunk + " ", lost) if with_space else ())
    best = _best(readings, before, line[end : end + 1])
    if best is None:
        return chunk, end
    return best, end + (best not in _readings(chunk, lost))


def _best(readings: tuple[str, ...], before: str, after: str) -> str | None:
    is_sign = bool(before) and unicodedata.category(before[-1]) in ("So", "Sk", "Mn")
    if _JOINER in readings and is_sign and after in ("â", "ğ", "ð"):
        return _JOINER  # between two pictographs: they are one
    known = ranks()
    listed = [char for char in readings if char in known]
    if listed:
        drawn = [
            char for char in listed if before and _is_drawing(char) and _is_drawing(before[-1])
        ]
        return min(drawn or listed, key=known.__getitem__)
    return next((char for char in readings if unicodedata.category(char) == "So"), None)


def _is_drawing(char: str) -> bool:
    """Whether it is a line or block of a text-mode diagram."""
    return 0x2500 <= ord(char) < 0x25A0


@cache
def _readings(chunk: str, lost: tuple[int, ...]) -> tuple[str, ...]:
    """Every character that could leave exactly this chunk behind. A space stands for 0xA0."""
    found: dict[str, None] = {}

    def fill(sequence: list[int], rest: str, missing: int) -> None:
        if missing < len(rest):
            return
        if missing == 0:
            char = _decode(sequence)
            if _is_plausible(char):
                found[char] = None
            return
        if rest:
            byte = NO_BREAK_SPACE if rest[0] == " " else TAILS[rest[0]]
            fill([*sequence, byte], rest[1:], missing - 1)
        for byte in lost:
            fill([*sequence, byte], rest, missing - 1)

    fill([LEADS[chunk[0]]], chunk[1:], need(chunk[0]))
    return tuple(found)


def _decode(sequence: list[int]) -> str:
    try:
        return bytes(sequence).decode("utf-8")
    except UnicodeDecodeError:
        return ""


def _is_plausible(char: str) -> bool:
    return bool(char) and unicodedata.category(char) not in ("Cn", "Cc", "Co", "Cs")
