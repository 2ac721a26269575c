"""Progress by section across interviews, and the sections to study next. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from simulator.domain import Frozen
from simulator.learning.reviews import Review, section_item
from simulator.learning.schedule import Schedule

NEXT = 3
_PREFIX = section_item("")


class Point(Frozen):
    """How well a section was known (`share`, 0..1) in one interview."""

    session_id: str
    at: datetime
    share: float


class SectionProgress(Frozen):
    """A section over the interviews that touched it, oldest first. `due` is when it should be
    asked about again; `weak` whether it was not known well the last time."""

    key: str
    points: tuple[Point, ...]
    due: datetime
    weak: bool

    @property
    def change(self) -> float:
        """The last share less the first one, -1..1."""
        return self.points[-1].share - self.points[0].share


def progress(reviews: Sequence[Review], schedule: Schedule) -> tuple[SectionProgress, ...]:
    """Every section that was asked about, weakest first. `reviews` are given oldest first."""
    points: dict[str, list[Point]] = {}
    for review in reviews:
        if review.item.startswith(_PREFIX):
            point = Point(session_id=review.session_id, at=review.at, share=round(review.share, 3))
            points.setdefault(review.item.removeprefix(_PREFIX), []).append(point)
    found = []
    for key, series in points.items():
        due = schedule.section(key)
        assert due is not None
        found.append(SectionProgress(key=key, points=tuple(series), due=due.due, weak=due.weak))
    return tuple(sorted(found, key=lambda s: (s.points[-1].share, s.due, s.key)))


def next_to_study(sections: Sequence[SectionProgress], now: datetime) -> list[SectionProgress]:
    """Up to three sections: weak ones first, the weakest of all leading, then those due by now."""
    weak = [section for section in sections if section.weak]
    due = [section for section in sections if not section.weak and section.due <= now]
    return [*weak, *due][:NEXT]
