"""An interview: what was planned, said and graded."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from simulator.domain.base import Frozen, Lang, Level, Phase
from simulator.domain.grading import ClosedResult, Grade


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
