"""From verdicts to scores. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import Field

from simulator.domain import (
    Criterion,
    CriterionKind,
    Dimension,
    DimensionScore,
    Frozen,
    Rubric,
    Verdict,
)
from simulator.grading.reasons import DOUBTFUL
from simulator.grading.rubric import step


class Shares(Frozen):
    """How much of each kind of criterion an answer has in one dimension, each 0..1 by weight.

    `bonus` is None where there is nothing extra to earn.
    """

    required: float
    bonus: float | None = None
    error: float = 0.0


class Mix(Frozen):
    """What each share is worth, in raw score (0..1); `start` is that of an empty answer.

    `falsity` is the part of its credit, 0..1, that a criterion loses to a wholly false reason.
    """

    start: float = 0.0
    required: float = Field(default=0.9, gt=0)
    bonus: float = Field(default=0.1, ge=0)
    error: float = Field(default=0.5, ge=0)
    falsity: float = Field(default=0.0, ge=0, le=1)

    def raw(self, shares: Shares) -> float:
        """The raw score, 0..1; without bonus criteria the required ones earn their part too."""
        bonus = shares.required if shares.bonus is None else shares.bonus
        earned = self.required * shares.required + self.bonus * bonus
        return max(0.0, min(1.0, self.start + earned - self.error * shares.error))


def score(
    rubric: Rubric,
    criteria: Sequence[Criterion],
    verdicts: Sequence[Verdict],
    *,
    mix: Mix | None = None,
    cap: float = 1.0,
    deduction: float = 0.0,
) -> tuple[DimensionScore, ...]:
    """One score a dimension of the rubric, None where it has no criteria.

    `mix` is what this judge's shares are worth; `cap` (0..1) bounds the raw score of answers that
    the screen holds down; `deduction` (0..1) is taken from each raw score.
    """
    by_id = {verdict.criterion_id: verdict for verdict in verdicts}
    return tuple(
        _score(
            dimension,
            [c for c in criteria if c.dimension == dimension.name and c.id in by_id],
            by_id,
            mix or Mix(),
            cap,
            deduction,
        )
        for dimension in rubric.dimensions
    )


def shares(
    criteria: Sequence[Criterion], verdicts: Mapping[str, Verdict], falsity: float = 0.0
) -> Shares | None:
    """The shares of one dimension's criteria; None without a criterion that can be earned.

    Probabilities count as they are, which moves a score less than verdicts at a threshold do; an
    error counts only beyond even odds, or the doubt about each would drag every answer down.
    `falsity`: see Mix. It lessens what is earned and no more, so that a point with a false reason
    is never worth less than no point.
    """
    by_kind = {kind: [c for c in criteria if c.kind is kind] for kind in CriterionKind}
    required, bonus = by_kind[CriterionKind.REQUIRED], by_kind[CriterionKind.BONUS]
    if not required:
        required, bonus = bonus, []
    if not required:
        return None
    chance = {c.id: verdicts[c.id].probability for c in criteria}
    earned = {id_: p * (1 - falsity * verdicts[id_].falsity) for id_, p in chance.items()}
    certain = {id_: max(0.0, 2 * p - 1) for id_, p in chance.items()}
    return Shares(
        required=_share(required, earned),
        bonus=_share(bonus, earned) if bonus else None,
        error=_share(by_kind[CriterionKind.ERROR], certain),
    )


def _share(criteria: Sequence[Criterion], chance: Mapping[str, float]) -> float:
    possible = sum(c.weight for c in criteria)
    return sum(c.weight * chance[c.id] for c in criteria) / possible if possible else 0.0


def _score(
    dimension: Dimension,
    criteria: Sequence[Criterion],
    verdicts: Mapping[str, Verdict],
    mix: Mix,
    cap: float,
    deduction: float,
) -> DimensionScore:
    found = shares(criteria, verdicts, mix.falsity)
    if found is None:
        return DimensionScore(dimension=dimension.name, score=None)
    raw = round(max(0.0, min(cap, mix.raw(found)) - deduction), 3)
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
    covered = [c.id for c in good if verdicts[c.id].met]
    return DimensionScore(
        dimension=dimension,
        score=score,
        raw=raw,
        covered=tuple(covered),
        missing=tuple(
            c.id for c in good if c.kind is CriterionKind.REQUIRED and not verdicts[c.id].met
        ),
        errors=tuple(c.id for c in heaviest if c not in good and verdicts[c.id].met),
        doubtful=tuple(id_ for id_ in covered if verdicts[id_].falsity >= DOUBTFUL),
    )
