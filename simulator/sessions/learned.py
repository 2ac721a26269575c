"""What interviews so far say about each section, and the next three things to study."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from simulator.domain import Frozen, Lang
from simulator.learning.sections import Point, SectionProgress, next_to_study
from simulator.sessions.study import Sources, StudyItem
from simulator.texts import Texts


class SectionOutcome(Frozen):
    """A section over the interviews that touched it, oldest first. `known` is the last share
    (0..1), `change` the last less the first; `due` is when it should be asked about again."""

    section_id: str
    heading: str
    points: tuple[Point, ...]
    known: float
    change: float
    due: datetime
    weak: bool


def outcomes(sections: Sequence[SectionProgress], sources: Sources) -> tuple[SectionOutcome, ...]:
    """The sections that the guide still has, weakest first."""
    found = []
    for progress in sections:
        section = sources.section(progress.key)
        if section is not None:
            found.append(
                SectionOutcome(
                    section_id=section.id,
                    heading=section.heading,
                    points=progress.points,
                    known=progress.points[-1].share,
                    change=round(progress.change, 3),
                    due=progress.due,
                    weak=progress.weak,
                )
            )
    return tuple(found)


def next_study(
    sections: Sequence[SectionProgress],
    plan: Sequence[StudyItem],
    sources: Sources,
    lang: Lang,
    now: datetime,
) -> tuple[StudyItem, ...]:
    """Up to three sections to study next, each with its words; those in this interview's `plan`
    keep the passage and the reasons that it gives."""
    texts = Texts(lang)
    planned = {item.section_id: item for item in plan}
    found = []
    present = [progress for progress in sections if sources.section(progress.key) is not None]
    for progress in next_to_study(present, now):
        section = sources.section(progress.key)
        assert section is not None
        known = texts("report.known", percent=round(100 * progress.points[-1].share))
        item = planned.get(section.id)
        found.append(
            StudyItem(
                section_id=section.id,
                heading=section.heading,
                reasons=(known, *(item.reasons if item else ())),
                citation=item.citation if item else sources.excerpt(section),
            )
        )
    return tuple(found)
