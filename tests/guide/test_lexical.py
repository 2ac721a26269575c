from __future__ import annotations

from simulator.guide.lexical import WordIndex, terms


def test_accents_capitals_and_endings_do_not_matter():
    assert terms("ENCRIPTACIÓN") == terms("encriptacion") == terms("encriptaciones")
    assert terms("funciones") == terms("Función")


def test_common_words_are_dropped():
    assert terms("¿cómo es que el de la?") == []


def test_rare_words_in_short_texts_score_higher():
    index = WordIndex(["cola y cola", "cola rara", "tabla", "cola " + "relleno " * 50 + "rara"])
    scores = index.scores("RARA cola")
    assert max(scores, key=scores.__getitem__) == 1
    assert scores[3] < scores[1]
    assert 2 not in scores


def test_nothing_in_common_scores_nothing():
    assert WordIndex(["cola"]).scores("xyz") == {}
    assert WordIndex([]).scores("cola") == {}
