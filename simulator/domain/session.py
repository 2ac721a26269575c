"""An interview: what was planned, said and graded."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from simulator.domain.base import Frozen, Lang, Level, Mode, Phase
from simulator.domain.grading import ClosedResult, Grade


class Speaker(StrEnum):
    """Who said a turn."""

    INTERVIEWER = "interviewer"
    CANDIDATE = "candidate"


class TurnKind(StrEnum):
    """What a turn is in the interview. An `INQUIRY` is what a candidate said to the interviewer
    that answers nothing; a `CLARIFICATION` is the reply to it."""

    QUESTION = "question"
    ANSWER = "answer"
    DECLINED = "declined"
    INQUIRY = "inquiry"
    CLARIFICATION = "clarification"
    CHANGE = "change"
    ASK_AGAIN = "ask_again"
    FOLLOW_UP = "follow_up"
    HINT = "hint"
    FEEDBACK = "feedback"


class Turn(Frozen):
    """One utterance. `criterion_id` is set on follow-ups: the criterion they aim at. `cost` is the
    raw score (0..1) that a hint takes away."""

    speaker: Speaker
    kind: TurnKind
    text: str
    criterion_id: str | None = None
    cost: float = 0.0


class Attempt(Frozen):
    """How an earlier try at a question ended, before it was tried again."""

    skipped: bool = False
    closed: ClosedResult | None = None
    grade: Grade | None = None


class Exchange(Frozen):
    """Everything said about one question, and how it ended.

    `turns` hold every try, each from its question on; `closed` and `grade` are those of the last
    one, `earlier` those before it. `asked_at` and `answered_at` (UTC) are those of the last try,
    None in records of older versions; `away` are seconds of pauses in between.
    """

    question_id: str
    phase: Phase
    turns: tuple[Turn, ...] = ()
    skipped: bool = False
    closed: ClosedResult | None = None
    grade: Grade | None = None
    earlier: tuple[Attempt, ...] = ()
    asked_at: datetime | None = None
    answered_at: datetime | None = None
    away: float = 0.0

    @property
    def attempt(self) -> tuple[Turn, ...]:
        """The turns of the last try."""
        asked = [i for i, turn in enumerate(self.turns) if turn.kind is TurnKind.QUESTION]
        return self.turns[asked[-1] :] if asked else self.turns

    @property
    def answers(self) -> tuple[str, ...]:
        """The candidate's words in the last try, in order."""
        return tuple(t.text for t in self.attempt if t.kind is TurnKind.ANSWER)

    @property
    def deduction(self) -> float:
        """Raw score (0..1) that the hints of the last try take away."""
        return min(1.0, sum(turn.cost for turn in self.attempt))

    @property
    def finished(self) -> bool:
        """True once the exchange was skipped, key-graded or passed through the grader."""
        return self.skipped or self.closed is not None or self.grade is not None

    @property
    def first(self) -> Attempt:
        """How the first try ended: what the candidate knew before any feedback."""
        if self.earlier:
            return self.earlier[0]
        return Attempt(skipped=self.skipped, closed=self.closed, grade=self.grade)


class InterviewConfig(Frozen):
    """What a person chose at the start. Counts are questions; `topics` empty means all.

    `level` chooses the questions and how strictly they are graded; `minutes` is the time for the
    whole interview, None for no limit. With `adaptive`, questions come from what was weak before.
    """

    lang: Lang = Lang.ES
    closed: Annotated[int, Field(ge=0, le=50)] = 5
    open: Annotated[int, Field(ge=0, le=10)] = 2
    topics: tuple[str, ...] = ()
    level: Level | None = None
    mode: Mode = Mode.PRACTICE
    minutes: Annotated[int, Field(ge=1, le=600)] | None = None
    adaptive: bool = False
    seed: int = 0
    guide: str = "aws_guide.es"
    judge: Literal["auto", "logprobs", "structured", "similarity"] = "auto"


class SessionStatus(StrEnum):
    """Where a session stands."""

    RUNNING = "running"
    FINISHED = "finished"


class Session(Frozen):
    """An interview: the plan fixed at its start and one exchange per question begun.

    `created` is an ISO 8601 UTC time. `plan` lists question ids, closed ones first. `paused_at`
    is set while the candidate is away.
    """

    id: str
    created: str
    config: InterviewConfig
    plan: tuple[str, ...]
    exchanges: tuple[Exchange, ...] = ()
    status: SessionStatus = SessionStatus.RUNNING
    paused_at: datetime | None = None

    @property
    def current(self) -> Exchange | None:
        """The exchange under way, or None between questions."""
        if self.exchanges and not self.exchanges[-1].finished:
            return self.exchanges[-1]
        return None

    @property
    def hides_grades(self) -> bool:
        """Whether it is too early to tell how answers went: an exam that is not over."""
        return self.config.mode is Mode.EXAM and self.status is SessionStatus.RUNNING
