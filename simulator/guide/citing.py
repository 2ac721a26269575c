"""From a quote to a citation: the one place where words are tied to offsets in the guide."""

from __future__ import annotations

import re

from simulator.domain import Citation, Section
from simulator.guide.notes import notes_on

# What a person leaves out or changes when copying a line: list and heading marks at a line's
# start, emphasis and code marks, and the amount of white space.
_PIECE = re.compile(
    r"(?P<mark>^[ \t]*(?:[-+*>]|\#+|\d+[.)])[ \t]+|[*`~]+|(?<!\w)_+|_+(?!\w))"
    r"|(?P<space>\n|[^\S\n]+)|.",
    re.MULTILINE,
)


def cite(section: Section, quote: str) -> Citation | None:
    """The citation of `quote` in `section`, or None where it is not there.

    The exact words come first; else white space and Markdown marks are ignored. Either way the
    citation holds the guide's own characters: ``guide[start:end] == citation.quote``.
    """
    wanted, _ = _bare(quote)
    if not wanted:
        return None
    start = section.text.find(quote)
    end = start + len(quote)
    if start < 0:
        bare, places = _bare(section.text)
        at = bare.find(wanted)
        if at < 0:
            return None
        start, end = places[at], places[at + len(wanted) - 1] + 1
    return _citation(section, start, end)


def excerpt(section: Section) -> Citation:
    """The citation of a section's first line that says something, to point at the whole.

    A line that only opens a list ("Costs:") says nothing yet.
    """
    lines = [line.strip(" \t-+*>") for line in section.text.splitlines()]
    lines = [line for line in lines if any(c.isalnum() for c in line)]
    saying = [line for line in lines if not line.endswith(":")]
    first = next(iter(saying or lines), section.text)
    return cite(section, first) or cite_whole(section)


def cite_whole(section: Section) -> Citation:
    """The citation of a section's whole text."""
    return _citation(section, 0, len(section.text))


def _citation(section: Section, start: int, end: int) -> Citation:
    return Citation(
        section_id=section.id,
        guide=section.guide,
        heading=section.heading,
        quote=section.text[start:end],
        start=section.start + start,
        end=section.start + end,
        source=section.source or section.guide,
        notes=notes_on(section, start, end),
    )


def _bare(text: str) -> tuple[str, list[int]]:
    """The text without marks and with single spaces, and where each character stood."""
    letters: list[str] = []
    places: list[int] = []
    for piece in _PIECE.finditer(text):
        if piece["mark"] is not None:
            continue
        if piece["space"] is not None:
            if not letters or letters[-1] == " ":
                continue
            letters.append(" ")
        else:
            letters.append(piece[0])
        places.append(piece.start())
    if letters and letters[-1] == " ":
        letters.pop()
        places.pop()
    return "".join(letters), places
