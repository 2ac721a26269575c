"""The guides that come with the project, as ``knowledge/guides.yaml`` lists them."""

from __future__ import annotations

from functools import cache

import yaml

from simulator import resources
from simulator.domain import Frozen


class ShippedGuide(Frozen):
    """A guide's name, its title for a person, and the guides that are searched beside it."""

    name: str
    title: str
    complements: tuple[str, ...] = ()


@cache
def shipped_guides() -> dict[str, ShippedGuide]:
    """The shipped guides by name."""
    path = resources.folder("knowledge") / "guides.yaml"
    rows = yaml.safe_load(path.read_text(encoding="utf-8"))["guides"]
    return {row["name"]: ShippedGuide.model_validate(row) for row in rows}


def text_of(name: str) -> str:
    """The text of a shipped guide, byte for byte."""
    path = resources.folder("knowledge") / f"{name}.md"
    with path.open(encoding="utf-8", newline="") as file:
        return file.read()


def title_of(name: str) -> str:
    """How citations call a guide: a shipped one's title, any other's name."""
    known = shipped_guides().get(name)
    return known.title if known else name
