"""What to study after an interview: the sections behind what went wrong, heaviest first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from simulator.domain import (
    Citation,
    ClosedQuestion,
    Exchange,
    Frozen,
    OpenQuestion,
    Phase,
    Rubric,
    Section,
)

STUDY_SECTIONS = 6

# A missing required criterion weighs its weight; a wrong closed answer weighs this much.
_WRONG_CLOSED_WEIGHT = 2.0


class StudyItem(Frozen):
    """A section worth reading again, why, and its words."""

    section_id: str
    heading: str
    reasons: tuple[str, ...]
    citation: Citation


@dataclass(frozen=True)
class Sources:
    """Where a report looks things up: questions by id, a section by key, an opening citation."""

    rubric: Rubric
    guide: str
    guide_version: str
    closed_question: Callable[[str], ClosedQuestion]
    open_question: Callable[[str], OpenQuestion]
    section: Callable[[str], Section | None]
    excerpt: Callable[[Section], Citation]


def study_plan(exchanges: Sequence[Exchange], sources: Sources) -> tuple[StudyItem, ...]:
    """Sections behind what went wrong, heaviest first."""
    passages = cited(exchanges)
    weight: dict[str, float] = {}
    reasons: dict[str, list[str]] = {}
    for key, cost, reason in _weak_points(exchanges, sources):
        weight[key] = weight.get(key, 0.0) + cost
        reasons.setdefault(key, []).append(reason)
    plan = []
    for key in sorted(weight, key=lambda key: -weight[key]):
        section = sources.section(key)
        if section is not None:
            plan.append(
                StudyItem(
                    section_id=section.id,
                    heading=section.heading,
                    reasons=tuple(dict.fromkeys(reasons[key])),
                    citation=passages.get(section.id) or sources.excerpt(section),
                )
            )
    return tuple(plan[:STUDY_SECTIONS])


def cited(exchanges: Sequence[Exchange]) -> dict[str, Citation]:
    """The passages that this interview's grades rest on, one a section."""
    tries = [one for e in exchanges for one in (e.first, e)]
    found = [t.closed.citation for t in tries if t.closed and t.closed.citation]
    found += [c for t in tries if t.grade for c in t.grade.citations]
    return {citation.section_id: citation for citation in reversed(found)}


def _weak_points(
    exchanges: Sequence[Exchange], sources: Sources
) -> Iterable[tuple[str, float, str]]:
    """(section key, weight, reason) of everything that was wrong, missing or skipped at first: a
    second try follows the feedback, and shows no more than that it was read."""
    for exchange in exchanges:
        first = exchange.first
        if exchange.phase is Phase.CLOSED:
            closed = sources.closed_question(exchange.question_id)
            right = first.closed is not None and first.closed.correct
            if closed.section and not right:
                yield closed.section, _WRONG_CLOSED_WEIGHT, closed.text
        elif first.grade is not None:
            criteria = {c.id: c for c in first.grade.criteria}
            for score in first.grade.scores:
                for id_ in (*score.missing, *score.errors):
                    if id_ in criteria:
                        sections = criteria[id_].sections
                        for key in sections:
                            yield key, criteria[id_].weight / len(sections), criteria[id_].text
