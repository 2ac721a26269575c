from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

import snowballstemmer

from simulator.guide.lexical import WordIndex, terms

STARTS = [a + b + c for a in ("des", "re", "im", "con") for b in ("pl", "tr", "g", "m", "br")
          for c in ("eg", "ar", "ol", "ip", "ur")]  # fmt: skip
ENDS = (
    "aciones",
    "andose",
    "amientos",
    "adoras",
    "iendolas",
    "ividad",
    "isimos",
    "abais",
    "eremos",
)


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


def test_threads_do_not_spoil_each_others_stems() -> None:
    words = [f"{start}{end}" for start in STARTS for end in ENDS]
    stemmer = snowballstemmer.stemmer("spanish")
    expected = [stemmer.stemWord(word) for word in words]
    often = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(terms, words))
    finally:
        sys.setswitchinterval(often)
    assert [stem for (stem,) in found] == expected
