from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from simulator.guide.joined import JoinedRetriever
from simulator.guide.retriever import HybridRetriever
from simulator.guide.store import GuideStore, IndexedGuide
from simulator.llm.embeddings import HashEmbedder
from simulator.ports import Hit

OWN = (
    "# Cola\n## Arquitectura\ndesacopla productores\n## Costos\nlotes y sondeo largo\n"
    "# Tabla\n## Arquitectura\nclaves y particiones\n## Seguridad\ncifrado con claves propias\n"
)
OTHER = (
    "# Red\n## Arquitectura\nsubredes privadas y claves de ruta\n"
    "## Seguridad\nreglas con estado\n# Cola\n## Costos\nlo que dice otra guía\n"
)
QUERIES = ("claves", "subredes privadas", "sondeo largo", "cifrado", "reglas con estado de la red")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[GuideStore]:
    with GuideStore(tmp_path, HashEmbedder()) as store:
        store.ingest("own", OWN)
        store.ingest("other", OTHER)
        yield store


@pytest.fixture
def joined(store: GuideStore) -> JoinedRetriever:
    return JoinedRetriever(store.open("own"), lambda: [store.open("other")], HashEmbedder())


def of(hits: Sequence[Hit], guide: str) -> list[str]:
    return [hit.section.key for hit in hits if hit.section.guide == guide]


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("k", [1, 2, 5])
def test_a_complement_never_takes_a_place_away(
    store: GuideStore, joined: JoinedRetriever, query: str, k: int
) -> None:
    alone = HybridRetriever(store.open("own"), HashEmbedder()).search(query, k=k)
    assert of(joined.search(query, k=k), "own") == [hit.section.key for hit in alone]


def test_a_complement_adds_what_is_among_the_best_of_all(joined: JoinedRetriever) -> None:
    hits = joined.search("subredes privadas", k=1)
    assert hits[0].section.key == "red/architecture"
    assert of(joined.search("sondeo largo", k=1), "other") == []


@pytest.mark.parametrize("query", QUERIES)
def test_scores_fall(joined: JoinedRetriever, query: str) -> None:
    scores = [hit.score for hit in joined.search(query)]
    assert scores == sorted(scores, reverse=True)


def test_filters_hold_in_every_guide(joined: JoinedRetriever) -> None:
    hits = joined.search("reglas y cifrado", dimension="security")
    assert {hit.section.key for hit in hits} == {"tabla/security", "red/security"}
    assert joined.search("claves", service="none") == []
    assert joined.search("claves", k=0) == joined.search("  ") == []


def test_a_key_is_the_own_guides_first(joined: JoinedRetriever) -> None:
    own, other = joined.section("cola/performance"), joined.section("red/security")
    assert own is not None
    assert other is not None
    assert (own.guide, other.guide) == ("own", "other")
    assert joined.section("no/such") is None


def test_sections_follow_guide_after_guide_with_their_versions(joined: JoinedRetriever) -> None:
    guides = [section.guide for section in joined.sections()]
    assert guides == ["own"] * 4 + ["other"] * 3
    assert (joined.guide, joined.version) == ("own", joined.versions["own"])
    assert joined.versions.keys() == {"own", "other"}


def test_complements_wait_until_they_are_needed(store: GuideStore) -> None:
    opened: list[str] = []

    def open_() -> list[IndexedGuide]:
        opened.append("other")
        return [store.open("other")]

    joined = JoinedRetriever(store.open("own"), open_, HashEmbedder())
    assert joined.section("cola/performance") is not None
    assert joined.version
    assert opened == []
    joined.search("claves")
    joined.search("cifrado")
    assert opened == ["other"]


def test_a_guide_without_complements_is_searched_alone(store: GuideStore) -> None:
    alone = JoinedRetriever(store.open("own"), list, HashEmbedder())
    plain = HybridRetriever(store.open("own"), HashEmbedder())
    found = [hit.section.key for hit in alone.search("claves")]
    assert found == [hit.section.key for hit in plain.search("claves")]
