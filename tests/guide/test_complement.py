"""The shipped complement: the guide's shape, its own keys, and a checkable source everywhere."""

from __future__ import annotations

import re

import pytest

from simulator.domain import Section
from simulator.grading.passages import passages
from simulator.guide.chunking import LIMIT, names_sources, sections
from simulator.guide.shipped import shipped_guides, text_of

COMPLEMENTS = [name for guide in shipped_guides().values() for name in guide.complements]
SECTIONS = [s for name in COMPLEMENTS for s in sections(text_of(name), name)]
OWN_KEYS = {s.key for name, g in shipped_guides().items() if g.complements
            for s in sections(text_of(name), name)}  # fmt: skip
PAGE = re.compile(r"\*[^*\n]{5,}\*")


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.key)
def test_every_section_ends_with_the_titles_of_official_pages(section: Section) -> None:
    *facts, source = [line for line in section.text.splitlines() if line.strip()]
    assert names_sources(source)
    assert PAGE.search(source)
    assert source.endswith("(documentación de AWS)")
    assert not any(names_sources(line) for line in facts)
    assert len(section.text) <= LIMIT


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.key)
def test_sources_are_never_quoted(section: Section) -> None:
    found = passages(section)
    assert len(found) >= 3
    assert not any("Fuente" in passage.text for passage in found)


def test_it_has_the_aspects_of_the_guide() -> None:
    aspects: dict[str, set[str]] = {}
    for section in SECTIONS:
        aspects.setdefault(section.service, set()).add(section.aspect)
    assert len(aspects) >= 12
    for service, found in aspects.items():
        assert found >= {"architecture", "performance", "errors"}, service
    dimensions = {s.aspect: s.dimension for s in SECTIONS}
    assert dimensions == {
        "architecture": "architecture",
        "performance": "performance",
        "security": "security",
        "errors": None,
    }


def test_its_keys_are_its_own() -> None:
    keys = [section.key for section in SECTIONS]
    assert len(set(keys)) == len(keys)
    assert not OWN_KEYS & set(keys)


def test_offsets_hold() -> None:
    texts = {name: text_of(name) for name in COMPLEMENTS}
    for section in SECTIONS:
        assert texts[section.guide][section.start : section.end] == section.text
