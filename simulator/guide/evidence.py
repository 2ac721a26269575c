"""Is a text damaged, and where? Sequences that nobody writes ("Ã³", "â€œ") prove it."""

from __future__ import annotations

from bisect import bisect

from simulator.guide.code_pages import LEADS, TAILS, need, sequences

# Leads of Latin letters, punctuation and pictographs: common in damage, rare so in sound text.
_TELLING = frozenset("ÂÃÄÅâïðğ")
# Alone they may be all that is left of a character, or a letter of sound text: they prove nothing.
_LONE = frozenset("ÂÃÄÅâ")
# What may follow a letter in sound text ("IRMÃ…", "“CAFÉ”", "Å®"): no proof either.
_CLOSERS = frozenset("”’»›…–—™®©°ºª¹²³·•\xa0\xad")
_JOINERS = frozenset("–—’·")


def damaged_lines(lines: list[str]) -> list[bool]:
    """For each line, whether it is damaged: by its own evidence or that of the nearest line."""
    verdicts = {n: v for n, line in enumerate(lines) if (v := _evidence(line)) is not None}
    known = list(verdicts)
    if not any(verdicts.values()):
        return [False] * len(lines)

    def nearest(number: int) -> int:
        place = bisect(known, number)
        return min(known[max(place - 1, 0) : place + 1], key=lambda other: abs(other - number))

    return [verdicts[nearest(number)] for number in range(len(lines))]


def _evidence(line: str) -> bool | None:
    """True for damage, False for sound characters beyond ASCII, None for neither."""
    if line.isascii():
        return None
    proofs, weak, covered = 0, 0, 0
    for start, tails in sequences(line):
        whole = tails == need(line[start])
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


def _natural(line: str, start: int, tails: int) -> bool:
    """Whether sound text could read so: a word ends in this letter, and punctuation follows."""
    tail = line[start + 1 : start + 1 + tails]
    before, after = line[start - 1 : start], line[start + 1 + tails : start + 2 + tails]
    if not before.isalpha() or before.isupper() != line[start].isupper():
        return False
    return set(tail) <= _CLOSERS and (not after.isalnum() or tail[-1] in _JOINERS)


def _is_telling(chars: str) -> bool:
    """Whether the characters are a sequence that damage makes, whole or with bytes missing."""
    lead, second = LEADS[chars[0]], TAILS[chars[1]]
    if lead == 0xF0:
        return second == 0x9F
    if lead == 0xEF:
        return second in (0xB8, 0xBB, 0xBC, 0xBF)
    return len(chars) == 1 + need(chars[0]) or lead == 0xE2
