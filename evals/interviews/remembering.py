"""Embeddings that are computed once: simulated candidates repeat themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from simulator.ports import Embedder, Vectors


class RememberingEmbedder:
    """Another embedder's vectors, kept by text for as long as this lives."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: dict[tuple[str, str], Vectors] = {}

    @property
    def identity(self) -> str:
        """That of the embedder: vectors are the same."""
        return self._embedder.identity

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._embedder.dimension

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of search queries."""
        return self._recalled("query", texts, self._embedder.queries)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of documents."""
        return self._recalled("passage", texts, self._embedder.passages)

    def _recalled(
        self, kind: str, texts: Sequence[str], embed: Callable[[Sequence[str]], Vectors]
    ) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if (kind, text) not in self._known]
        for text, vector in zip(new, embed(new) if new else (), strict=True):
            self._known[kind, text] = vector
        found = [self._known[kind, text] for text in texts]
        return np.array(found, dtype=np.float32).reshape(len(texts), self.dimension)
