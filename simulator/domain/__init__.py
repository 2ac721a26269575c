"""The vocabulary of the simulator: frozen values that every other module speaks in.

One name per idea. Nothing here reads a file, calls a model or knows a cloud provider.
"""

from __future__ import annotations

from simulator.domain.base import Frozen, Lang, Level, Mode, Phase
from simulator.domain.grading import (
    ClosedResult,
    Dimension,
    DimensionScore,
    Grade,
    Rubric,
    Span,
    Usage,
    Verdict,
)
from simulator.domain.guide import Citation, Note, Section
from simulator.domain.questions import (
    Clarification,
    ClosedKind,
    ClosedQuestion,
    Criterion,
    CriterionKind,
    OpenQuestion,
    Option,
)
from simulator.domain.session import (
    Attempt,
    Exchange,
    InterviewConfig,
    Session,
    SessionStatus,
    Speaker,
    Turn,
    TurnKind,
)

__all__ = [
    "Attempt",
    "Citation",
    "Clarification",
    "ClosedKind",
    "ClosedQuestion",
    "ClosedResult",
    "Criterion",
    "CriterionKind",
    "Dimension",
    "DimensionScore",
    "Exchange",
    "Frozen",
    "Grade",
    "InterviewConfig",
    "Lang",
    "Level",
    "Mode",
    "Note",
    "OpenQuestion",
    "Option",
    "Phase",
    "Rubric",
    "Section",
    "Session",
    "SessionStatus",
    "Span",
    "Speaker",
    "Turn",
    "TurnKind",
    "Usage",
    "Verdict",
]
