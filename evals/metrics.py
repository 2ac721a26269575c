"""How far scores and verdicts agree with labels: scikit-learn's and SciPy's metrics, and
confidence intervals by a bootstrap over questions.

A metric that is undefined (nothing labelled, no variance) is None, never a made-up number.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import stats  # type: ignore[import-untyped]
from sklearn import metrics as sk  # type: ignore[import-untyped]
from sklearn.calibration import calibration_curve  # type: ignore[import-untyped]

from simulator.domain import Frozen

Metric = float | None
Floats = NDArray[np.float64]
Whole = Sequence[int] | NDArray[np.int_]
SEED = 0
RESAMPLES = 500
AGREEMENT = ("qwk", "pearson", "spearman", "mae", "exact", "adjacent")
_WITH_INTERVAL = ("qwk", "mae", "exact", "adjacent")


class Pair(Frozen):
    """One answer in one dimension: what a person gave and what the grader gave. `group` is the
    question; scores are whole numbers of `scale`, `raw` is 0..1 before the cut points."""

    id: str
    group: str
    label: float
    score: int
    raw: float | None = None


def agreement(pairs: Sequence[Pair], scale: tuple[int, int]) -> dict[str, Metric]:
    """Agreement of scores with labels; `mae` is in points of the scale, the rest has no unit.

    qwk: Cohen's kappa with quadratic weights over every step of the scale. exact and adjacent:
    share of scores equal to, or at most one point from, the label rounded to a whole number.
    """
    if not pairs:
        return dict.fromkeys(AGREEMENT)
    labels = np.array([pair.label for pair in pairs])
    scores = np.array([pair.score for pair in pairs])
    found = agreement_in_short(pairs, scale) | {
        "pearson": _correlation(stats.pearsonr, labels, scores),
        "spearman": _correlation(stats.spearmanr, labels, scores),
    }
    return {name: found[name] for name in AGREEMENT}


def agreement_in_short(pairs: Sequence[Pair], scale: tuple[int, int]) -> dict[str, Metric]:
    """`agreement` without the correlations: what intervals and comparisons are made for."""
    if not pairs:
        return dict.fromkeys(_WITH_INTERVAL)
    labels = np.array([pair.label for pair in pairs])
    scores = np.array([pair.score for pair in pairs])
    whole = np.floor(labels + 0.5).astype(int)
    return {
        "qwk": qwk(whole, scores, scale),
        "mae": float(sk.mean_absolute_error(labels, scores)),
        "exact": float(sk.accuracy_score(whole, scores)),
        "adjacent": float((np.abs(scores - whole) <= 1).mean()),
    }


def qwk(labels: Whole, scores: Whole, scale: tuple[int, int]) -> Metric:
    """Quadratic weighted kappa, -1..1; None where both sides are one and the same constant."""
    steps = list(range(scale[0], scale[1] + 1))
    with warnings.catch_warnings(), np.errstate(invalid="ignore", divide="ignore"):
        warnings.simplefilter("ignore")
        value = float(sk.cohen_kappa_score(labels, scores, labels=steps, weights="quadratic"))
    return None if math.isnan(value) else value


def confusion(pairs: Sequence[Pair], scale: tuple[int, int]) -> list[list[int]]:
    """Counts: a row for each label (rounded), a column for each score, low to high."""
    steps = list(range(scale[0], scale[1] + 1))
    whole = [math.floor(pair.label + 0.5) for pair in pairs]
    if not pairs:
        return [[0] * len(steps) for _ in steps]
    matrix = sk.confusion_matrix(whole, [pair.score for pair in pairs], labels=steps)
    return [[int(cell) for cell in row] for row in matrix]


def intervals(
    pairs: Mapping[str, Sequence[Pair]], scales: Mapping[str, tuple[int, int]]
) -> dict[str, dict[str, list[float] | None]]:
    """95 % percentile intervals of qwk, mae, exact and adjacent, for each dimension and for the
    mean over dimensions (``overall``): questions are drawn with replacement, RESAMPLES times,
    with a fixed seed. None where fewer than three questions, or too few draws define a metric.
    """
    drawn: dict[str, list[dict[str, Metric]]] = {name: [] for name in (*pairs, "overall")}
    for chosen in resamples(pairs):
        each = {name: agreement_in_short(chosen[name], scales[name]) for name in pairs}
        for name, values in each.items():
            drawn[name].append(values)
        drawn["overall"].append(mean_of(each.values()))
    return {
        name: {metric: _interval([v.get(metric) for v in values]) for metric in _WITH_INTERVAL}
        for name, values in drawn.items()
    }


def resamples(
    pairs: Mapping[str, Sequence[Pair]], times: int = RESAMPLES
) -> Iterable[dict[str, list[Pair]]]:
    """The pairs of each dimension for questions drawn with replacement; the same draw in all."""
    by_group: dict[str, dict[str, list[Pair]]] = {}
    for name, own in pairs.items():
        for pair in own:
            by_group.setdefault(pair.group, {}).setdefault(name, []).append(pair)
    groups = sorted(by_group)
    if len(groups) < 3:
        return
    random = np.random.default_rng(SEED)
    for _ in range(times):
        chosen = [groups[i] for i in random.integers(0, len(groups), len(groups))]
        yield {
            name: [pair for group in chosen for pair in by_group[group].get(name, ())]
            for name in pairs
        }


def mean_of(values: Iterable[Mapping[str, Metric]]) -> dict[str, Metric]:
    """Mean of each metric over those that define it."""
    values = list(values)
    names = dict.fromkeys(name for value in values for name in value)
    means: dict[str, Metric] = {}
    for name in names:
        known = [v for value in values if (v := value.get(name)) is not None]
        means[name] = float(np.mean(known)) if known else None
    return means


def classification(
    truths: Sequence[bool], probabilities: Sequence[float], decided: Sequence[bool]
) -> dict[str, Metric]:
    """Verdicts against labels: AUC and Brier of probabilities, the rest of met or not (0..1)."""
    if not truths:
        return dict.fromkeys(("auc", "brier", "f1", "precision", "recall", "accuracy", "base_rate"))
    both = len(set(truths)) == 2
    return {
        "auc": float(sk.roc_auc_score(truths, probabilities)) if both else None,
        "brier": float(sk.brier_score_loss(truths, probabilities, pos_label=True)),
        "f1": float(sk.f1_score(truths, decided, zero_division=0.0)),
        "precision": float(sk.precision_score(truths, decided, zero_division=0.0)),
        "recall": float(sk.recall_score(truths, decided, zero_division=0.0)),
        "accuracy": float(sk.accuracy_score(truths, decided)),
        "base_rate": float(np.mean(truths)),
    }


def auc(truths: Sequence[bool], values: Sequence[float]) -> Metric:
    """Area under the ROC curve of one piece of evidence; None without both classes."""
    return float(sk.roc_auc_score(truths, values)) if len(set(truths)) == 2 else None


def curve(truths: Sequence[bool], probabilities: Sequence[float]) -> list[dict[str, float]]:
    """Calibration curve in tenths: mean predicted and observed share of each bin that is used."""
    if not truths:
        return []
    observed, predicted = calibration_curve(truths, probabilities, n_bins=10)
    bins = np.minimum((np.asarray(probabilities) * 10).astype(int), 9)
    counts = [int(count) for count in np.bincount(bins, minlength=10) if count]
    columns = zip(predicted, observed, counts, strict=False)
    return [
        {"predicted": round(float(p), 4), "observed": round(float(o), 4), "n": n}
        for p, o, n in columns
    ]


def _interval(values: Sequence[Metric]) -> list[float] | None:
    known = [value for value in values if value is not None]
    if not known or len(known) < len(values) / 2:
        return None
    low, high = np.percentile(known, (2.5, 97.5))
    return [round(float(low), 4), round(float(high), 4)]


def _correlation(measure: Callable[..., object], labels: Floats, scores: Floats) -> Metric:
    if len(labels) < 3 or np.ptp(labels) == 0 or np.ptp(scores) == 0:
        return None
    value = float(measure(labels, scores).statistic)  # type: ignore[attr-defined]
    return None if math.isnan(value) else value
