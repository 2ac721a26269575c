"""The conditions of an interview (``knowledge/interview.yaml``), and a question at a level."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import Field, ValidationError

from simulator import resources
from simulator.domain import Criterion, CriterionKind, Frozen, Level, OpenQuestion, Phase
from simulator.errors import BankError
from simulator.yaml_files import first_fault, read_yaml


class LevelTerms(Frozen):
    """What a level changes in the criteria; the file says what each one is."""

    factors: dict[CriterionKind, float]
    optional_below: float = 0.0
    required_from: float | None = None


class Time(Frozen):
    """`open` is the time of an open question in times of a closed one; `warn` a share, 0..1."""

    open: float = Field(gt=0)
    warn: float = Field(gt=0, le=1)


class Conditions(Frozen):
    """Everything in the file. `hint_cost` is raw score, 0..1."""

    hint_cost: dict[Phase, float]
    levels: dict[Level, LevelTerms]
    time: Time


@cache
def load_conditions(path: Path | None = None) -> Conditions:
    """The conditions of a file, or those that ship. Raises BankError naming what to fix."""
    path = path or resources.folder("knowledge") / "interview.yaml"
    try:
        return Conditions.model_validate(read_yaml(path))
    except ValidationError as error:
        raise BankError(f"{path.name}: {first_fault(error)}; fix it") from None


def at_level(question: OpenQuestion, level: Level | None) -> OpenQuestion:
    """The question with its criteria as the level weighs them; without a level, as they are."""
    if level is None:
        return question
    terms = load_conditions().levels[level]
    criteria = tuple(_levelled(criterion, terms) for criterion in question.criteria)
    kept = {c.dimension for c in criteria if c.kind is CriterionKind.REQUIRED}
    # A dimension of which nothing would be required any more stays as the bank has it.
    chosen = (
        new if new.kind is CriterionKind.ERROR or new.dimension in kept else old
        for new, old in zip(criteria, question.criteria, strict=True)
    )
    return question.model_copy(update={"criteria": tuple(chosen)})


def _levelled(criterion: Criterion, terms: LevelTerms) -> Criterion:
    kind, weight = criterion.kind, criterion.weight
    if kind is CriterionKind.REQUIRED and weight < terms.optional_below:
        kind = CriterionKind.BONUS
    elif kind is CriterionKind.BONUS and weight >= (terms.required_from or float("inf")):
        kind = CriterionKind.REQUIRED
    return criterion.model_copy(
        update={"kind": kind, "weight": weight * terms.factors.get(kind, 1.0)}
    )
