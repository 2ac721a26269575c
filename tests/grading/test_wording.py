import numpy as np
import pytest

from simulator.grading.wording import Wording, runs_of

TEXTS = [runs_of(text) for text in ("una cola", "una tabla", "una cola y una tabla")]


def test_runs_know_no_case_accents_or_punctuation() -> None:
    assert runs_of("¡Índice, YA!") == runs_of("indice ya")
    assert {" in", "ind", "indi", "ya "} <= runs_of("Índice ya")


def test_the_rarer_weighs_more_and_vectors_are_of_length_one() -> None:
    wording = Wording.of(TEXTS)
    rarity = dict(zip(wording.runs, wording.rarity, strict=True))
    assert rarity["col"] > rarity["una"] > 0
    assert np.allclose(np.linalg.norm(wording.table(TEXTS), axis=1), 1)


def test_runs_that_few_texts_have_can_be_left_out() -> None:
    assert "y " not in Wording.of(TEXTS, 2).runs
    assert set(Wording.of(TEXTS, 3).runs) < set(Wording.of(TEXTS, 2).runs)
    places, values = Wording.of(TEXTS, 3).unit(runs_of("xyz"))
    assert (places, len(values)) == ([], 0)


def test_reading_is_the_product_with_the_weights() -> None:
    wording = Wording.of(TEXTS)
    weights = wording.weigh(TEXTS, np.eye(3, dtype=np.float32))
    assert np.allclose(weights, wording.table(TEXTS).T)
    assert wording.read("una cola", weights)[0] == pytest.approx(1, abs=1e-5)
