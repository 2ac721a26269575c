"""The vocabulary of the simulator: frozen values that every other module speaks in.

One name per idea. Nothing here reads a file, calls a model or knows a cloud provider.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Frozen(BaseModel):
    """Base of every domain object: immutable, and unknown fields are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Lang(StrEnum):
    """A language of the interview."""

    ES = "es"
    EN = "en"


class Level(StrEnum):
    """Seniority that a question is written for."""

    JUNIOR = "junior"
    MID = "mid"
    SENIOR = "senior"


class Phase(StrEnum):
    """The two halves of an interview."""

    CLOSED = "closed"
    OPEN = "open"


# --- The guide -----------------------------------------------------------------------------------


class Section(Frozen):
    """A retrievable piece of a guide, cut along its headings.

    `key` (``service/aspect``) survives edits of the text; `id` is a hash of the content and does
    not. `start` and `end` are character offsets into the guide: ``guide[start:end] == text``.
    """

    id: str
    guide: str
    key: str
    service: str
    aspect: str
    dimension: str | None = None
    heading_path: tuple[str, ...]
    text: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)

    @property
    def heading(self) -> str:
        """Heading path as shown to a person."""
        return " › ".join(self.heading_path)


class Citation(Frozen):
    """A passage of the guide, copied by code: ``guide[start:end] == quote``."""

    section_id: str
    guide: str
    heading: str
    quote: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)


# --- Questions -----------------------------------------------------------------------------------


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
    """An architecture-design question, its criteria and what an interviewer may say about it."""

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


# --- Grading -------------------------------------------------------------------------------------


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
    answer's; a structured judge says +1, 0 or -1), `similarity` (cosine between criterion and
    `span`, less the span's mean cosine with the other criteria) and `opposed` (the span rejects
    what the criterion claims); None where a judge has no such evidence.
    """

    criterion_id: str
    probability: float = Field(ge=0, le=1)
    met: bool
    model: float | None = None
    similarity: float | None = None
    opposed: bool = False
    span: Span | None = None


class DimensionScore(Frozen):
    """A score of one dimension and what decided it. `raw` is weighted coverage less errors, 0..1;
    `covered`, `missing` and `errors` are criterion ids."""

    dimension: str
    score: int | None
    raw: float | None = None
    covered: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
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


# --- The session ---------------------------------------------------------------------------------


class Speaker(StrEnum):
    """Who said a turn."""

    INTERVIEWER = "interviewer"
    CANDIDATE = "candidate"


class TurnKind(StrEnum):
    """What a turn is in the interview."""

    QUESTION = "question"
    ANSWER = "answer"
    DECLINED = "declined"
    ASK_AGAIN = "ask_again"
    FOLLOW_UP = "follow_up"
    HINT = "hint"
    FEEDBACK = "feedback"


class Turn(Frozen):
    """One utterance. `criterion_id` is set on follow-ups: the criterion they aim at."""

    speaker: Speaker
    kind: TurnKind
    text: str
    criterion_id: str | None = None


class Exchange(Frozen):
    """Everything said about one question, and how it ended."""

    question_id: str
    phase: Phase
    turns: tuple[Turn, ...] = ()
    skipped: bool = False
    closed: ClosedResult | None = None
    grade: Grade | None = None

    @property
    def answers(self) -> tuple[str, ...]:
        """The candidate's words, in order."""
        return tuple(t.text for t in self.turns if t.kind is TurnKind.ANSWER)

    @property
    def finished(self) -> bool:
        """True once the exchange was skipped, key-graded or passed through the grader."""
        return self.skipped or self.closed is not None or self.grade is not None


class InterviewConfig(Frozen):
    """What a person chose at the start. Counts are questions; `topics` empty means all."""

    lang: Lang = Lang.ES
    closed: Annotated[int, Field(ge=0, le=50)] = 5
    open: Annotated[int, Field(ge=0, le=10)] = 2
    topics: tuple[str, ...] = ()
    level: Level | None = None
    seed: int = 0
    guide: str = "aws_guide.es"
    judge: Literal["auto", "logprobs", "structured", "similarity"] = "auto"


class SessionStatus(StrEnum):
    """Where a session stands."""

    RUNNING = "running"
    FINISHED = "finished"


class Session(Frozen):
    """An interview: the plan fixed at its start and one exchange per question begun.

    `created` is an ISO 8601 UTC time. `plan` lists question ids, closed ones first.
    """

    id: str
    created: str
    config: InterviewConfig
    plan: tuple[str, ...]
    exchanges: tuple[Exchange, ...] = ()
    status: SessionStatus = SessionStatus.RUNNING

    @property
    def current(self) -> Exchange | None:
        """The exchange under way, or None between questions."""
        if self.exchanges and not self.exchanges[-1].finished:
            return self.exchanges[-1]
        return None
