"""Results in numbers: ``summary.json``."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from evals import metrics
from evals.checking import SUPPORTED
from evals.metrics import Metric, Pair
from evals.results import JudgedCriterion, Result, RunRecord
from simulator.domain import CriterionKind, Rubric, Usage

_DIGITS = 4


def summarise(results: Sequence[Result], record: RunRecord) -> dict[str, Any]:
    """Every number of a run. Depends on the results alone, not on their order.

    ``overall`` is the mean over dimensions of each metric; its n counts scores. `n` counts scores
    that have a label, `coverage` is their share of those labelled (of all, where none is), and
    `ungraded` counts answers without a score: they are in no mean.
    """
    results = sorted(results, key=lambda result: result.id)
    pairs = {d.name: pairs_of(results, d.name) for d in record.rubric.dimensions}
    bounds = metrics.intervals(pairs, {d.name: d.scale for d in record.rubric.dimensions})
    dimensions = {}
    for dimension in record.rubric.dimensions:
        name = dimension.name
        dimensions[name] = {
            **_dimension(results, record.rubric, name),
            "ci95": bounds[name],
            "confusion": metrics.confusion(pairs[name], dimension.scale),
            "scale": list(dimension.scale),
        }
    whole = {
        "answers": len(results),
        "questions": len({result.question_id for result in results}),
        "ungraded": sum(result.ungraded is not None for result in results),
        "reasons": dict(Counter(r.ungraded for r in results if r.ungraded is not None)),
        "overall": {**overall(results, record.rubric), "ci95": bounds["overall"]},
        "dimensions": dimensions,
        "by_kind": _by(results, record.rubric, lambda r: r.kind or "unknown"),
        "by_lang": _by(results, record.rubric, lambda r: str(r.lang)),
        "by_question": _by(results, record.rubric, lambda r: r.question_id),
        "criteria": _criteria(results),
        "citations": _citations(results),
        "flags": dict(sorted(Counter(f for r in results for f in r.flags).items())),
        "cost": _cost(results),
        "time": _time(results),
        "manifest": {
            **record.model_dump(mode="json", exclude={"rubric"}),
            "rubric": record.rubric.model_dump(mode="json"),
            "provenance": _provenance(results),
            "seed": metrics.SEED,
            "resamples": metrics.RESAMPLES,
        },
    }
    return dict(_rounded(whole))


def pairs_of(results: Iterable[Result], dimension: str) -> list[Pair]:
    """Label and score of every answer that has both in one dimension."""
    return [
        Pair(
            id=result.id,
            group=result.question_id,
            label=result.labels[dimension],
            score=score,
            raw=result.raw.get(dimension),
        )
        for result in results
        if dimension in result.labels and (score := result.scores.get(dimension)) is not None
    ]


def overall(results: Sequence[Result], rubric: Rubric) -> dict[str, Any]:
    """The mean of the dimensions; counts are sums."""
    each = [_dimension(results, rubric, d.name) for d in rubric.dimensions]
    counts = {name: sum(int(d[name] or 0) for d in each) for name in ("n", "labelled", "ungraded")}
    named = [{k: d[k] for k in ("coverage", *metrics.AGREEMENT)} for d in each]
    return counts | metrics.mean_of(named)


def _dimension(results: Sequence[Result], rubric: Rubric, name: str) -> dict[str, Any]:
    scale = next(d.scale for d in rubric.dimensions if d.name == name)
    pairs = pairs_of(results, name)
    labelled = sum(name in result.labels for result in results)
    scores = [s for result in results if (s := result.scores.get(name)) is not None]
    of, got = (labelled, len(pairs)) if labelled else (len(results), len(scores))
    return {
        "n": len(pairs),
        "labelled": labelled,
        "ungraded": len(results) - len(scores),
        "coverage": got / of if of else None,
        **metrics.agreement(pairs, scale),
        "mean_score": _mean(scores),
        "mean_label": _mean([pair.label for pair in pairs]),
        "scores": {str(k): v for k, v in sorted(Counter(scores).items())},
    }


def _by(
    results: Sequence[Result], rubric: Rubric, key: Callable[[Result], str]
) -> dict[str, dict[str, Any]]:
    groups: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        groups[key(result)].append(result)
    return {
        name: {
            "answers": len(own),
            "overall": overall(own, rubric),
            "dimensions": {d.name: _dimension(own, rubric, d.name) for d in rubric.dimensions},
        }
        for name, own in sorted(groups.items())
    }


def labelled_verdicts(results: Iterable[Result]) -> list[JudgedCriterion]:
    """Verdicts of graded answers whose criteria a person has labelled."""
    return [v for r in results if r.ungraded is None for v in r.verdicts if v.label is not None]


def _criteria(results: Sequence[Result]) -> dict[str, Any]:
    verdicts = labelled_verdicts(results)
    kinds = {kind.value: [v for v in verdicts if v.kind is kind] for kind in CriterionKind}
    return {
        "n": len(verdicts),
        **_classified(verdicts),
        "auc_model": _evidence_auc([(v.label, v.model) for v in verdicts]),
        "auc_similarity": _evidence_auc([(v.label, v.similarity) for v in verdicts]),
        "by_kind": {k: {"n": len(own), **_classified(own)} for k, own in kinds.items() if own},
        "curve": metrics.curve(
            [bool(v.label) for v in verdicts], [v.probability for v in verdicts]
        ),
    }


def _classified(verdicts: Sequence[JudgedCriterion]) -> dict[str, Metric]:
    return metrics.classification(
        [bool(v.label) for v in verdicts],
        [v.probability for v in verdicts],
        [v.met for v in verdicts],
    )


def _evidence_auc(rows: Sequence[tuple[bool | None, float | None]]) -> Metric:
    known = [(bool(label), value) for label, value in rows if value is not None]
    return metrics.auc([label for label, _ in known], [value for _, value in known])


def _citations(results: Sequence[Result]) -> dict[str, Any]:
    found = [citation for result in results for citation in result.citations]
    rated = [citation.support for citation in found if citation.support is not None]
    scored = [(r, name) for r in results for name, score in r.scores.items() if score is not None]
    cited = sum(any(c.dimension == name for c in r.citations) for r, name in scored)
    return {
        "n": len(found),
        "real": _mean([float(citation.real) for citation in found]),
        "supported": _mean([float(value >= SUPPORTED) for value in rated]),
        "mean_support": _mean(rated),
        "scores_with_citation": cited / len(scored) if scored else None,
    }


def _cost(results: Sequence[Result]) -> dict[str, Any]:
    usage = sum((result.usage for result in results), Usage())
    return usage.model_dump() | {"calls_per_answer": _mean([r.usage.calls for r in results])}


def _time(results: Sequence[Result]) -> dict[str, Any]:
    seconds = sorted(result.seconds for result in results)
    return {
        "seconds": sum(seconds),
        "mean": _mean(seconds),
        "median": seconds[len(seconds) // 2] if seconds else None,
        "longest": seconds[-1] if seconds else None,
    }


def _provenance(results: Sequence[Result]) -> dict[str, dict[str, list[str]]]:
    """Each fact of the grades' provenance by language, with every value that it took."""
    facts: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for result in results:
        for name, value in result.provenance.items():
            if name not in ("retrieved", "dropped_spans"):
                facts[str(result.lang)][name].add(value)
    return {
        lang: {name: sorted(values) for name, values in sorted(own.items())}
        for lang, own in sorted(facts.items())
    }


def _mean(values: Sequence[float]) -> Metric:
    return sum(values) / len(values) if values else None


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, _DIGITS)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    return [_rounded(item) for item in value] if isinstance(value, list) else value
