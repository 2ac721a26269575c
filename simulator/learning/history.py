"""What a person's interviews taught: the one object that plans and reports ask."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from simulator.domain import ClosedQuestion, Lang, OpenQuestion, Session
from simulator.errors import BankError
from simulator.learning.reviews import reviews
from simulator.learning.schedule import schedule
from simulator.learning.sections import SectionProgress, progress


class Questions(Protocol):
    """A bank, as far as it is needed here."""

    def closed_question(self, id: str) -> ClosedQuestion:
        """The closed question with this id. Raises BankError."""


class Learning:
    """The schedule and the progress after these finished sessions, at `now` (UTC)."""

    def __init__(
        self, sessions: Sequence[Session], bank: Callable[[Lang], Questions], now: datetime
    ) -> None:
        found = [
            review
            for session in sessions
            for review in reviews([session], _reader(bank(session.config.lang)))
        ]
        found.sort(key=lambda review: (review.at, review.item))
        self._schedule = schedule(found)
        self._now = now
        self.sections: tuple[SectionProgress, ...] = progress(found, self._schedule)

    def urgency(self, question: ClosedQuestion | OpenQuestion) -> tuple[int, float]:
        """Where a question stands in the queue; see `Schedule.urgency`."""
        if isinstance(question, ClosedQuestion):
            sections = [question.section] if question.section else []
        else:
            sections = [key for criterion in question.criteria for key in criterion.sections]
        return self._schedule.urgency(question.id, sections, self._now)


def _reader(questions: Questions) -> Callable[[str], ClosedQuestion | None]:
    def read(question_id: str) -> ClosedQuestion | None:
        try:
            return questions.closed_question(question_id)
        except BankError:
            return None

    return read
