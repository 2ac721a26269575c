"""How many of a criterion's distinctive words a piece of an answer has.

The complement of meaning: embeddings blur names and technical terms, which say most about a claim.
A word counts by how few of the question's criteria use it and by how many of the criterion's own
sentences do, so that what all criteria share says nothing and no list of words is needed.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from simulator.guide.lexical import terms
from simulator.ports import Vectors

_LENGTH = 0.3  # how much longer pieces must share more, times the root of their words


def shared_words(groups: Sequence[Sequence[str]], pieces: Sequence[str]) -> Vectors:
    """Shape (pieces, groups): weighted words in common, each group's sentences taken together.

    0 without any, about 1 for a short piece that has them all.
    """
    counts = [Counter(term for text in group for term in set(terms(text))) for group in groups]
    spread = Counter(term for count in counts for term in count)
    weights = [_weights(count, spread, len(groups)) for count in counts]
    table = np.zeros((len(pieces), len(groups)), dtype=np.float32)
    for row, piece in enumerate(pieces):
        words = set(terms(piece))
        room = 1 + _LENGTH * math.sqrt(len(words))
        for column, weight in enumerate(weights):
            table[row, column] = sum(weight.get(word, 0.0) for word in words) / room
    return table


def _weights(count: Counter[str], spread: Counter[str], groups: int) -> dict[str, float]:
    """Weight of each word of a group, of unit length together."""
    raw = {
        term: (1 + math.log(times))
        * math.log(1 + (groups - spread[term] + 0.5) / (spread[term] + 0.5))
        for term, times in count.items()
    }
    length = math.sqrt(sum(value * value for value in raw.values())) or 1.0
    return {term: value / length for term, value in raw.items()}
