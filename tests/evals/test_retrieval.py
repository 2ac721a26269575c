from __future__ import annotations

from pathlib import Path

import pytest

from evals import retrieval
from evals.retrieval import Query, measure, measure_ways, read_queries
from simulator import resources
from simulator.errors import InputError
from simulator.guide.retriever import HybridRetriever
from simulator.guide.store import GuideStore
from simulator.llm.embeddings import E5Embedder, HashEmbedder

QUERIES = resources.folder("evals") / "retrieval_queries.es.jsonl"
COMPLEMENT = resources.folder("evals") / "retrieval_queries.complement.es.jsonl"
GUIDE = resources.folder("knowledge") / "aws_guide.es.md"


def test_the_labelled_set_is_large_enough_and_without_repeats():
    queries = read_queries(QUERIES)
    assert len(queries) >= 60
    assert len({query.query for query in queries}) == len(queries)
    assert {query.split for query in queries} == {"dev", "test"}


def test_the_shipped_guide_reaches_the_bar():
    queries = read_queries(QUERIES)
    results = measure_ways(GUIDE, queries, E5Embedder())
    fused = results["fused", "all"]
    assert fused.n == len(queries)
    assert fused.at_5 >= retrieval.BAR
    assert fused.mrr > results["dense", "all"].mrr
    assert fused.mrr > results["lexical", "all"].mrr


def test_the_complement_is_found_and_takes_no_place_from_the_guide():
    queries = read_queries(QUERIES)
    of_complements = read_queries(COMPLEMENT)
    assert len(of_complements) >= 20
    assert not {q.query for q in of_complements} & {q.query for q in queries}
    embedder = E5Embedder()
    results = retrieval.measure_joined(queries, of_complements, embedder)
    alone = measure_ways(GUIDE, queries, embedder)["fused", "all"]
    assert results["joined", "guide"] == alone
    assert results["joined", "complement"].at_5 >= retrieval.BAR


def test_recall_counts_ranks(tmp_path: Path):
    with GuideStore(tmp_path, HashEmbedder()) as store:
        store.ingest("g", "# A\nperro\n# B\ngato\n# C\npez")
        found = HybridRetriever(store.open("g"), HashEmbedder(), dense=0)
        queries = [
            Query(query="perro", sections=("a/general",), split="dev"),
            Query(query="gato y perro", sections=("b/general", "c/general"), split="dev"),
            Query(query="nada", sections=("c/general",), split="dev"),
        ]
        recall = measure(found, queries)
        assert recall.n == 3
        assert recall.at_5 == pytest.approx(2 / 3)
        assert recall.missed == ("nada",)
        assert 1 / 3 < recall.mrr <= 2 / 3
        assert 1 / 3 <= recall.at_1 <= 2 / 3
        with pytest.raises(InputError, match="x/y"):
            measure(found, [Query(query="q", sections=("x/y",), split="dev")])


def test_a_broken_file_names_the_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "q.jsonl"
    path.write_text('{"query": "a", "sections": ["a/b"], "split": "dev"}\nnot json\n')
    assert retrieval.main(["--queries", str(path)]) == 2
    assert "line 2" in capsys.readouterr().err
