"""How often search finds the right section: ``python -m evals.retrieval``.

Labelled queries, one JSON object a line: ``{"query", "sections": [acceptable keys], "split"}``,
where a split is ``dev`` or ``test``. Settings are chosen on dev only; both halves are printed.
The last lines are search as interviews use it, over the shipped guide and its complements: queries
of the guide must find their section among the guide's own hits, those of a complement among all.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from simulator import resources
from simulator.domain import Frozen
from simulator.errors import InputError, SimulatorError
from simulator.ports import Embedder, Retriever

WAYS = {"dense": (1.0, 0.0), "lexical": (0.0, 1.0), "fused": (1.0, 1.0)}
"""Weights of the dense and the lexical rank in each way of searching."""

BAR = 0.95

_JUDGED = {("fused", "all"), ("joined", "guide"), ("joined", "complement")}


class Query(Frozen):
    """One labelled query; any of `sections` is a right answer."""

    query: str
    sections: tuple[str, ...]
    split: str


class Recall(Frozen):
    """Results over `n` queries: shares with a right section among the first 1 and 5, mean
    reciprocal rank of the first right one among 10, and the queries missed at 5."""

    n: int
    at_1: float
    at_5: float
    mrr: float
    missed: tuple[str, ...] = ()


def read_queries(path: Path) -> list[Query]:
    """The labelled queries of a file. Raises InputError that names the broken line."""
    found = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise InputError(f"{path} cannot be read; give a JSON Lines file of queries") from None
    for number, line in enumerate(lines, start=1):
        try:
            found.append(Query.model_validate_json(line))
        except ValueError:
            raise InputError(
                f"{path}, line {number}: needs query, sections and split; fix it"
            ) from None
    return found


def measure(retriever: Retriever, queries: Sequence[Query]) -> Recall:
    """Search every query and compare with its labels. Raises InputError for an unknown label."""
    return _recall(_ranks(retriever, queries))


def _ranks(
    retriever: Retriever, queries: Sequence[Query], guide: str | None = None
) -> dict[Query, int]:
    unknown = {key for query in queries for key in query.sections if not retriever.section(key)}
    if unknown:
        raise InputError(
            f"labels name sections that the guide lacks: {', '.join(sorted(unknown))}; fix them"
        )
    return {query: _rank(retriever, query, guide) for query in queries}


def _recall(ranks: dict[Query, int]) -> Recall:
    n = max(len(ranks), 1)
    return Recall(
        n=len(ranks),
        at_1=sum(rank == 1 for rank in ranks.values()) / n,
        at_5=sum(0 < rank <= 5 for rank in ranks.values()) / n,
        mrr=sum(1 / rank for rank in ranks.values() if rank) / n,
        missed=tuple(query.query for query, rank in ranks.items() if not 0 < rank <= 5),
    )


def _rank(retriever: Retriever, query: Query, guide: str | None) -> int:
    """Place of the first right section, counted from 1, among the best ten or those of them that
    are of one guide; 0 where there is none."""
    found = [hit.section for hit in retriever.search(query.query, k=10)]
    mine = [section for section in found if guide in (None, section.guide)]
    return next((n for n, section in enumerate(mine, start=1) if section.key in query.sections), 0)


def measure_ways(
    guide_path: Path, queries: Sequence[Query], embedder: Embedder
) -> dict[tuple[str, str], Recall]:
    """Results for each (way of searching, split or ``all``) over a guide indexed on the spot."""
    from simulator.guide.ingest import ingest_file
    from simulator.guide.retriever import HybridRetriever
    from simulator.guide.store import GuideStore

    results = {}
    with tempfile.TemporaryDirectory() as folder, GuideStore(Path(folder), embedder) as store:
        index = store.open(ingest_file(guide_path, store).guide)
        for way, (dense, lexical) in WAYS.items():
            retriever = HybridRetriever(index, embedder, dense=dense, lexical=lexical)
            ranks = _ranks(retriever, queries)
            results[way, "all"] = _recall(ranks)
            for split in sorted({query.split for query in queries}):
                results[way, split] = _recall({q: r for q, r in ranks.items() if q.split == split})
    return results


def measure_joined(
    queries: Sequence[Query], of_complements: Sequence[Query], embedder: Embedder
) -> dict[tuple[str, str], Recall]:
    """Results over the shipped guide and its complements, searched together."""
    from simulator.guide.joined import JoinedRetriever
    from simulator.guide.shipped import shipped_guides, text_of
    from simulator.guide.store import GuideStore

    main_guide = next(guide for guide in shipped_guides().values() if guide.complements)
    with tempfile.TemporaryDirectory() as folder, GuideStore(Path(folder), embedder) as store:
        for name in (main_guide.name, *main_guide.complements):
            store.ingest(name, text_of(name))
        others = [store.open(name) for name in main_guide.complements]
        joined = JoinedRetriever(store.open(main_guide.name), lambda: others, embedder)
        return {
            ("joined", "guide"): _recall(_ranks(joined, queries, main_guide.name)),
            ("joined", "complement"): _recall(_ranks(joined, of_complements)),
        }


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table (or JSON); 0 if recall@5 reaches the bar, fused and over all guides."""
    parser = argparse.ArgumentParser(prog="evals retrieval", description=main.__doc__)
    parser.add_argument("--queries", type=Path, help="labelled queries (JSON Lines)")
    parser.add_argument("--guide", type=Path, help="the guide that the labels are about")
    parser.add_argument(
        "--lang", choices=("es", "en"), default="es", help="language of the queries"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--bar", type=float, default=BAR, help="recall@5 that must be reached")
    options = parser.parse_args(argv)
    from simulator.llm.embeddings import E5Embedder

    try:
        queries = options.queries or (
            resources.folder("evals") / f"retrieval_queries.{options.lang}.jsonl"
        )
        guide = options.guide or resources.folder("knowledge") / "aws_guide.es.md"
        embedder, labelled = E5Embedder(), read_queries(queries)
        results = measure_ways(guide, labelled, embedder)
        if not (options.guide or options.queries):
            extra = resources.folder("evals") / f"retrieval_queries.complement.{options.lang}.jsonl"
            results |= measure_joined(labelled, read_queries(extra), embedder)
    except SimulatorError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    print(_as_json(results) if options.json else _as_table(results))
    judged = [recall for (way, of), recall in results.items() if (way, of) in _JUDGED]
    return 0 if min(recall.at_5 for recall in judged) >= options.bar else 1


def _as_table(results: dict[tuple[str, str], Recall]) -> str:
    lines = [f"{'search':10}{'queries':12}{'n':>4}{'recall@1':>10}{'recall@5':>10}{'MRR':>8}"]
    for (way, split), r in results.items():
        lines.append(f"{way:10}{split:12}{r.n:4}{r.at_1:10.3f}{r.at_5:10.3f}{r.mrr:8.3f}")
    judged = (recall for key, recall in results.items() if key in _JUDGED)
    missed = dict.fromkeys(query for recall in judged for query in recall.missed)
    return "\n".join([*lines, *(f"missed at 5: {query}" for query in missed)])


def _as_json(results: dict[tuple[str, str], Recall]) -> str:
    rows = [
        {"search": way, "queries": split, **recall.model_dump()}
        for (way, split), recall in results.items()
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2)


if __name__ == "__main__":
    sys.exit(main())
