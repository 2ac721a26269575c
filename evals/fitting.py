"""Fits a judge's calibration to labelled results: first verdicts, then the way to scores.

Both steps run the grader's own code on stored evidence, so that what is fitted is what will grade.
Everything is cross-validated by question: a question's answers never see numbers made with them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

from evals import metrics
from evals.cutting import MOST_CUTS, Row, fit_cuts, fit_mix
from evals.metrics import Pair
from evals.results import JudgedCriterion, Result
from simulator.domain import Criterion, CriterionKind, Dimension, Frozen, Rubric, Verdict
from simulator.grading.calibration import Calibration, Weights, Whole, evidence_of, whole_of
from simulator.grading.rules import cap_of
from simulator.grading.scoring import score, shares
from simulator.grading.similarity import Match

STRENGTH = 1.0
"""Inverse strength of the logistic model's L2 penalty, on standardised evidence."""
DOUBT = 0.05
"""A model is asked where the probability without it is this far from 0 and 1: see README.md."""
FALSITIES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
"""What is tried for the part of its credit that a criterion loses to a false reason."""
_KINDS = (CriterionKind.BONUS, CriterionKind.ERROR)  # may differ from the required ones
_NONE = "intercept"
_AGAINST = {"opposed"}


class Outcome(Frozen):
    """Cross-validated predictions: pairs by dimension, and the verdicts that they rest on."""

    pairs: dict[str, tuple[Pair, ...]]
    truths: tuple[bool, ...]
    probabilities: tuple[float, ...]

    def agreement(self, rubric: Rubric) -> dict[str, dict[str, metrics.Metric]]:
        """The metrics of each dimension, and their mean as ``overall``."""
        each = {
            d.name: metrics.agreement(self.pairs[d.name], d.scale)
            for d in rubric.dimensions
            if d.name in self.pairs
        }
        return each | {"overall": metrics.mean_of(each.values())}


def fit(
    results: Sequence[Result], rubric: Rubric, base: Calibration, more: Sequence[Result] = ()
) -> Calibration:
    """A calibration like `base` (whose judge, model and embedder it keeps) fitted to results whose
    criteria and dimensions are labelled.

    With `more`, many results of the judge that asks no model, they say where a model is to be
    asked, and what leads from verdicts to scores is fitted to them: cut points need many answers.
    """
    if more:
        like = fit(more, rubric, base)
        unasked = Weights(coefficients=like.coefficients, overrides=like.overrides)
        like = like.model_copy(update={"unasked": unasked, "doubt": DOUBT})
        coefficients, overrides = fit_verdicts([_asked(result, like) for result in results], like)
        return like.model_copy(update={"coefficients": coefficients, "overrides": overrides})
    coefficients, overrides = fit_verdicts(results)
    found = base.model_copy(
        update={
            "coefficients": coefficients,
            "overrides": overrides,
            "cuts": {},
        }
    )
    judged = [
        r.model_copy(update={"verdicts": _rejudged(r.verdicts, found)})
        for r in results
        if cap_of(r.flags) == 1  # scores that a screen holds down say nothing about shares
    ]
    labelled = [d for d in rubric.dimensions if _rows(judged, d)]
    tried = [
        fit_mix([_rows(judged, d, falsity) for d in labelled], [d.scale for d in labelled], falsity)
        for falsity in FALSITIES
    ]
    mix, _ = min(tried, key=lambda one: one[1])
    rows = {d.name: _rows(judged, d, mix.falsity) for d in labelled}
    found = found.model_copy(update={"mix": mix})
    cuts = {}
    for dimension in labelled:
        if dimension.scale[1] - dimension.scale[0] > MOST_CUTS:
            continue
        mixed = [row.mixed(mix) for row in rows[dimension.name]]
        cuts[dimension.name] = fit_cuts(mixed, dimension.scale)
    return found.model_copy(update={"cuts": cuts})


def cross_validate(
    results: Sequence[Result], rubric: Rubric, base: Calibration, more: Sequence[Result] = ()
) -> Outcome:
    """Leave one question out: fit on the others, grade it. `more`: see `fit`."""
    groups = sorted({result.question_id for result in results})
    graded: list[Result] = []
    for group in groups:
        rest, others = (
            [result for result in every if result.question_id != group] for every in (results, more)
        )
        fitted = fit(rest, rubric, base, others)
        graded += [
            regrade(result, rubric, fitted) for result in results if result.question_id == group
        ]
    return outcome_of(graded, rubric)


def outcome_of(results: Sequence[Result], rubric: Rubric) -> Outcome:
    """What results amount to, as they are."""
    verdicts = [v for result in results for v in result.verdicts if v.label is not None]
    return Outcome(
        pairs={
            d.name: tuple(
                Pair(
                    id=result.id,
                    group=result.question_id,
                    label=result.labels[d.name],
                    score=value,
                    raw=result.raw.get(d.name),
                )
                for result in results
                if d.name in result.labels and (value := result.scores.get(d.name)) is not None
            )
            for d in rubric.dimensions
        },
        truths=tuple(bool(v.label) for v in verdicts),
        probabilities=tuple(v.probability for v in verdicts),
    )


