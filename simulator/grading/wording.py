"""The wording of a text: runs of 3 and 4 letters, which catch names and terms whatever their
endings, weighted by how few texts have each (tf-idf)."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Self

import numpy as np

from simulator.grading.sentences import fold
from simulator.ports import Vectors

RUNS = (3, 4)  # letters
_NOT_A_LETTER = re.compile(r"[^\w]+")


def runs_of(text: str) -> frozenset[str]:
    """The runs of letters of a text, without case, accents and punctuation."""
    spaced = f" {_NOT_A_LETTER.sub(' ', fold(text)).strip()} "
    return frozenset(
        spaced[at : at + size] for size in RUNS for at in range(len(spaced) - size + 1)
    )


class Wording:
    """Unit vectors of texts over the runs that are known, by the rarity of each (> 0)."""

    def __init__(self, rarity: Mapping[str, float]) -> None:
        self.runs = tuple(sorted(rarity))
        self.rarity = np.array([rarity[run] for run in self.runs], dtype=np.float32)
        self._place = {run: number for number, run in enumerate(self.runs)}

    @classmethod
    def of(cls, texts: Sequence[frozenset[str]], at_least: int = 1) -> Self:
        """Over the runs that at least so many of these texts have; each text is its runs."""
        count = Counter(run for runs in texts for run in runs)
        total = len(texts)
        return cls(
            {
                run: math.log(1 + (total - n + 0.5) / (n + 0.5))
                for run, n in count.items()
                if n >= at_least
            }
        )

    def unit(self, runs: frozenset[str]) -> tuple[list[int], Vectors]:
        """Where the vector of these runs is not 0, and what it is there."""
        places = sorted(self._place[run] for run in runs if run in self._place)
        values = self.rarity[places]
        return places, values / max(float(np.linalg.norm(values)), 1e-9)

    def table(self, texts: Sequence[frozenset[str]]) -> Vectors:
        """Vectors of texts, shape (texts, runs)."""
        table = np.zeros((len(texts), len(self.runs)), dtype=np.float32)
        for row, runs in enumerate(texts):
            places, values = self.unit(runs)
            table[row, places] = values
        return table

    def weigh(self, texts: Sequence[frozenset[str]], dual: Vectors) -> Vectors:
        """Weights of the runs out of weights of the texts: ``table(texts).T @ dual``."""
        weights = np.zeros((len(self.runs), dual.shape[1]), dtype=np.float32)
        for runs, own in zip(texts, dual, strict=True):
            places, values = self.unit(runs)
            weights[places] += values[:, None] * own
        return weights

    def read(self, text: str, weights: Vectors) -> Vectors:
        """What the runs of a text weigh together; weights have shape (runs, …)."""
        places, values = self.unit(runs_of(text))
        said: Vectors = values @ weights[places]
        return said
