"""Search over one guide: what a query means and what it says, fused by rank."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Protocol

from simulator.domain import Section
from simulator.guide.lexical import WordIndex
from simulator.guide.records import searchable
from simulator.ports import Embedder, Hit

MAX_QUERY = 2000
"""Characters of a query that are read; the rest of a longer one is ignored."""

_RANK_OFFSET = 2
_DEPTH = 50


class SearchableIndex(Protocol):
    """What is searched: sections, and the nearest of them to a vector."""

    name: str
    version: str
    sections: list[Section]

    def nearest(
        self, vector: Sequence[float], k: int, where: dict[str, str] | None = None
    ) -> list[tuple[str, float]]:
        """(section id, cosine similarity) of the k nearest; `where` are equal metadata."""


class HybridRetriever:
    """The `Retriever` of ports.py: reciprocal rank fusion of cosine and BM25 ranks.

    Fusion: Cormack, Clarke and Büttcher (2009). Their offset of 60 flattens the ranks of a guide of
    tens of sections; 2 was chosen on the dev half of ``evals/retrieval_queries.es.jsonl``.
    `dense` and `lexical` weigh the two ranks; 0 switches one off.
    """

    def __init__(
        self,
        index: SearchableIndex,
        embedder: Embedder,
        *,
        dense: float = 1.0,
        lexical: float = 1.0,
    ) -> None:
        self._index = index
        self._embedder = embedder
        self._weights = (dense, lexical)
        self._words = WordIndex([searchable(section) for section in index.sections])
        self._by_id = {section.id: section for section in index.sections}
        self._by_key = {section.key: section for section in index.sections}

    @property
    def guide(self) -> str:
        """Name of the guide searched."""
        return self._index.name

    @property
    def version(self) -> str:
        """Hash of the guide's text."""
        return self._index.version

    @property
    def versions(self) -> Mapping[str, str]:
        """That hash, by the guide's name."""
        return {self._index.name: self._index.version}

    def search(
        self,
        query: str,
        *,
        k: int = 5,
        service: str | None = None,
        aspect: str | None = None,
        dimension: str | None = None,
    ) -> list[Hit]:
        """The k best sections, best first; filters are exact matches on metadata."""
        filters = {"service": service, "aspect": aspect, "dimension": dimension}
        where = {name: value for name, value in filters.items() if value is not None}
        query = query[:MAX_QUERY]
        if not query.strip() or k < 1:
            return []
        scores: dict[str, float] = defaultdict(float)
        rankings = (self._by_meaning, self._by_words)
        for weight, ranking in zip(self._weights, rankings, strict=True):
            if weight:
                for rank, id_ in enumerate(ranking(query, where, max(k, _DEPTH)), start=1):
                    scores[id_] += weight / (_RANK_OFFSET + rank)
        best = sorted(scores.items(), key=lambda pair: (-pair[1], self._by_id[pair[0]].start))
        return [Hit(section=self._by_id[id_], score=score) for id_, score in best[:k]]

    def section(self, key: str) -> Section | None:
        """The section with this key, or None."""
        return self._by_key.get(key)

    def sections(self) -> list[Section]:
        """Every section of the guide, in its order."""
        return list(self._index.sections)

    def _by_meaning(self, query: str, where: dict[str, str], k: int) -> list[str]:
        vector = self._embedder.queries([query])[0].tolist()
        near = self._index.nearest(vector, k, where)
        return [id_ for id_, _ in near if id_ in self._by_id]

    def _by_words(self, query: str, where: dict[str, str], k: int) -> list[str]:
        scores = self._words.scores(query)
        ranked = sorted(scores, key=lambda number: -scores[number])
        found = (self._index.sections[number] for number in ranked)
        kept = [s.id for s in found if all(getattr(s, name) == v for name, v in where.items())]
        return kept[:k]
