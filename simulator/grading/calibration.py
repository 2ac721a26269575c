"""From evidence to a probability: a small logistic model with coefficients in a data file.

``knowledge/calibration.json``::

    {"entries": [{
        "judge": "logprobs",          # logprobs, structured or similarity
        "model": null,                # a model's name; null: the default of that judge
        "embedder": null,             # an embedder's identity; null: any
        "coefficients": {"intercept": -1.0, "model": 0.4, "similarity": 30.0, "opposed": -2.0},
        "overrides": {"error": {"intercept": -2.0}, "security": {…}},  # by kind, then dimension
        "unasked": {"coefficients": {…}, "overrides": {…}},  # where a model was not asked
        "doubt": 0.05,                # it is, where these say between 0.05 and 0.95
        "mix": {"start": 0.1, "required": 0.8, "bonus": 0.1, "error": 0.5},  # see scoring.Mix
        "cuts": {"security": [0.2, 0.4, 0.6, 0.8]},  # of raw scores, by dimension
        "provenance": {…}             # how the numbers were made
    }]}
"""

from __future__ import annotations

import hashlib
import json
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from pydantic import Field, ValidationError, model_validator

from simulator import resources
from simulator.domain import Criterion, CriterionKind, Frozen, Rubric, Verdict
from simulator.errors import BankError
from simulator.grading.scoring import Mix
from simulator.grading.similarity import Match
from simulator.yaml_files import first_fault

EVIDENCE = frozenset(
    {
        "intercept",
        "before",
        "model",
        "standing",
        "similarity",
        "margin",
        "opposed",
        "company",
        "fault",
    }
)
"""What coefficients may multiply; see `Calibration.evidence`."""
MET = 0.5
"""Probability from which a criterion counts as met."""


class Whole(Frozen):
    """What an answer is like as a whole: evidence for each of its criteria.

    `level` is the mean of a model's log-odds; `company` the mean similarity of what can be earned,
    by dimension; `fault` the margin by which it makes a mistake, 0 where it makes none.
    """

    level: float = 0.0
    company: Mapping[str, float] = Field(default_factory=dict)
    fault: float = 0.0


class Weights(Frozen):
    """What evidence is worth: probability = sigmoid(Σ coefficient · evidence).

    The evidence is what `evidence_of` names; missing coefficients are 0. `overrides` replace
    coefficients for a kind of criterion, then for a dimension.
    """

    coefficients: dict[str, float]
    overrides: dict[str, dict[str, float]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _only_known_evidence(self) -> Self:
        for weights in (self.coefficients, *self.overrides.values()):
            if unknown := weights.keys() - EVIDENCE:
                raise ValueError(f"there is no evidence '{min(unknown)}'; calibrate again")
        return self

    def chance(self, criterion: Criterion, evidence: Mapping[str, float]) -> float:
        """Probability, 0..1, that the criterion is met."""
        weights = dict(self.coefficients)
        for name in (criterion.kind.value, criterion.dimension):
            weights |= self.overrides.get(name, {})
        return sigmoid(sum(weights.get(name, 0.0) * value for name, value in evidence.items()))


class Calibration(Weights):
    """How one judge's evidence becomes probabilities, and its coverages raw scores.

    `unasked` weigh the evidence where a model has not been asked; it is asked where their
    probability is `doubt` or more away from 0 and from 1, and everywhere without them. `cuts` hold
    for a dimension of that name with as many steps and no cuts of its own.
    """

    judge: str
    model: str | None = None
    embedder: str | None = None
    unasked: Weights | None = None
    doubt: float = Field(default=0.0, ge=0, lt=0.5)
    mix: Mix = Mix()
    cuts: dict[str, tuple[float, ...]] = Field(default_factory=dict)
    source: dict[str, str | int | float] = Field(default_factory=dict, alias="provenance")

    @property
    def provenance(self) -> dict[str, str]:
        """Which calibration this is, for a grade's provenance."""
        digest = hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:12]
        whose = self.model or "default"
        return {"calibration": digest, "calibration_of": f"{self.judge}/{whose}"}

    def probability(
        self, criterion: Criterion, match: Match, model: float | None, whole: Whole | None = None
    ) -> float:
        """Probability, 0..1, that the criterion is met; `model` None where none was asked."""
        evidence = self.evidence(criterion, match, model, whole or Whole())
        weights = self.unasked if model is None and self.unasked is not None else self
        return weights.chance(criterion, evidence)

    def evidence(
        self, criterion: Criterion, match: Match, model: float | None, whole: Whole
    ) -> dict[str, float]:
        """What the coefficients multiply: see `evidence_of`. Beside what was found `before` a model
        was asked, as log-odds, only its word counts."""
        found = evidence_of(criterion, match, model, whole)
        if model is None or self.unasked is None:
            return found
        before = self.unasked.chance(criterion, found)
        return {name: found[name] for name in ("intercept", "model", "standing")} | {
            "before": math.log(before / (1 - before))
        }

    def asks(self, criterion: Criterion, match: Match, whole: Whole) -> bool:
        """Whether a model's word is wanted: without it, the criterion is in doubt."""
        if self.unasked is None:
            return True
        chance = self.unasked.chance(criterion, evidence_of(criterion, match, None, whole))
        return self.doubt <= chance <= 1 - self.doubt

    def verdict(
        self, criterion: Criterion, match: Match, model: float | None, whole: Whole
    ) -> Verdict:
        """The verdict of a criterion from its evidence; a span is kept where the claim is met."""
        probability = round(self.probability(criterion, match, model, whole), 3)
        met = probability >= MET
        return Verdict(
            criterion_id=criterion.id,
            probability=probability,
            met=met,
            model=model,
            similarity=match.similarity,
            margin=match.margin,
            opposed=match.opposed,
            span=match.span if met else None,
            falsity=match.falsity,
            reason=match.reason if met else None,
        )

    def cut(self, rubric: Rubric) -> Rubric:
        """The rubric with this calibration's cut points where it leaves them open."""
        dimensions = tuple(
            dimension.model_copy(update={"cuts": cuts})
            if dimension.cuts is None
            and (cuts := self.cuts.get(dimension.name)) is not None
            and len(cuts) == dimension.scale[1] - dimension.scale[0]
            else dimension
            for dimension in rubric.dimensions
        )
        return Rubric(dimensions=dimensions)


