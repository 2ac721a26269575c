"""Quotable pieces of a section: its lines, each with the line that introduces it."""

from __future__ import annotations

import re

from simulator.domain import Frozen, Section
from simulator.guide.chunking import names_sources

_LINE = re.compile(r"[^\n]+")
_MARK = re.compile(r"\s*(?:(?:[-*+>]|#+|\d+[.)])\s+)*")
_LONGEST = 120
_WORDY = 2  # words from which a line is understood without the one that introduces it


class Passage(Frozen):
    """``section.text[start:end] == text``; `gist` is the last line alone, without list marks."""

    text: str
    gist: str
    start: int
    end: int


def passages(section: Section) -> list[Passage]:
    """The passages of a section in their order.

    A short item under a line that ends in a colon ("Cost:", "Mitigated by:") is quoted from that
    line on, as long as the whole stays short; such a line is no passage of its own, nor is one
    that names sources.
    """
    found: list[Passage] = []
    intro: int | None = None
    for match in _LINE.finditer(section.text):
        line = match.group()
        mark = _MARK.match(line)
        lead = mark.end() if mark else 0
        start, end = match.start() + lead, match.start() + len(line.rstrip())
        if start >= end or line.lstrip().startswith("#") or not re.search(r"\w", line):
            continue
        if names_sources(line):
            continue
        if re.search(r":\W*$", line):
            intro = start
            continue
        gist = section.text[start:end]
        if intro is not None and len(re.findall(r"\w+", gist)) < _WORDY and end - intro <= _LONGEST:
            start = intro
        found.append(Passage(text=section.text[start:end], gist=gist, start=start, end=end))
    return found
