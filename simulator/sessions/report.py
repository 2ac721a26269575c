"""The final report of an interview: what was scored, why, and what to study next.

`Report` is the JSON document that ``python -m simulator --answers FILE --json`` prints.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from statistics import fmean

from pydantic import Field

from simulator.domain import (
    Citation,
    DimensionScore,
    Exchange,
    Frozen,
    Grade,
    Lang,
    Level,
    Mode,
    OpenQuestion,
    Option,
    Phase,
    Rubric,
    Session,
    SessionStatus,
    Turn,
)
from simulator.interview.pace import seconds
from simulator.learning.sections import SectionProgress
from simulator.sessions.learned import SectionOutcome, next_study, outcomes
from simulator.sessions.study import Sources, StudyItem, study_plan


class ClosedOutcome(Frozen):
    """How one closed question went. `correct` is None when it was skipped; `points` (0..1) is what
    a right answer earned after hints; `attempts` counts tries, of which this is the last, and
    `used_seconds` is its time (None in records of older versions)."""

    question_id: str
    text: str
    options: tuple[Option, ...]
    key: tuple[str, ...]
    chosen: tuple[str, ...] = ()
    correct: bool | None = None
    skipped: bool = False
    citation: Citation | None = None
    points: float = 0.0
    attempts: int = 1
    used_seconds: float | None = None


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
    doubtful: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()
    feedback: str = ""


class OpenOutcome(Frozen):
    """How one open question went: scores, or why there are none. `hint_deduction` is raw score
    (0..1) that hints took from every dimension; the rest as in `ClosedOutcome`."""

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
    hint_deduction: float = 0.0
    attempts: int = 1
    used_seconds: float | None = None


class DimensionSummary(Frozen):
    """A dimension over the whole interview. `mean` is over graded questions only."""

    dimension: str
    title: str
    scale: tuple[int, int]
    mean: float | None
    graded: int
    ungraded: int


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
    mode: Mode = Mode.PRACTICE
    level: Level | None = None
    minutes: int | None = None
    closed_points: float = 0.0
    progress: tuple[SectionOutcome, ...] = ()
    next_study: tuple[StudyItem, ...] = ()


def build_report(
    session: Session,
    sources: Sources,
    history: Sequence[SectionProgress] = (),
    now: datetime | None = None,
) -> Report:
    """The report of a session as it stands; an unfinished one reports what there is, and an exam
    nothing before its end.

    `history` is what this and earlier interviews say about sections; `now` (UTC) tells what is due.
    """
    done = [e for e in session.exchanges if e.finished and not session.hides_grades]
    closed = tuple(_closed(e, sources) for e in done if e.phase is Phase.CLOSED)
    open_ = tuple(
        open_outcome(e, sources.open_question(e.question_id), sources.rubric, session.config.lang)
        for e in done
        if e.phase is Phase.OPEN
    )
    lang = session.config.lang
    to_study = study_plan(done, sources)
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
        study_plan=to_study,
        mode=session.config.mode,
        level=session.config.level,
        minutes=session.config.minutes,
        closed_points=sum(outcome.points for outcome in closed),
        progress=outcomes(history, sources),
        next_study=next_study(history, to_study, sources, lang, now or datetime.now(UTC)),
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
        points=1.0 - exchange.deduction if result and result.correct else 0.0,
        attempts=1 + len(exchange.earlier),
        used_seconds=_used(exchange),
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
        hint_deduction=exchange.deduction,
        attempts=1 + len(exchange.earlier),
        used_seconds=_used(exchange),
    )


def _used(exchange: Exchange) -> float | None:
    if exchange.asked_at is None or exchange.answered_at is None:
        return None
    return round(seconds(exchange, exchange.answered_at), 1)


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
        doubtful=named(score.doubtful),
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
