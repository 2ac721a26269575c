"""Search by words: BM25 over Spanish stems without accents.

Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009). Written here
because a guide has tens of sections: the packaged ones import SciPy or are no longer kept.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cache, lru_cache
from threading import Lock

import snowballstemmer  # type: ignore[import-untyped]

_K1, _B = 1.2, 0.75
_REMEMBERED = 100_000  # words: strangers write what they like
_STEMMING = Lock()
_WORD = re.compile(r"[^\W_]+")
# Words too common to tell sections apart, already without accents.
_STOP = frozenset(
    """
    a al ante como con cual cuales cuando cuanto de del desde donde el ella en entre es esa ese eso
    esta este esto esos estas hay la las le les lo los mas me mi muy ni no o para pero por que se
    ser si sin sobre son su sus te tiene tu un una uno unos unas y ya
    the of to in is an for and or on with what how do does it
    """.split()  # noqa: SIM905 - words are easier to read than quotes
)


def terms(text: str) -> list[str]:
    """The stems of a text, in order, without accents, capitals and common words."""
    flat = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(char for char in flat if not unicodedata.combining(char))
    return [_stem(word) for word in _WORD.findall(bare) if word not in _STOP]


@cache
def _stemmer() -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer("spanish")


@lru_cache(maxsize=_REMEMBERED)
def _stem(word: str) -> str:
    with _STEMMING:  # it keeps the word that it works on
        return str(_stemmer().stemWord(word))


class WordIndex:
    """A BM25 index of some texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        documents = [Counter(terms(text)) for text in texts]
        self._lengths = [sum(document.values()) for document in documents]
        self._mean = sum(self._lengths) / max(len(documents), 1) or 1.0
        self._postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for number, document in enumerate(documents):
            for term, count in document.items():
                self._postings[term].append((number, count))

    def scores(self, query: str) -> dict[int, float]:
        """Score of each text that shares a word with the query, by position; higher is better."""
        found: dict[int, float] = defaultdict(float)
        for term in set(terms(query)):
            postings = self._postings.get(term, [])
            rarity = math.log(
                1 + (len(self._lengths) - len(postings) + 0.5) / (len(postings) + 0.5)
            )
            for number, count in postings:
                norm = 1 - _B + _B * self._lengths[number] / self._mean
                found[number] += rarity * count * (_K1 + 1) / (count + _K1 * norm)
        return dict(found)