def regrade(result: Result, rubric: Rubric, calibration: Calibration) -> Result:
    """The result that this calibration makes of the same evidence."""
    verdicts = _rejudged(result.verdicts, calibration)
    scores = score(
        calibration.cut(rubric),
        [_criterion(verdict) for verdict in verdicts],
        verdicts,
        mix=calibration.mix,
        cap=cap_of(result.flags) if any(map(_has_evidence, verdicts)) else 0.0,
    )
    return result.model_copy(
        update={
            "verdicts": verdicts,
            "scores": {s.dimension: s.score for s in scores},
            "raw": {s.dimension: s.raw for s in scores},
        }
    )


def fit_verdicts(
    results: Sequence[Result], unasked: Calibration | None = None
) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
    """Coefficients of the logistic model, and those that differ for bonus and error criteria; with
    `unasked`, of what a model's word adds to it, from the criteria that it was asked about.

    One regularised fit: evidence for all, and how each kind departs from it.
    """
    read = unasked.evidence if unasked else evidence_of
    rows = [
        (v, read(_criterion(v), _match(v), v.model, whole))
        for r, whole in ((r, _whole(r.verdicts)) for r in results)
        for v in r.verdicts
        if v.label is not None and _has_evidence(v) and (v.model is not None or not unasked)
    ]
    verdicts = [verdict for verdict, _ in rows]
    names = list(rows[0][1])
    table = np.array([list(evidence.values()) for _, evidence in rows])
    used = [n for n in range(len(names)) if names[n] != _NONE and np.ptp(table[:, n]) > 0]
    blocks = [table[:, used]]
    for kind in _KINDS:
        mask = np.array([[float(v.kind is kind)] for v in verdicts])
        blocks.append(mask * np.column_stack([np.ones(len(table)), table[:, used]]))
    design = np.column_stack(blocks)
    spread = design.std(axis=0)
    spread[spread == 0] = 1.0
    model = LogisticRegression(C=STRENGTH, max_iter=2000)
    model.fit(design / spread, [bool(v.label) for v in verdicts])
    weights = model.coef_[0] / spread
    shared = {_NONE: float(model.intercept_[0])}
    shared |= {names[n]: float(w) for n, w in zip(used, weights[: len(used)], strict=True)}
    overrides = {}
    for number, kind in enumerate(_KINDS):
        start = len(used) + number * (len(used) + 1)
        own = weights[start : start + len(used) + 1]
        labels = [_NONE, *(names[n] for n in used)]
        overrides[kind.value] = {
            name: round(shared[name] + float(w), 4) for name, w in zip(labels, own, strict=True)
        }
    overrides = {kind: _sensible(own) for kind, own in overrides.items()}
    return _sensible({name: round(w, 4) for name, w in shared.items()}), overrides


def _sensible(weights: dict[str, float]) -> dict[str, float]:
    """That a candidate rejects something never counts for it, whatever a small sample says."""
    return weights | {name: min(0.0, weights[name]) for name in _AGAINST & weights.keys()}


def _rows(results: Sequence[Result], dimension: Dimension, falsity: float = 0.0) -> list[Row]:
    """Shares and label of each answer that has both, by its verdicts as they are."""
    rows = []
    for result in results:
        own = [v for v in result.verdicts if v.dimension == dimension.name]
        by_id: Mapping[str, Verdict] = {v.criterion_id: v for v in own}
        found = shares([_criterion(v) for v in own], by_id, falsity)
        if found is not None and dimension.name in result.labels:
            label = round(result.labels[dimension.name])
            rows.append(Row(group=result.question_id, shares=found, label=label))
    return rows


def _rejudged(
    verdicts: Sequence[JudgedCriterion], calibration: Calibration
) -> tuple[JudgedCriterion, ...]:
    """The verdicts of one answer as this calibration sees their evidence."""
    verdicts = _asked_only(verdicts, calibration)
    whole = _whole(verdicts)
    made = []
    for verdict in verdicts:
        if _has_evidence(verdict):
            again = calibration.verdict(_criterion(verdict), _match(verdict), verdict.model, whole)
            changes = {"probability": again.probability, "met": again.met}
            made.append(verdict.model_copy(update=changes))
        else:
            made.append(verdict)
    return tuple(made)


def _asked(result: Result, calibration: Calibration) -> Result:
    return result.model_copy(update={"verdicts": _asked_only(result.verdicts, calibration)})


def _asked_only(
    verdicts: Sequence[JudgedCriterion], calibration: Calibration
) -> tuple[JudgedCriterion, ...]:
    """The verdicts without a model's word on what this calibration would not have asked."""
    seen = _whole(verdicts)
    return tuple(
        v
        if v.model is None or calibration.asks(_criterion(v), _match(v), seen)
        else v.model_copy(update={"model": None})
        for v in verdicts
    )


def _whole(verdicts: Sequence[JudgedCriterion]) -> Whole:
    said = [v.model for v in verdicts if v.model is not None]
    return whole_of([_criterion(v) for v in verdicts], [_match(v) for v in verdicts], said)


def _has_evidence(verdict: JudgedCriterion) -> bool:
    """False where the screen decided the answer and no judge saw it."""
    return verdict.similarity is not None


def _match(verdict: JudgedCriterion) -> Match:
    return Match(
        criterion_id=verdict.criterion_id,
        similarity=verdict.similarity or 0.0,
        margin=verdict.margin or 0.0,
        opposed=verdict.opposed,
        span=None,
        falsity=verdict.falsity,
    )


def _criterion(verdict: JudgedCriterion) -> Criterion:
    return Criterion(
        id=verdict.criterion_id,
        text=verdict.text or verdict.criterion_id,
        dimension=verdict.dimension,
        weight=verdict.weight,
        kind=verdict.kind,
    )
