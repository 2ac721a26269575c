"""From shares of criteria to whole scores: what each share is worth, and where to cut."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LinearRegression  # type: ignore[import-untyped]

from evals import metrics
from simulator.domain import Frozen
from simulator.grading.scoring import Mix, Shares

Floats = NDArray[np.float64]
Whole = NDArray[np.int_]
MOST_CUTS = 10
"""Scales with more cut points keep evenly spaced ones: samples are too small to place them."""
_BAGS = 25  # resamples of questions that cut points are averaged over
_GRID = 40  # places between 0 and 1 where a cut point may be tried


class Row(Frozen):
    """The raw score, 0..1, and the label of one answer in one dimension; `group` is its question.

    `shares` are what the raw score is made of.
    """

    group: str
    shares: Shares
    label: int
    raw: float = 0.0

    def mixed(self, mix: Mix) -> Row:
        """The row with the raw score that a mix makes of it."""
        return self.model_copy(update={"raw": mix.raw(self.shares)})


def fit_mix(
    dimensions: Sequence[Sequence[Row]], scales: Sequence[tuple[int, int]], falsity: float = 0.0
) -> tuple[Mix, float]:
    """What shares are worth, by least squares over all dimensions: the middle of each label's step
    of an evenly divided raw score is what is aimed at. No part may count the wrong way.

    `falsity` is what the shares were made with. With the mix comes the mean of the squares left.
    """
    table, wanted = [], []
    for rows, (low, high) in zip(dimensions, scales, strict=True):
        for row in rows:
            parts = row.shares
            bonus = parts.required if parts.bonus is None else parts.bonus
            table.append([parts.required, bonus, -parts.error])
            wanted.append((row.label - low + 0.5) / (high - low + 1))
    model = LinearRegression(positive=True).fit(np.array(table), np.array(wanted))
    left = float(np.mean((model.predict(np.array(table)) - np.array(wanted)) ** 2))
    required, bonus, error = (round(float(w), 4) for w in model.coef_)
    start = round(float(model.intercept_), 4)
    mix = Mix(start=start, required=max(required, 0.001), bonus=bonus, error=error, falsity=falsity)
    return mix, left


def fit_cuts(rows: Sequence[Row], scale: tuple[int, int]) -> tuple[float, ...]:
    """Cut points of raw scores that agree best with labels (QWK).

    Averaged over resamples of questions: a single best set follows every quirk of a small sample.
    """
    by_group: dict[str, list[Row]] = {}
    for row in rows:
        by_group.setdefault(row.group, []).append(row)
    random = np.random.default_rng(metrics.SEED)
    groups = sorted(by_group)
    found = []
    for _ in range(_BAGS):
        drawn = [by_group[groups[i]] for i in random.integers(0, len(groups), len(groups))]
        flat = [row for group in drawn for row in group]
        raws, labels = np.array([r.raw for r in flat]), np.array([r.label for r in flat])
        found.append(_best_cuts(raws, labels, scale))
    return _ascending(np.mean(found, axis=0))


def _best_cuts(raws: Floats, labels: Whole, scale: tuple[int, int]) -> Floats:
    """Coordinate ascent from evenly spaced cuts over a grid."""
    low, high = scale
    steps = high - low + 1
    cuts = np.arange(1, steps) / steps
    grid = np.arange(1, _GRID) / _GRID
    weights = _squares(steps)

    def agreement(candidate: Floats) -> float:
        scores = np.searchsorted(candidate, raws, side="right")
        return _kappa(labels - low, scores, weights)

    best = agreement(cuts)
    for _ in range(4):
        before = best
        for index in range(len(cuts)):
            for place in grid:
                trial = cuts.copy()
                trial[index] = place
                if np.all(np.diff(trial) > 0) and (value := agreement(trial)) > best + 1e-9:
                    best, cuts = value, trial
        if best <= before:
            break
    return cuts


def _kappa(labels: Whole, scores: NDArray[np.intp], weights: Floats) -> float:
    """QWK inside the search, where scikit-learn's checks would take minutes; what is reported is
    scikit-learn's, and a test holds the two together."""
    steps = len(weights)
    table = np.bincount(labels * steps + scores, minlength=steps * steps).reshape(steps, steps)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / max(table.sum(), 1)
    chance = float((weights * expected).sum())
    return 1 - float((weights * table).sum()) / chance if chance else 0.0


def _squares(steps: int) -> Floats:
    places = np.arange(steps, dtype=float)
    squares: Floats = (places[:, None] - places[None, :]) ** 2
    return squares


def _ascending(cuts: Floats) -> tuple[float, ...]:
    """Rounded to three digits, strictly ascending within (0, 1]."""
    found: list[float] = []
    for cut in cuts:
        floor = found[-1] + 0.001 if found else 0.001
        found.append(round(max(float(cut), floor), 3))
    return tuple(found)
