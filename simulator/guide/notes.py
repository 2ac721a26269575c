"""Notes on what a guide says: where it is dated or too absolute, ``knowledge/notes.yaml``.

A note belongs to words of a section. It goes with every citation that touches those words, in any
guide that still has them under that section's key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

import yaml

from simulator import resources
from simulator.domain import Frozen, Note, Section


class Placed(Frozen):
    """A note and where its words stand: ``section.text[start:end] == note.quote``."""

    note: Note
    start: int
    end: int


@cache
def notes() -> tuple[Note, ...]:
    """Every note, in the order of the file."""
    path = resources.folder("knowledge") / "notes.yaml"
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))["notes"]
    return tuple(Note.model_validate(row) for row in rows)


def notes_in(section: Section) -> list[Placed]:
    """The notes on a section's words, in their order there."""
    placed = []
    for note in notes():
        if note.section == section.key and (start := section.text.find(note.quote)) >= 0:
            placed.append(Placed(note=note, start=start, end=start + len(note.quote)))
    return sorted(placed, key=lambda one: one.start)


def notes_on(section: Section, start: int, end: int) -> tuple[Note, ...]:
    """The notes on words that ``section.text[start:end]`` touches."""
    return tuple(one.note for one in notes_in(section) if one.start < end and start < one.end)


def stray_notes(sections: Iterable[Section]) -> Iterator[str]:
    """What is wrong with notes whose section or words are in none of these sections."""
    texts = {section.key: section.text for section in sections}
    for note in notes():
        if note.section not in texts:
            yield f"'{note.quote}': there is no section '{note.section}' in the guide"
        elif note.quote not in texts[note.section]:
            yield f"'{note.quote}' is not in '{note.section}' as it stands"
