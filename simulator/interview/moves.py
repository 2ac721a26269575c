"""What an interviewer may do, and what is read from a candidate's words to decide it: values."""

from __future__ import annotations

from enum import StrEnum

from simulator.domain import Criterion, Frozen


class InquiryKind(StrEnum):
    """What a candidate wants who answers nothing.

    A `FACT` stands among the question's clarifications; an `UNKNOWN` one does not; `ASIDE` is
    about the interview: its answer, its marks, its next question.
    """

    FACT = "fact"
    UNKNOWN = "unknown"
    ASIDE = "aside"


class Inquiry(Frozen):
    """Words to the interviewer. `facts` are positions of the question's clarifications."""

    kind: InquiryKind
    facts: tuple[int, ...] = ()


class Gap(Frozen):
    """A criterion that is missing. `said` are the candidate's own words on the same matter."""

    criterion: Criterion
    said: str = ""


class Ask(Frozen):
    """Put the next planned question."""

    question_id: str
    first_of_phase: bool = False


class Listen(Frozen):
    """Wait for the candidate."""


class Hint(Frozen):
    """Give the hint of the question, which costs; only when the candidate asks for it."""


class GradeClosed(Frozen):
    """Read the closed answer: grade it by its key, or ask again."""


class Clarify(Frozen):
    """Reply to an inquiry; the question stays open."""

    inquiry: Inquiry


class FollowUp(Frozen):
    """Probe a criterion that is missing."""

    gap: Gap


class ChangeRequirement(Frozen):
    """Change a requirement, once a question."""


class GradeOpen(Frozen):
    """Advance: grade the whole exchange."""


class Finish(Frozen):
    """End the interview."""


class Done(Frozen):
    """The interview is closed; nothing is left to do."""


Move = (
    Ask
    | Listen
    | Hint
    | GradeClosed
    | Clarify
    | FollowUp
    | ChangeRequirement
    | GradeOpen
    | Finish
    | Done
)
