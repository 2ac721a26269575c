"""From verdicts to scores. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from simulator.domain import Criterion, CriterionKind, Dimension, DimensionScore, Rubric, Verdict
from simulator.grading.rubric import step

BONUS_SHARE = 0.5
"""How much of its weight a met bonus adds: it lifts, but the top is reached without it."""


def score(
    rubric: Rubric,
    criteria: Sequence[Criterion],
    verdicts: Sequence[Verdict],
    *,
    stretch: Callable[[float], float] = lambda raw: raw,
    cap: float = 1.0,
    deduction: float = 0.0,
) -> tuple[DimensionScore, ...]:
    """One score a dimension of the rubric, None where it has no criteria.

    `stretch` corrects a judge's coverage for its floor and ceiling; `cap` (0..1) bounds the raw
    score of answers that the screen holds down; `deduction` (0..1) is taken from each raw score.
    """
    by_id = {verdict.criterion_id: verdict for verdict in verdicts}
    return tuple(
        _score(
            dimension,
            [c for c in criteria if c.dimension == dimension.name and c.id in by_id],
            by_id,
            stretch,
            cap,
            deduction,
        )
        for dimension in rubric.dimensions
    )


def coverage(criteria: Sequence[Criterion], verdicts: Mapping[str, Verdict]) -> float | None:
    """Weighted coverage less errors, 0..1; None without a criterion that can be earned.

    Probabilities count as they are, which moves a score less than verdicts at a threshold do; an
    error counts only beyond even odds, or the doubt about each would drag every answer down.
    """
    required = [c for c in criteria if c.kind is CriterionKind.REQUIRED]
    bonus = [c for c in criteria if c.kind is CriterionKind.BONUS]
    if not required:
        required, bonus = bonus, []
    possible = sum(c.weight for c in required)
    if not possible:
        return None
    earned = sum(c.weight * verdicts[c.id].probability for c in required)
    earned += BONUS_SHARE * sum(c.weight * verdicts[c.id].probability for c in bonus)
    lost = sum(
        c.weight * max(0.0, 2 * verdicts[c.id].probability - 1)
        for c in criteria
        if c.kind is CriterionKind.ERROR
    )
    return max(0.0, min(1.0, (earned - lost) / possible))


def _score(
    dimension: Dimension,
    criteria: Sequence[Criterion],
    verdicts: Mapping[str, Verdict],
    stretch: Callable[[float], float],
    cap: float,
    deduction: float,
) -> DimensionScore:
    covered_share = coverage(criteria, verdicts)
    if covered_share is None:
        return DimensionScore(dimension=dimension.name, score=None)
    raw = round(max(0.0, min(cap, stretch(covered_share)) - deduction), 3)
    return explained(dimension.name, step(raw, dimension), raw, criteria, verdicts)


def explained(
    dimension: str,
    score: int | None,
    raw: float | None,
    criteria: Sequence[Criterion],
    verdicts: Mapping[str, Verdict],
) -> DimensionScore:
    """A score with the criteria of its dimension that decided it, heaviest first."""
    heaviest = sorted(criteria, key=lambda c: -c.weight)
    good = [c for c in heaviest if c.kind is not CriterionKind.ERROR]
    return DimensionScore(
        dimension=dimension,
        score=score,
        raw=raw,
        covered=tuple(c.id for c in good if verdicts[c.id].met),
        missing=tuple(
            c.id for c in good if c.kind is CriterionKind.REQUIRED and not verdicts[c.id].met
        ),
        errors=tuple(c.id for c in heaviest if c not in good and verdicts[c.id].met),
    )
