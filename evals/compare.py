"""What changed between two runs of the same answers, and whether it is more than noise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from evals import metrics
from evals.metrics import Metric, Pair
from evals.results import Result, read_results, read_run
from evals.summary import pairs_of
from simulator.domain import Frozen, Rubric
from simulator.errors import InputError

_METRICS = ("qwk", "mae", "exact", "adjacent")
_MOST = 20  # answers whose scores moved most that are listed


class Change(Frozen):
    """A metric before and after on the answers that both runs graded.

    `low` and `high` bound the difference with 95 % in a paired bootstrap over questions: the same
    questions are drawn for both runs. None with fewer than three questions.
    """

    dimension: str
    metric: str
    before: Metric
    after: Metric
    low: Metric = None
    high: Metric = None

    @property
    def is_more_than_noise(self) -> bool | None:
        """Whether the interval of the difference leaves out zero; None without an interval."""
        if self.low is None or self.high is None:
            return None
        return self.low > 0 or self.high < 0


class Comparison(Frozen):
    """Changes of every metric; `settings` that differ; `moved`: (id, dimension, before, after) of
    scores that changed, the largest first; `only` counts answers of one run alone."""

    n: int
    only: tuple[int, int]
    settings: dict[str, tuple[str, str]]
    changes: tuple[Change, ...]
    moved: tuple[tuple[str, str, int | None, int | None], ...]


def compare(before: Path, after: Path) -> Comparison:
    """Compare two runs' folders. Raises InputError where they have no answer in common."""
    runs = [read_run(folder) for folder in (before, after)]
    one, two = ({r.id: r for r in read_results(folder)} for folder in (before, after))
    shared = sorted(one.keys() & two.keys())
    if not shared:
        raise InputError("the two runs have no answer in common; compare runs of one answer set")
    names = [d.name for d in runs[0].rubric.dimensions]
    first, second = runs[0].settings, runs[1].settings
    return Comparison(
        n=len(shared),
        only=(len(one) - len(shared), len(two) - len(shared)),
        settings={
            name: (first.get(name, "–"), second.get(name, "–"))
            for name in sorted(first | second)
            if first.get(name) != second.get(name)
        },
        changes=tuple(
            _changes([one[id_] for id_ in shared], [two[id_] for id_ in shared], runs[0].rubric)
        ),
        moved=tuple(_moved(one, two, shared, names)),
    )


def main(before: Path, after: Path) -> int:
    """Print the comparison; 0."""
    found = compare(before, after)
    print(f"{found.n} answers in both; {found.only[0]} only in A, {found.only[1]} only in B")
    for name, (old, new) in found.settings.items():
        print(f"{name}: {old} → {new}")
    print(f"{'':16}{'':10}{'A':>8}{'B':>8}{'B–A':>8}   95 % interval")
    for change in found.changes:
        print(_line(change))
    for id_, dimension, old_score, new_score in found.moved[:_MOST]:
        print(f"{id_}, {dimension}: {_cell(old_score)} → {_cell(new_score)}")
    if len(found.moved) > _MOST:
        print(f"… and {len(found.moved) - _MOST} other scores")
    return 0


def _changes(one: Sequence[Result], two: Sequence[Result], rubric: Rubric) -> list[Change]:
    scales = {d.name: d.scale for d in rubric.dimensions}
    pairs: dict[str, tuple[list[Pair], list[Pair]]] = {}
    for name in scales:
        both = {p.id for p in pairs_of(one, name)} & {p.id for p in pairs_of(two, name)}
        first, second = ([p for p in pairs_of(rs, name) if p.id in both] for rs in (one, two))
        if both:
            pairs[name] = (first, second)
    whole = [_measured({n: p[side] for n, p in pairs.items()}, scales) for side in (0, 1)]
    drawn: dict[tuple[str, str], list[float]] = {}
    # Both sides hold the same questions in the same order, so the seed draws the same ones.
    for old, new in zip(
        metrics.resamples({n: p[0] for n, p in pairs.items()}),
        metrics.resamples({n: p[1] for n, p in pairs.items()}),
        strict=True,
    ):
        was, now = _measured(old, scales), _measured(new, scales)
        for key in was.keys() & now.keys():
            if (a := was[key]) is not None and (b := now[key]) is not None:
                drawn.setdefault(key, []).append(b - a)
    changes = []
    for name, metric in whole[0]:
        differences = drawn.get((name, metric), [])
        low, high = (
            (float(x) for x in np.percentile(differences, (2.5, 97.5)))
            if len(differences) >= metrics.RESAMPLES / 2
            else (None, None)
        )
        before, after = (side[name, metric] for side in whole)
        changes.append(
            Change(dimension=name, metric=metric, before=before, after=after, low=low, high=high)
        )
    return changes


def _measured(
    pairs: Mapping[str, Sequence[Pair]], scales: Mapping[str, tuple[int, int]]
) -> dict[tuple[str, str], Metric]:
    each = {name: metrics.agreement_in_short(own, scales[name]) for name, own in pairs.items()}
    if len(each) > 1:
        each["overall"] = metrics.mean_of(each.values())
    return {(name, metric): each[name][metric] for name in each for metric in _METRICS}


def _moved(
    one: Mapping[str, Result], two: Mapping[str, Result], ids: Sequence[str], names: Sequence[str]
) -> list[tuple[str, str, int | None, int | None]]:
    moved = [
        (id_, name, a, b)
        for id_ in ids
        for name in names
        if (a := one[id_].scores.get(name)) != (b := two[id_].scores.get(name))
    ]
    return sorted(moved, key=lambda m: (-_size(m[2], m[3]), m[0], m[1]))


def _size(before: int | None, after: int | None) -> float:
    """How far a score moved; one that came or went counts most."""
    return float("inf") if before is None or after is None else abs(after - before)


def _line(change: Change) -> str:
    a, b = change.before, change.after
    difference = None if a is None or b is None else b - a
    cells = "".join(f"{_cell(value):>8}" for value in (a, b, difference))
    noise = {True: "more than noise", False: "within noise", None: ""}[change.is_more_than_noise]
    bounds = (
        f"   [{change.low:+.3f}, {change.high:+.3f}] {noise}"
        if change.low is not None and change.high is not None
        else "   too few questions"
    )
    return f"{change.dimension[:15]:16}{change.metric:10}{cells}{bounds}"


def _cell(value: float | int | None) -> str:
    return "–" if value is None else f"{value:.3f}" if isinstance(value, float) else str(value)
