from __future__ import annotations

import numpy as np
import pytest

from simulator.grading.space import Space, encoded, load_space
from simulator.llm.embeddings import E5Embedder, HashEmbedder


def test_a_direction_is_shrunk_and_the_others_stay() -> None:
    axes = np.eye(3, dtype=np.float32)[:1]
    space = Space(embedder="e", dimension=3, directions=encoded(axes), shrink=(0.75,))
    moved = space.place(np.array([[4.0, 2.0, 1.0], [0.0, 1.0, 0.0]], dtype=np.float32))
    assert moved.tolist() == [[1.0, 2.0, 1.0], [0.0, 1.0, 0.0]]
    assert moved.dtype == np.float32


def test_the_shipped_space_is_of_the_embedded_embedder_only() -> None:
    space = load_space(E5Embedder().identity)
    assert space is not None
    assert space.place(np.ones((2, space.dimension), dtype=np.float32)).shape == (2, 384)
    assert all(0 <= share < 1 for share in space.shrink)
    assert space.provenance["split"] == "train"
    assert load_space(HashEmbedder().identity) is None


def test_shipped_directions_are_of_unit_length() -> None:
    space = load_space(E5Embedder().identity)
    assert space is not None
    along = np.eye(space.dimension, dtype=np.float32) - space.place(
        np.eye(space.dimension, dtype=np.float32)
    )
    assert float(np.trace(along)) == pytest.approx(sum(space.shrink), rel=0.01)
