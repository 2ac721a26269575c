"""When each question and section should come back: FSRS over the reviews of past interviews.

The schedule is computed from the record each time: nothing of it is stored, so it cannot disagree
with the sessions, and a session that is deleted is forgotten here as well. Without learning steps
and without fuzzing, intervals are whole days and the same record always gives the same schedule.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from fsrs import Card, Rating, Scheduler

from simulator.domain import Frozen
from simulator.learning.reviews import Review, question_item, section_item

# Shares from which something counts as recalled with difficulty, recalled, and known well.
HARD, GOOD, EASY = 0.4, 0.6, 0.9


class Due(Frozen):
    """How one item stands: `last` is its last share (0..1), `due` when it should come back."""

    item: str
    due: datetime
    last: float
    times: int

    @property
    def weak(self) -> bool:
        """Whether it was not recalled well the last time."""
        return self.last < GOOD


class Schedule:
    """Items by name; what was never reviewed is not in it."""

    def __init__(self, items: Iterable[Due]) -> None:
        self._items = {due.item: due for due in items}

    def question(self, question_id: str) -> Due | None:
        """How a question stands."""
        return self._items.get(question_item(question_id))

    def section(self, key: str) -> Due | None:
        """How a section stands."""
        return self._items.get(section_item(key))

    def urgency(
        self, question_id: str, sections: Sequence[str], now: datetime
    ) -> tuple[int, float]:
        """Where a question stands in the queue, the smallest first: weak or overdue ones, then
        unseen ones on weak sections, then other unseen ones, then those that can wait."""
        known = self.question(question_id)
        if known is not None:
            ahead = (known.due - now).total_seconds()
            return (0 if known.weak or ahead <= 0 else 3, ahead)
        shaky = [due for key in sections if (due := self.section(key)) is not None and due.weak]
        if shaky:
            return (1, min(due.last for due in shaky))
        return (2, 0.0)


def schedule(reviews: Sequence[Review]) -> Schedule:
    """The schedule after these reviews, given oldest first."""
    scheduler = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
    cards: dict[str, Card] = {}
    last: dict[str, Review] = {}
    times: dict[str, int] = {}
    for review in reviews:
        # An id of our own: without one, the library takes the time and waits a millisecond.
        card = cards.get(review.item) or Card(card_id=len(cards) + 1, due=review.at)
        cards[review.item], _ = scheduler.review_card(card, rating(review.share), review.at)
        last[review.item] = review
        times[review.item] = times.get(review.item, 0) + 1
    return Schedule(
        Due(item=item, due=card.due, last=last[item].share, times=times[item])
        for item, card in cards.items()
    )


def rating(share: float) -> Rating:
    """The rating of a share known (0..1)."""
    if share < HARD:
        return Rating.Again
    if share < GOOD:
        return Rating.Hard
    return Rating.Good if share < EASY else Rating.Easy
