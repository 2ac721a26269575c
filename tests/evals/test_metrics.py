from __future__ import annotations

import numpy as np
import pytest

from evals import metrics
from evals.metrics import Pair

SCALE = (1, 5)


def pairs(*scored: tuple[float, int], group: str = "") -> list[Pair]:
    return [
        Pair(id=str(n), group=group or f"q{n}", label=label, score=score)
        for n, (label, score) in enumerate(scored)
    ]


def test_perfect_agreement() -> None:
    found = metrics.agreement(pairs((1, 1), (3, 3), (5, 5), (2, 2)), SCALE)
    assert found == {
        "qwk": 1.0,
        "pearson": pytest.approx(1),
        "spearman": pytest.approx(1),
        "mae": 0.0,
        "exact": 1.0,
        "adjacent": 1.0,
    }


def test_reversed_scores_are_worse_than_chance() -> None:
    found = metrics.agreement(pairs((1, 5), (3, 3), (5, 1)), SCALE)
    assert found["qwk"] == pytest.approx(-1)
    assert found["mae"] == pytest.approx(8 / 3)
    assert found["adjacent"] == pytest.approx(1 / 3)


def test_qwk_counts_every_step_of_the_scale() -> None:
    """The weights come from the scale, not from the labels that happen to be there."""
    assert metrics.qwk([0, 0, 10], [0, 1, 10], (0, 10)) == pytest.approx(1 - 3 / 383)


def test_what_is_undefined_is_none() -> None:
    assert set(metrics.agreement([], SCALE).values()) == {None}
    constant = metrics.agreement(pairs((3, 3), (3, 3), (3, 3)), SCALE)
    assert (constant["qwk"], constant["pearson"]) == (None, None)
    assert constant["exact"] == 1.0
    assert metrics.classification([], [], [])["auc"] is None
    assert metrics.classification([True], [0.9], [True])["auc"] is None


def test_half_points_round_up_for_whole_metrics() -> None:
    found = metrics.agreement(pairs((2.5, 3), (4, 4)), SCALE)
    assert found["exact"] == 1.0
    assert found["mae"] == 0.25


def test_confusion_has_labels_down_and_scores_across() -> None:
    matrix = metrics.confusion(pairs((1, 2), (1, 2), (3, 1)), (1, 3))
    assert matrix == [[0, 2, 0], [0, 0, 0], [1, 0, 0]]


def test_intervals_are_of_questions_not_of_answers() -> None:
    """Ten answers of one question are one draw: with few questions the interval stays wide."""
    random = np.random.default_rng(1)
    many = [
        Pair(id=f"{g}-{n}", group=f"q{g}", label=label, score=label if g % 2 else 6 - label)
        for g in range(6)
        for n, label in enumerate(random.integers(1, 6, 10).tolist())
    ]
    apart = [pair.model_copy(update={"group": pair.id}) for pair in many]
    found = metrics.intervals({"d": many}, {"d": SCALE})
    low, high = found["d"]["exact"] or (0, 0)
    low2, high2 = metrics.intervals({"d": apart}, {"d": SCALE})["d"]["exact"] or (0, 0)
    assert high - low > 2 * (high2 - low2) > 0
    assert found["overall"] == found["d"]


def test_two_questions_are_too_few_for_an_interval() -> None:
    few = pairs((1, 1), (2, 2), group="a") + pairs((3, 3), group="b")
    assert metrics.intervals({"d": few}, {"d": SCALE})["d"]["qwk"] is None


def test_the_calibration_curve_counts_its_bins() -> None:
    curve = metrics.curve([False, False, True, True], [0.05, 0.06, 0.95, 1.0])
    assert [(point["observed"], point["n"]) for point in curve] == [(0.0, 2), (1.0, 2)]


def test_mean_over_dimensions_leaves_out_the_undefined() -> None:
    assert metrics.mean_of([{"qwk": 0.5}, {"qwk": None}, {"qwk": 0.7}]) == {
        "qwk": pytest.approx(0.6)
    }
