"""Questions, closed and open, and the criteria that open answers are judged by."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field, model_validator

from simulator.domain.base import Frozen, Lang, Level


class ClosedKind(StrEnum):
    """How a closed question is answered."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "true_false"


class Option(Frozen):
    """One alternative of a closed question, and why it is right or wrong."""

    id: str = Field(pattern=r"^[A-H]$")
    text: str = Field(min_length=1)
    reason: str = Field(min_length=1)


class ClosedQuestion(Frozen):
    """An exam-style question graded by its key.

    `section` is the key of the section that the answer rests on and `quote` words that are really
    in it; both are None only for imported questions, which are then shown without a citation.
    """

    id: str
    lang: Lang
    topic: str
    aspect: str
    level: Level
    kind: ClosedKind
    text: str = Field(min_length=1)
    options: tuple[Option, ...] = Field(min_length=2, max_length=8)
    key: tuple[str, ...] = Field(min_length=1)
    section: str | None = None
    quote: str | None = None

    @model_validator(mode="after")
    def _key_is_among_the_options(self) -> ClosedQuestion:
        ids = [option.id for option in self.options]
        if len(set(ids)) != len(ids):
            raise ValueError("option ids repeat")
        if len(set(self.key)) != len(self.key) or not set(self.key) <= set(ids):
            raise ValueError(f"key {self.key} does not name options of {ids}")
        if (len(self.key) > 1) != (self.kind is ClosedKind.MULTIPLE):
            raise ValueError(f"a {self.kind} question cannot have {len(self.key)} right options")
        return self


class CriterionKind(StrEnum):
    """What a met criterion does to a score."""

    REQUIRED = "required"
    BONUS = "bonus"
    ERROR = "error"


class Criterion(Frozen):
    """One claim that an answer does or does not make, judged on its own.

    `weight` is relative within a dimension; an `error` criterion subtracts it. `sections` are
    section keys of the guide, `examples` sentences that would satisfy the claim, `probe` the
    follow-up that an interviewer asks when it is missing.
    """

    id: str
    text: str = Field(min_length=1)
    dimension: str
    weight: float = Field(default=1.0, gt=0)
    kind: CriterionKind = CriterionKind.REQUIRED
    sections: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    probe: str = ""


class Clarification(Frozen):
    """Something that a candidate may ask, and the fact that may be given."""

    ask: str
    give: str


class OpenQuestion(Frozen):
    """An architecture-design question, its criteria and what an interviewer may say about it.

    `derived_from` names the guide that code made it from; nobody has reviewed such a question.
    """

    id: str
    lang: Lang
    level: Level = Level.MID
    topics: tuple[str, ...] = ()
    title: str = ""
    text: str = Field(min_length=1)
    criteria: tuple[Criterion, ...] = ()
    reference: str = ""
    hint: str = ""
    clarifications: tuple[Clarification, ...] = ()
    change: str = ""
    derived_from: str = ""
