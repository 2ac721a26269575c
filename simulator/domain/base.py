"""What every domain object has in common, and the choices that run through all of them."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


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


class Mode(StrEnum):
    """When a candidate hears how it went: at the end, or after each answer, with a retry."""

    EXAM = "exam"
    PRACTICE = "practice"
