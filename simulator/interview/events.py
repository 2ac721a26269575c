"""What can happen in an interview.

A session is stored as its events and rebuilt from them (`replay`): nothing is ever overwritten, so
nothing can be lost by a crash between two of them. Times are UTC; older records have none.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, TypeAdapter

from simulator.domain import ClosedResult, Frozen, Grade, InterviewConfig, Phase


def _storable(text: str) -> str:
    """The text with what UTF-8 cannot hold (half characters from a broken terminal) as "?"."""
    return text.encode("utf-8", "replace").decode()


class Started(Frozen):
    """The interview was planned."""

    kind: Literal["started"] = "started"
    id: str
    created: str
    config: InterviewConfig
    plan: tuple[str, ...]


class Asked(Frozen):
    """A question was put."""

    kind: Literal["asked"] = "asked"
    question_id: str
    phase: Phase
    text: str
    at: datetime | None = None


class Answered(Frozen):
    """The candidate said something to the question under way."""

    kind: Literal["answered"] = "answered"
    text: Annotated[str, AfterValidator(_storable)]
    at: datetime | None = None


class AskedAgain(Frozen):
    """A closed answer was not understood and is asked for again."""

    kind: Literal["asked_again"] = "asked_again"
    text: str


class FollowedUp(Frozen):
    """The interviewer probed a criterion that was missing."""

    kind: Literal["followed_up"] = "followed_up"
    criterion_id: str
    text: str


class Declined(Frozen):
    """The candidate let a follow-up pass; what was said before still counts."""

    kind: Literal["declined"] = "declined"
    at: datetime | None = None


class Clarified(Frozen):
    """What the candidate said last was no answer: the interviewer replied to it, and waits on."""

    kind: Literal["clarified"] = "clarified"
    text: str


class RequirementChanged(Frozen):
    """The interviewer changed a requirement in the middle of the question."""

    kind: Literal["requirement_changed"] = "requirement_changed"
    text: str


class Hinted(Frozen):
    """A hint was given. `cost` is the raw score (0..1) that it takes away; once it was free."""

    kind: Literal["hinted"] = "hinted"
    text: str
    cost: float = 0.0


class Skipped(Frozen):
    """The candidate skipped the question."""

    kind: Literal["skipped"] = "skipped"
    at: datetime | None = None


class Retried(Frozen):
    """The candidate tries the last finished question again; how it went before is kept."""

    kind: Literal["retried"] = "retried"
    question_id: str
    text: str
    at: datetime | None = None


class Paused(Frozen):
    """The candidate went away: the clock stands."""

    kind: Literal["paused"] = "paused"
    at: datetime


class Resumed(Frozen):
    """The candidate is back."""

    kind: Literal["resumed"] = "resumed"
    at: datetime


class ClosedGraded(Frozen):
    """A closed answer was compared with the key and explained."""

    kind: Literal["closed_graded"] = "closed_graded"
    result: ClosedResult
    text: str


class OpenGraded(Frozen):
    """An open answer passed through the grader; a later one for the same question replaces it."""

    kind: Literal["open_graded"] = "open_graded"
    question_id: str
    grade: Grade


class Finished(Frozen):
    """Every planned question is behind."""

    kind: Literal["finished"] = "finished"


Event = Annotated[
    Started
    | Asked
    | Answered
    | AskedAgain
    | FollowedUp
    | Declined
    | Clarified
    | RequirementChanged
    | Hinted
    | Skipped
    | Retried
    | Paused
    | Resumed
    | ClosedGraded
    | OpenGraded
    | Finished,
    Field(discriminator="kind"),
]
EVENT: TypeAdapter[Event] = TypeAdapter(Event)
