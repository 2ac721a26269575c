import json

import numpy as np
import pytest

from simulator import resources
from simulator.domain import Lang
from simulator.errors import BankError
from simulator.grading.recognisers import (
    Recognisers,
    decoded,
    encoded,
    read_learned,
    shipped,
)
from simulator.interview.bank import load_bank
from simulator.llm.embeddings import E5Embedder, HashEmbedder
from tests.grading.builders import QUESTION

BANKS = [load_bank([resources.folder("knowledge")], lang) for lang in Lang]


@pytest.mark.parametrize(
    "question", [q for bank in BANKS for q in bank.open], ids=lambda q: f"{q.id}-{q.lang}"
)
def test_the_bank_was_learned_ahead_of_time(question) -> None:
    """Fails after a change of the bank or its phrasings: run ``python -m evals recognisers``."""
    embedder = E5Embedder()
    recognisers = Recognisers(embedder.identity, embedder.queries)
    lessons = recognisers.lessons(question.id, question.criteria)
    learned = shipped()[lessons.digest(embedder.identity)]
    assert learned.dual.shape == lessons.targets.shape
    assert learned.meaning.shape == (embedder.dimension, len(question.criteria))


def test_what_ships_is_what_would_be_learned_here() -> None:
    embedder = E5Embedder()
    recognisers = Recognisers(embedder.identity, embedder.queries)
    question = BANKS[0].open[0]
    lessons = recognisers.lessons(question.id, question.criteria)
    here = recognisers.learn(lessons)
    assert np.allclose(here.dual, shipped()[lessons.digest(embedder.identity)].dual, atol=2e-3)


def test_a_question_of_ones_own_is_learned_once() -> None:
    asked = []
    embedder = HashEmbedder(dimension=64)

    def vectors(texts):
        asked.append(len(texts))
        return embedder.queries(texts)

    recognisers = Recognisers(embedder.identity, vectors)
    assert recognisers.of(QUESTION) is recognisers.of(QUESTION)
    assert len(asked) == 1


def test_arrays_survive_the_file(tmp_path) -> None:
    embedder = HashEmbedder(dimension=64)
    recognisers = Recognisers(embedder.identity, embedder.queries)
    lessons = recognisers.lessons(QUESTION.id, QUESTION.criteria)
    learned = recognisers.learn(lessons)
    again = decoded(encoded(learned), lessons.targets.shape[1])
    assert np.array_equal(learned.dual, again.dual)
    broken = tmp_path / "broken.json"
    broken.write_text(json.dumps({"recognisers": [{"digest": "x"}]}))
    with pytest.raises(BankError, match="evals recognisers"):
        read_learned(broken)
