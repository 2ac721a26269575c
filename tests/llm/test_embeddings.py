from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from simulator.llm.embeddings import MAX_CHARS, E5Embedder, HashEmbedder
from simulator.ports import Embedder


@pytest.fixture(scope="module")
def e5() -> E5Embedder:
    return E5Embedder()


@pytest.mark.parametrize("embedder", [E5Embedder(), HashEmbedder()], ids=["e5", "hash"])
def test_vectors_are_normal_and_shaped(embedder: Embedder):
    for vectors in (embedder.queries(["hola", ""]), embedder.passages(["a\0b", "\ud800"])):
        assert vectors.shape == (2, embedder.dimension)
        assert vectors.dtype == np.float32
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
    assert embedder.queries([]).shape == (0, embedder.dimension)


def test_meaning_beats_unrelated_text(e5: E5Embedder):
    query = e5.queries(["¿cómo desacoplo servicios con mensajes?"])[0]
    near, far = e5.passages(["Una cola entre productor y consumidor", "La receta lleva dos huevos"])
    assert near @ query > far @ query


def test_a_huge_text_is_cut(e5: E5Embedder):
    text = "cola " * MAX_CHARS
    assert np.array_equal(e5.passages([text * 40]), e5.passages([text[:MAX_CHARS]]))


def test_threads_get_their_own_vectors(e5: E5Embedder):
    texts = [f"texto número {n}" for n in range(12)]
    alone = [e5.queries([text])[0] for text in texts]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda text: e5.queries([text])[0], texts))
    assert np.allclose(alone, together, atol=1e-5)


def test_the_environment_is_left_as_it_was(e5: E5Embedder):
    before = os.environ.get("OMP_WAIT_POLICY")
    E5Embedder().queries(["x"])
    assert os.environ.get("OMP_WAIT_POLICY") == before


def test_the_fake_is_deterministic_and_sees_shared_words():
    first, again = (
        HashEmbedder().passages(["la cola segura"]),
        HashEmbedder().queries(["LA COLA segúra"]),
    )
    assert np.array_equal(first, again)
    other = HashEmbedder().passages(["nada parecido"])
    assert float(first[0] @ other[0]) < 0.5
