"""The characters that UTF-8 bytes turn into when they are read as Windows-1254 or 1252.

The two code pages share one reverse table, for no character stands for different bytes in them:
https://encoding.spec.whatwg.org/#legacy-single-byte-encodings
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_CODE_PAGES = ("cp1254", "cp1252")
UNDEFINED: dict[str, tuple[int, ...]] = {
    "cp1254": (0x81, 0x8D, 0x8E, 0x8F, 0x90, 0x9D, 0x9E),
    "cp1252": (0x81, 0x8D, 0x8F, 0x90, 0x9D),
}
SOFT_HYPHEN = 0xAD
NO_BREAK_SPACE = 0xA0


def _reverse_table() -> dict[str, int]:
    table = {chr(byte): byte for byte in range(0x80, 0xA0)}  # undefined bytes kept as C1 controls
    for code_page in _CODE_PAGES:
        for byte in range(0x80, 0x100):
            if byte not in UNDEFINED[code_page]:
                table[bytes([byte]).decode(code_page)] = byte
    return table


_BYTES = _reverse_table()
LEADS = {char: byte for char, byte in _BYTES.items() if 0xC2 <= byte <= 0xF4}
TAILS = {char: byte for char, byte in _BYTES.items() if 0x80 <= byte <= 0xBF}
_RUN = re.compile("[" + "".join(map(re.escape, LEADS)) + "]")


def sequences(line: str) -> Iterator[tuple[int, int]]:
    """(index of a lead, number of tails that follow it, never more than it calls for)."""
    for match in _RUN.finditer(line):
        start = match.start()
        tails = 0
        while tails < need(line[start]) and line[start + 1 + tails : start + 2 + tails] in TAILS:
            tails += 1
        yield start, tails


def need(lead: str) -> int:
    """How many tails a lead calls for, 1 to 3."""
    byte = LEADS[lead]
    return 1 if byte < 0xE0 else 2 if byte < 0xF0 else 3
