"""Undo one kind of damage: UTF-8 that was read as Windows-1254 or 1252, with bytes lost on the way.

Every byte above 0x7F became a character of the code page; bytes that it leaves undefined vanished,
and so may have U+00AD (byte 0xAD); U+00A0 (byte 0xA0) may have become a space. Whole sequences decode
by a table. A sequence with bytes missing has several readings: one of them is chosen by its
neighbours and by the list in ``knowledge/repair.yaml``. Byte tables:
https://encoding.spec.whatwg.org/#legacy-single-byte-encodings (the two code pages share one reverse
table, for no character stands for different bytes in them).

Undamaged text comes back as it is. A line is repaired only when it, or else the nearest line that
shows anything, holds more sequences that nobody writes ("Ã³", "â€œ") than sound characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

import yaml

from simulator import resources

_CODE_PAGES = ("cp1254", "cp1252")
_UNDEFINED = {
    "cp1254": (0x81, 0x8D, 0x8E, 0x8F, 0x90, 0x9D, 0x9E),
    "cp1252": (0x81, 0x8D, 0x8F, 0x90, 0x9D),
}
_SOFT_HYPHEN = 0xAD
_NO_BREAK_SPACE = 0xA0
_JOINER = "\u200d"


def _reverse_table() -> dict[str, int]:
    table = {chr(byte): byte for byte in range(0x80, 0xA0)}  # undefined bytes kept as C1 controls
    for code_page in _CODE_PAGES:
        for byte in range(0x80, 0x100):
            if byte not in _UNDEFINED[code_page]:
                table[bytes([byte]).decode(code_page)] = byte
    return table


_BYTES = _reverse_table()
_LEADS = {char: byte for char, byte in _BYTES.items() if 0xC2 <= byte <= 0xF4}
_TAILS = {char: byte for char, byte in _BYTES.items() if 0x80 <= byte <= 0xBF}
# Leads of Latin letters, punctuation and pictographs: common in damage, rare so in sound text.
_TELLING = frozenset("ÂÃÄÅâïðğ")
# Alone they may be all that is left of a character, or a letter of sound text: they prove nothing.
_LONE = frozenset("ÂÃÄÅâ")
# What may follow a letter in sound text ("IRMÃ…", "“CAFÉ”", "Å®"): no proof either.
_CLOSERS = frozenset("”’»›…–—™®©°ºª¹²³·•\xa0\xad")
_JOINERS = frozenset("–—’·")
_RUN = re.compile("[" + "".join(map(re.escape, _LEADS)) + "]")


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
    damaged = _damaged(lines)
    if True not in damaged:
        return text
    lost = _lost_bytes(text)
    words = _Words(text)
    return "".join(
        _repair_line(line, lost, words) if hurt else line
        for line, hurt in zip(lines, damaged, strict=True)
    )


# --- Is it damaged? ------------------------------------------------------------------------------


def _damaged(lines: list[str]) -> list[bool]:
    """For each line, whether it is damaged: by its own evidence or that of the nearest line."""
    verdicts = [_evidence(line) for line in lines]
    known = [number for number, verdict in enumerate(verdicts) if verdict is not None]
    if not any(verdicts):
        return [False] * len(lines)
    result, nearest = [], 0
    for number, verdict in enumerate(verdicts):
        while nearest + 1 < len(known) and known[nearest + 1] - number <= number - known[nearest]:
            nearest += 1
        neighbour = known[nearest]
        if nearest + 1 < len(known) and abs(known[nearest + 1] - number) < abs(neighbour - number):
            neighbour = known[nearest + 1]
        result.append(bool(verdicts[neighbour] if verdict is None else verdict))
    return result


def _evidence(line: str) -> bool | None:
    """True for damage, False for sound characters beyond ASCII, None for neither."""
    if line.isascii():
        return None
    proofs, weak, covered = 0, 0, 0
    for start, tails in _sequences(line):
        whole = tails == _need(line[start])
        covered += 1 + tails
        if not tails:
            covered -= line[start] not in _LONE
        elif _natural(line, start, tails):
            continue
        elif line[start] in _TELLING and _is_telling(line[start : start + 1 + tails]):
            proofs += 1
        elif whole:
            weak += 1
        else:
            covered -= 1 + tails
    sound = sum(not char.isascii() for char in line) - covered
    if weak >= 3 and not sound:  # another script, damaged from end to end
        proofs += weak
    if proofs == sound:
        return None
    return proofs > sound


def _sequences(line: str) -> Iterator[tuple[int, int]]:
    """(index of a lead, number of tails that follow it, never more than it calls for)."""
    for match in _RUN.finditer(line):
        start = match.start()
        tails = 0
        while tails < _need(line[start]) and line[start + 1 + tails : start + 2 + tails] in _TAILS:
            tails += 1
        yield start, tails


def _need(lead: str) -> int:
    byte = _LEADS[lead]
    return 1 if byte < 0xE0 else 2 if byte < 0xF0 else 3


def _natural(line: str, start: int, tails: int) -> bool:
    """Whether sound text could read so: a word ends in this letter, and punctuation follows."""
    tail = line[start + 1 : start + 1 + tails]
    before, after = line[start - 1 : start], line[start + 1 + tails : start + 2 + tails]
    if not before.isalpha() or before.isupper() != line[start].isupper():
        return False
    return set(tail) <= _CLOSERS and (not after.isalnum() or tail[-1] in _JOINERS)


def _is_telling(chars: str) -> bool:
    """Whether the characters are a sequence that damage makes, whole or with bytes missing."""
    lead, second = _LEADS[chars[0]], _TAILS[chars[1]]
    if lead == 0xF0:
        return second == 0x9F
    if lead == 0xEF:
        return second in (0xB8, 0xBB, 0xBC, 0xBF)
    return len(chars) == 1 + _need(chars[0]) or lead == 0xE2


# --- What was it? --------------------------------------------------------------------------------


def _lost_bytes(text: str) -> tuple[int, ...]:
    """Bytes that may be missing: those of Windows-1252 if only that code page explains the text."""
    ours = set(text)
    only_1252 = ours & {"ð", "Ž", "ž"} and not ours & {"ğ", "Ğ", "ı", "ş"}
    return (*_UNDEFINED["cp1252" if only_1252 else "cp1254"], _SOFT_HYPHEN)


def _repair_line(line: str, lost: tuple[int, ...], words: _Words) -> str:
    out: list[str] = []
    done = 0
    for start, tails in _sequences(line):
        if start < done:
            continue
        out.append(line[done:start])
        char, done = _restore(line, start, tails, lost, "".join(out[-8:]), words)
        out.append(char)
    out.append(line[done:])
    return "".join(out)


def _restore(
    line: str, start: int, tails: int, lost: tuple[int, ...], before: str, words: _Words
) -> tuple[str, int]:
    """The character that began at `start`, and where the line goes on after it."""
    end = start + 1 + tails
    chunk = line[start:end]
    if tails == _need(line[start]):
        char = _decode([_LEADS[chunk[0]], *(_TAILS[tail] for tail in chunk[1:])])
        return (char, end) if _is_plausible(char) else (chunk, end)
    if chunk == "Ã":
        return words.accented(line, start, before)
    if chunk == "â" and before[-1:].isalpha() and line[end : end + 1].isalpha():
        return chunk, end
    with_space = line[end : end + 1] == " "
    readings = _readings(chunk, lost) + (_readings(chunk + " ", lost) if with_space else ())
    best = _best(readings, before, line[end:])
    if best is None:
        return chunk, end
    return best, end + (best not in _readings(chunk, lost))


def _best(readings: tuple[str, ...], before: str, after: str) -> str | None:
    is_sign = bool(before) and unicodedata.category(before[-1]) in ("So", "Sk", "Mn")
    if _JOINER in readings and is_sign and after[:1] in ("â", "ğ", "ð"):
        return _JOINER  # between two pictographs: they are one
    ranks = _ranks()
    listed = [char for char in readings if char in ranks]
    if listed:
        drawn = [
            char for char in listed if before and _is_drawing(char) and _is_drawing(before[-1])
        ]
        return min(drawn or listed, key=ranks.__getitem__)
    return next((char for char in readings if unicodedata.category(char) == "So"), None)


def _is_drawing(char: str) -> bool:
    """Whether it is a line or block of a text-mode diagram."""
    return 0x2500 <= ord(char) < 0x25A0


@cache
def _readings(chunk: str, lost: tuple[int, ...]) -> tuple[str, ...]:
    """Every character that could leave exactly this chunk behind. A space stands for 0xA0."""
    found: dict[str, None] = {}

    def fill(sequence: list[int], rest: str, need: int) -> None:
        if need < len(rest):
            return
        if need == 0:
            char = _decode(sequence)
            if _is_plausible(char):
                found[char] = None
            return
        if rest:
            byte = _NO_BREAK_SPACE if rest[0] == " " else _TAILS[rest[0]]
            fill([*sequence, byte], rest[1:], need - 1)
        for byte in lost:
            fill([*sequence, byte], rest, need - 1)

    fill([_LEADS[chunk[0]]], chunk[1:], _need(chunk[0]))
    return tuple(found)


def _decode(sequence: list[int]) -> str:
    try:
        return bytes(sequence).decode("utf-8")
    except UnicodeDecodeError:
        return ""


def _is_plausible(char: str) -> bool:
    return bool(char) and unicodedata.category(char) not in ("Cn", "Cc", "Co", "Cs")


class _Words:
    """Which letter a lone "Ã" was: à, Á, Í or í (á keeps its second byte), by the words around."""

    def __init__(self, text: str) -> None:
        grave = sum(text.count(mark) for mark in ("Ã¨", "Ãª", "Ã§", "Ã¹", "Ã»", "Å“"))
        acute = sum(text.count(mark) for mark in ("Ã¡", "Ã³", "Ãº", "Ã±", "Â¿", "Â¡"))
        self._is_acute = acute >= grave

    def accented(self, line: str, start: int, before: str) -> tuple[str, int]:
        """The letter at `start` and where the line goes on after it."""
        head = _tail_letters(before)
        tail = _head_letters(line[start + 1 :])
        end = start + 1
        next_two = line[end : end + 2]
        if not tail and next_two[:1] == " " and not next_two[1:].strip() and not self._is_acute:
            return "à", end + 1
        if not head and not tail and next_two[:1] == " ":
            return "à", end + (len(next_two) < 2 or next_two[1].isspace())
        if tail:
            upper = tail[0].isupper() or (not head and not _takes_i(head, tail))
        else:
            upper = head[-1:].isupper() and (len(head) > 1 or _is_shouted(line))
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
    return re.search(r"(^|[.!?:…]\s+|[^\w\s,;()/]\s*)$", before) is not None


def _takes_i(head: str, tail: str) -> bool:
    return _i_words().search(f"{head}Ã{tail}".casefold()) is not None


@cache
def _data() -> dict[str, object]:
    path = resources.folder("knowledge") / "repair.yaml"
    data: dict[str, object] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return data


@cache
def _ranks() -> dict[str, int]:
    symbols = str(_data()["preferred"]).split()
    return {symbol: rank for rank, symbol in reversed(list(enumerate(symbols)))} | {
        "\u00a0": -2,
        "\u00ad": 10_000,
        "\ufe0f": -1,
    }


@cache
def _i_words() -> re.Pattern[str]:
    patterns = _data()["takes_i"]
    assert isinstance(patterns, list)
    return re.compile("|".join(patterns) or "(?!)")
