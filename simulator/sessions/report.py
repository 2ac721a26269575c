"""The final report of an interview: what was scored, why, and what to study next.

`Report` is the JSON document that ``python -m simulator --answers FILE --json`` prints.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from pydantic import Field

from simulator.domain import (
    Citation,
    ClosedQuestion,
    DimensionScore,
    Exchange,
    Frozen,
    Grade,
    Lang,
    OpenQuestion,
    Option,
    Phase,
    Rubric,
    Section,
    Session,
    SessionStatus,
    Turn,
)

STUDY_SECTIONS = 6

# A missing required criterion weighs its weight; a wrong closed answer weighs this much.
_WRONG_CLOSED_WEIGHT = 2.0


class ClosedOutcome(Frozen):
    """How one closed question went. `correct` is None when it was skipped."""

    question_id: str
    text: str
    options: tuple[Option, ...]
    key: tuple[str, ...]
    chosen: tuple[str, ...] = ()
    correct: bool | None = None
    skipped: bool = False
    citation: Citation | None = None


class OpenScore(Frozen):
    """A dimension of one open question; criteria are given by their text."""

    dimension: str
    title: str
    scale: tuple[int, int]
    score: int | None
    raw: float | None = None
    covered: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()
    feedback: str = ""


class OpenOutcome(Frozen):
    """How one open question went: scores, or why there are none."""

    question_id: str
    title: str
    text: str
    turns: tuple[Turn, ...]
    skipped: bool = False
    ungraded: str | None = None
    scores: tuple[OpenScore, ...] = ()
    flags: tuple[str, ...] = ()
    summary: str = ""
    reference: str = ""
    derived_from: str = ""
    seconds: float = 0.0
    provenance: dict[str, str] = Field(default_factory=dict)


class DimensionSummary(Frozen):
    """A dimension over the whole interview. `mean` is over graded questions only."""

    dimension: str
    title: str
    scale: tuple[int, int]
    mean: float | None
    graded: int
    ungraded: int


class StudyItem(Frozen):
    """A section worth reading again, why, and its words."""

    section_id: str
    heading: str
    reasons: tuple[str, ...]
    citation: Citation


class Report(Frozen):
    """A whole interview, for a person or a program."""

    session_id: str
    created: str
    lang: Lang
    finished: bool
    guide: str
    guide_version: str
    closed_correct: int
    closed_total: int
    scores: tuple[DimensionSummary, ...]
    closed: tuple[ClosedOutcome, ...]
    open: tuple[OpenOutcome, ...]
    study_plan: tuple[StudyItem, ...]


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


def build_report(session: Session, sources: Sources) -> Report:
    """The report of a session as it stands; an unfinished one reports what there is."""
    done = [e for e in session.exchanges if e.finished]
    closed = tuple(_closed(e, sources) for e in done if e.phase is Phase.CLOSED)
    open_ = tuple(
        open_outcome(e, sources.open_question(e.question_id), sources.rubric, session.config.lang)
        for e in done
        if e.phase is Phase.OPEN
    )
    return Report(
        session_id=session.id,
        created=session.created,
        lang=session.config.lang,
        finished=session.status is SessionStatus.FINISHED,
        guide=sources.guide,
        guide_version=sources.guide_version,
        closed_correct=sum(outcome.correct is True for outcome in closed),
        closed_total=len(closed),
        scores=_summaries(open_, sources.rubric, session.config.lang),
        closed=closed,
        open=open_,
        study_plan=_study_plan(done, sources),
    )


def _closed(exchange: Exchange, sources: Sources) -> ClosedOutcome:
    question = sources.closed_question(exchange.question_id)
    result = exchange.closed
    return ClosedOutcome(
        question_id=question.id,
        text=question.text,
        options=question.options,
        key=question.key,
        chosen=result.chosen if result else (),
        correct=result.correct if result else None,
        skipped=exchange.skipped,
        citation=result.citation if result else None,
    )


def open_outcome(
    exchange: Exchange, question: OpenQuestion, rubric: Rubric, lang: Lang
) -> OpenOutcome:
    """How one open exchange went, titles in `lang`."""
    grade = exchange.grade or Grade(question_id=question.id)
    texts = {criterion.id: criterion.text for criterion in grade.criteria}
    return OpenOutcome(
        question_id=question.id,
        title=question.title,
        text=question.text,
        turns=exchange.turns,
        skipped=exchange.skipped,
        ungraded=grade.ungraded,
        scores=tuple(_score(s, rubric, texts, lang) for s in grade.scores),
        flags=grade.flags,
        summary=grade.summary,
        reference=question.reference,
        derived_from=question.derived_from,
        seconds=grade.seconds,
        provenance=grade.provenance,
    )


def _score(score: DimensionScore, rubric: Rubric, texts: dict[str, str], lang: Lang) -> OpenScore:
    dimension = next(d for d in rubric.dimensions if d.name == score.dimension)

    def named(ids: Iterable[str]) -> tuple[str, ...]:
        return tuple(texts.get(id_, id_) for id_ in ids)

    return OpenScore(
        dimension=score.dimension,
        title=dimension.title.get(lang, dimension.name),
        scale=dimension.scale,
        score=score.score,
        raw=score.raw,
        covered=named(score.covered),
        missing=named(score.missing),
        errors=named(score.errors),
        citations=score.citations,
        feedback=score.feedback,
    )


def _summaries(
    outcomes: Sequence[OpenOutcome], rubric: Rubric, lang: Lang
) -> tuple[DimensionSummary, ...]:
    summaries = []
    for dimension in rubric.dimensions:
        values = [
            score.score
            for outcome in outcomes
            for score in outcome.scores
            if score.dimension == dimension.name and score.score is not None
        ]
        summaries.append(
            DimensionSummary(
                dimension=dimension.name,
                title=dimension.title.get(lang, dimension.name),
                scale=dimension.scale,
                mean=round(fmean(values), 2) if values else None,
                graded=len(values),
                ungraded=len(outcomes) - len(values),
            )
        )
    return tuple(summaries)


def _study_plan(exchanges: Sequence[Exchange], sources: Sources) -> tuple[StudyItem, ...]:
    """Sections behind what went wrong, heaviest first."""
    cited = _cited(exchanges)
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
                    citation=cited.get(section.id) or sources.excerpt(section),
                )
            )
    return tuple(plan[:STUDY_SECTIONS])


def _cited(exchanges: Sequence[Exchange]) -> dict[str, Citation]:
    """The passages that this interview's grades rest on, one a section."""
    found = [e.closed.citation for e in exchanges if e.closed and e.closed.citation]
    found += [c for e in exchanges if e.grade for c in e.grade.citations]
    return {citation.section_id: citation for citation in reversed(found)}


def _weak_points(
    exchanges: Sequence[Exchange], sources: Sources
) -> Iterable[tuple[str, float, str]]:
    """(section key, weight, reason) of everything that was wrong, missing or skipped."""
    for exchange in exchanges:
        if exchange.phase is Phase.CLOSED:
            closed = sources.closed_question(exchange.question_id)
            right = exchange.closed is not None and exchange.closed.correct
            if closed.section and not right:
                yield closed.section, _WRONG_CLOSED_WEIGHT, closed.text
        elif exchange.grade is not None:
            criteria = {c.id: c for c in exchange.grade.criteria}
            for score in exchange.grade.scores:
                for id_ in (*score.missing, *score.errors):
                    if id_ in criteria:
                        sections = criteria[id_].sections
                        for key in sections:
                            yield key, criteria[id_].weight / len(sections), criteria[id_].text