class Calibrations(Frozen):
    """Every calibration of a data file."""

    entries: tuple[Calibration, ...]

    def choose(self, judge: str, model: str | None, embedder: str) -> Calibration:
        """The entry of this judge for this model and embedder, else the judge's default.

        Raises BankError when the file has neither.
        """
        fitting = [
            entry
            for entry in self.entries
            if entry.judge == judge
            and entry.model in (None, model)
            and entry.embedder in (None, embedder)
        ]
        if not fitting:
            raise BankError(f"calibration.json: no default for the judge '{judge}'; add one")
        return max(fitting, key=lambda e: (e.model is not None, e.embedder is not None))


def evidence_of(
    criterion: Criterion, match: Match, model: float | None, whole: Whole
) -> dict[str, float]:
    """What coefficients multiply.

    `model`: log-odds, 0 without a model. `standing`: the same less its mean over the criteria of
    this answer: some answers make a model say yes to everything. `similarity` and `margin`: see
    Match. `opposed`: 0 or 1. `company` and `fault`: see Whole.
    """
    said = model or 0.0
    return {
        "intercept": 1.0,
        "model": said,
        "standing": said - whole.level,
        "similarity": match.similarity,
        "margin": match.margin,
        "opposed": float(match.opposed),
        "company": whole.company.get(criterion.dimension, 0.0),
        "fault": whole.fault,
    }


def whole_of(
    criteria: Sequence[Criterion], matches: Sequence[Match], model: Sequence[float] = ()
) -> Whole:
    """The answer that these are all the matches of, with a model's log-odds where it was asked."""
    close: dict[str, list[float]] = defaultdict(list)
    faults = [0.0]
    for criterion, match in zip(criteria, matches, strict=True):
        if criterion.kind is CriterionKind.ERROR:
            faults.append(match.margin)
        else:
            close[criterion.dimension].append(match.similarity)
    return Whole(
        level=sum(model) / len(model) if model else 0.0,
        company={dimension: sum(own) / len(own) for dimension, own in close.items()},
        fault=max(faults),
    )


def load_calibrations(path: Path | None = None) -> Calibrations:
    """The calibrations of a file, or those that ship. Raises BankError naming what to fix."""
    path = path or resources.folder("knowledge") / "calibration.json"
    try:
        return Calibrations.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise BankError(f"{path.name}: {first_fault(error)}; fix it") from None
    except (OSError, ValueError):
        raise BankError(f"{path}: not a readable JSON file; check the path") from None


def sigmoid(x: float) -> float:
    """The logistic function, safe at both ends."""
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, x))))
