"""Grades: from verdicts on single criteria to scores with citations."""

from __future__ import annotations

from pydantic import Field

from simulator.domain.base import Frozen
from simulator.domain.guide import Citation
from simulator.domain.questions import Criterion


class Dimension(Frozen):
    """One axis of a grade. `scale` is inclusive; `cuts` are raw coverages in 0..1, ascending,
    one fewer than the steps of the scale (None: evenly spaced)."""

    name: str
    title: dict[str, str] = Field(default_factory=dict)
    scale: tuple[int, int] = (1, 5)
    cuts: tuple[float, ...] | None = None
    weight: float = Field(default=1.0, gt=0)


class Rubric(Frozen):
    """The dimensions that a grade is given in."""

    dimensions: tuple[Dimension, ...] = Field(min_length=1)


class Span(Frozen):
    """The candidate's own words: ``answer[start:end] == text``."""

    text: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class Verdict(Frozen):
    """Whether the answer meets one criterion.

    `probability` is calibrated, 0..1. It comes from `model` (natural log-odds less the blank
    answer's; a structured judge says +1, 0 or -1), `similarity` (of the answer's sentences with
    those that make the claim, about 0..1), its `margin` over what lies halfway for the criterion,
    and `opposed` (the span rejects what the criterion claims); None where a judge has no such
    evidence. `falsity`, 0..1, is how much the reason given with it sounds like a false one, in
    the words of `reason`.
    """

    criterion_id: str
    probability: float = Field(ge=0, le=1)
    met: bool
    model: float | None = None
    similarity: float | None = None
    margin: float | None = None
    opposed: bool = False
    span: Span | None = None
    falsity: float = Field(default=0.0, ge=0, le=1)
    reason: Span | None = None


class DimensionScore(Frozen):
    """A score of one dimension and what decided it. `raw` is weighted coverage less errors, 0..1;
    `covered`, `missing` and `errors` are criterion ids, `doubtful` those of the covered ones whose
    reason sounds false."""

    dimension: str
    score: int | None
    raw: float | None = None
    covered: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()
    feedback: str = ""


class Usage(Frozen):
    """Tokens and calls that a grade cost."""

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            calls=self.calls + other.calls,
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
        )


class Grade(Frozen):
    """The outcome of grading one open answer: scores, or `ungraded` with a reason — never both.

    `criteria` are those judged, kept so that a grade explains itself after a bank has changed.
    `flags` are what the screen noticed (for example ``guide_pasted``). `provenance` holds what is
    needed to grade again alike: model, judge, hashes of prompts, guide and calibration.
    """

    question_id: str
    ungraded: str | None = None
    criteria: tuple[Criterion, ...] = ()
    scores: tuple[DimensionScore, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    flags: tuple[str, ...] = ()
    summary: str = ""
    usage: Usage = Usage()
    seconds: float = 0.0
    provenance: dict[str, str] = Field(default_factory=dict)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Citations of every dimension, without repeats."""
        return tuple(dict.fromkeys(c for score in self.scores for c in score.citations))


class ClosedResult(Frozen):
    """A closed answer understood, and whether it matches the key."""

    question_id: str
    chosen: tuple[str, ...]
    correct: bool
    citation: Citation | None = None
