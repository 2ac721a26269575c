"""Search over a guide and its complements: other guides that teach what it only names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from simulator.domain import Section
from simulator.guide.retriever import HybridRetriever
from simulator.guide.store import IndexedGuide
from simulator.ports import Embedder, Hit


class JoinedRetriever:
    """The `Retriever` of ports.py over several guides, of which the first comes first.

    `complements` are opened when they are first needed, so that a first question never waits.
    """

    def __init__(
        self,
        guide: IndexedGuide,
        complements: Callable[[], Sequence[IndexedGuide]],
        embedder: Embedder,
    ) -> None:
        self._index = guide
        self._own = HybridRetriever(guide, embedder)
        self._open = complements
        self._embedder = embedder

    @property
    def guide(self) -> str:
        """Name of the first guide."""
        return self._index.name

    @property
    def version(self) -> str:
        """Hash of the first guide's text."""
        return self._index.version

    @property
    def versions(self) -> Mapping[str, str]:
        """Hash of each guide's text, by its name."""
        return {index.name: index.version for index in self._shelf.indexes}

    def search(
        self,
        query: str,
        *,
        k: int = 5,
        service: str | None = None,
        aspect: str | None = None,
        dimension: str | None = None,
    ) -> list[Hit]:
        """The first guide's k best, in the order they have without complements, and between them
        what complements have among the k best of all."""
        own = self._own.search(query, k=k, service=service, aspect=aspect, dimension=dimension)
        ranked = self._all.search(
            query,
            k=len(self._shelf.sections),
            service=service,
            aspect=aspect,
            dimension=dimension,
        )
        overall = {hit.section.id: hit.score for hit in ranked}
        scores = sorted((overall[hit.section.id] for hit in own), reverse=True)
        own = [Hit(section=h.section, score=s) for h, s in zip(own, scores, strict=True)]
        others = [hit for hit in ranked[: max(k, 0)] if hit.section.guide != self.guide]
        return sorted([*own, *others], key=lambda hit: -hit.score)

    def section(self, key: str) -> Section | None:
        """The section with this key, the first guide's before a complement's, or None."""
        return self._own.section(key) or self._all.section(key)

    def sections(self) -> list[Section]:
        """Every section, guide after guide."""
        return list(self._shelf.sections)

    @cached_property
    def _shelf(self) -> _Shelf:
        return _Shelf([self._index, *self._open()])

    @cached_property
    def _all(self) -> HybridRetriever:
        return HybridRetriever(self._shelf, self._embedder)


class _Shelf:
    """Several indexed guides as one. Cosines of one embedder compare across them."""

    def __init__(self, indexes: Sequence[IndexedGuide]) -> None:
        self.indexes = indexes
        self.name = indexes[0].name
        self.version = indexes[0].version
        self.sections = [section for index in indexes for section in index.sections]

    def nearest(
        self, vector: Sequence[float], k: int, where: dict[str, str] | None = None
    ) -> list[tuple[str, float]]:
        """(section id, cosine similarity) of the k nearest; `where` are equal metadata."""
        found = [pair for index in self.indexes for pair in index.nearest(vector, k, where)]
        return sorted(found, key=lambda pair: -pair[1])[:k]
