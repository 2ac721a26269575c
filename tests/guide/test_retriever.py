from __future__ import annotations

from pathlib import Path

import pytest

from simulator.guide.retriever import HybridRetriever
from simulator.guide.store import GuideStore
from simulator.llm.embeddings import HashEmbedder
from simulator.ports import Retriever

TEXT = (
    "# Cola\n## Arquitectura\ndesacopla productores\n## Costos\nlotes y sondeo largo\n"
    "# Tabla\n## Arquitectura\nclaves y particiones\n## Seguridad\ncifrado con claves propias\n"
)


@pytest.fixture
def retriever(tmp_path: Path):
    with GuideStore(tmp_path, HashEmbedder()) as store:
        store.ingest("g", TEXT)
        yield HybridRetriever(store.open("g"), HashEmbedder())


def keys(retriever: Retriever, query: str, **options: object) -> list[str]:
    return [hit.section.key for hit in retriever.search(query, **options)]  # type: ignore[arg-type]


def test_the_section_that_says_it_comes_first(retriever: HybridRetriever):
    assert keys(retriever, "como se DESACOPLAN los productores?")[0] == "cola/architecture"
    assert keys(retriever, "cifrados")[0] == "tabla/security"


def test_scores_fall_and_k_bounds(retriever: HybridRetriever):
    hits = retriever.search("claves", k=3)
    assert len(hits) == 3
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert retriever.search("claves", k=0) == []


def test_filters_are_exact(retriever: HybridRetriever):
    assert set(keys(retriever, "claves", service="cola")) == {
        "cola/architecture",
        "cola/performance",
    }
    assert keys(retriever, "claves", dimension="security") == ["tabla/security"]
    assert keys(retriever, "claves", service="tabla", aspect="architecture") == [
        "tabla/architecture"
    ]
    assert keys(retriever, "claves", service="none") == []


def test_sections_are_found_by_key_and_listed_in_order(retriever: HybridRetriever):
    section = retriever.section("cola/performance")
    assert section is not None
    assert TEXT[section.start : section.end] == section.text == "lotes y sondeo largo"
    assert retriever.section("cola/none") is None
    assert retriever.sections()[0].key == "cola/architecture"
    assert (retriever.guide, len(retriever.version)) == ("g", 16)


@pytest.mark.parametrize("query", ["", "  \n", "\0", "'\"; $ne {}", "\ud800", "¿?"])
def test_odd_queries_do_no_harm(retriever: HybridRetriever, query: str):
    assert len(retriever.search(query)) <= 5


def test_only_the_beginning_of_a_huge_query_is_read(retriever: HybridRetriever):
    assert keys(retriever, "cifrado " * 150_000 + "productores")[0] == "tabla/security"


def test_each_way_of_searching_can_be_switched_off(tmp_path: Path):
    with GuideStore(tmp_path, HashEmbedder()) as store:
        store.ingest("g", TEXT)
        index = store.open("g")
        lexical = HybridRetriever(index, HashEmbedder(), dense=0)
        dense = HybridRetriever(index, HashEmbedder(), lexical=0)
        assert keys(lexical, "sondeo") == ["cola/performance"]
        assert len(dense.search("sondeo")) == 4
