"""Checks of grades, citations and reports."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import fmean

from evals.checking import is_quoted
from evals.interviews.candidates import Worth
from evals.interviews.check import Outcome, ok, registry
from evals.interviews.evidence import Case
from simulator.domain import Citation, Grade, Phase
from simulator.interview.closed import understand
from simulator.interview.events import Answered, AskedAgain, ClosedGraded, OpenGraded, Retried

CHECKS, check = registry()

_LOW = 2
"""The highest score that answers worth nothing may get on the scale from 1."""


@check()
def key_decides(case: Case) -> Iterator[Outcome]:
    """A closed answer is right when the options chosen are those of the key, and only then."""
    for event in case.feedback():
        result, question = event.result, case.closed(event.result.question_id)
        right = result.correct == (set(result.chosen) == set(question.key))
        yield ok(right, f"{question.id}: {result.chosen} graded {result.correct}")


@check()
def choices_are_options(case: Case) -> Iterator[Outcome]:
    """What was chosen are options of the question, as many as the key has."""
    for event in case.feedback():
        result, question = event.result, case.closed(event.result.question_id)
        known = set(result.chosen) <= {option.id for option in question.options}
        count = len(result.chosen) == len(question.key)
        yield ok(known and count, f"{question.id}: chosen {result.chosen}")


@check()
def a_readable_answer_is_taken(case: Case) -> Iterator[Outcome]:
    """A closed answer is asked again exactly when it names no options beyond doubt."""
    for one in case.tries:
        said = ""
        for event in one.of(Answered, AskedAgain, ClosedGraded):
            if isinstance(event, Answered):
                said = event.text
            elif one.phase is Phase.CLOSED:
                read = isinstance(understand(case.closed(one.question_id), said), tuple)
                right = read is isinstance(event, ClosedGraded)
                yield ok(right, f"{one.question_id}: '{said[:60]}' led to {event.kind}")


@check()
def every_open_answer_is_graded(case: Case) -> Iterator[Outcome]:
    """An open question that was not skipped ends with a grade of its own."""
    for exchange in case.exchanges(Phase.OPEN):
        if not exchange.skipped:
            named = exchange.grade.question_id if exchange.grade else None
            yield ok(named == exchange.question_id, f"{exchange.question_id} has grade {named}")


@check()
def graded_or_ungraded_never_both(case: Case) -> Iterator[Outcome]:
    """A grade has scores, or a reason why it has none."""
    for grade in _grades(case):
        scored = any(score.score is not None for score in grade.scores)
        told = bool(grade.ungraded and grade.ungraded.strip())
        yield ok(scored != told, f"{grade.question_id}: scored {scored}, reason {grade.ungraded}")


@check()
def scores_are_within_their_scale(case: Case) -> Iterator[Outcome]:
    """Scores are steps of the rubric's scales, raw scores between 0 and 1."""
    scales = {dimension.name: dimension.scale for dimension in case.rubric.dimensions}
    for grade in _grades(case):
        for score in grade.scores:
            low, high = scales[score.dimension]
            fits = score.score is None or low <= score.score <= high
            raw = score.raw is None or 0 <= score.raw <= 1
            yield ok(fits and raw, f"{grade.question_id} {score.dimension}: {score.score}")


@check()
def every_dimension_is_scored(case: Case) -> Iterator[Outcome]:
    """A grade has each dimension of the rubric once."""
    wanted = [dimension.name for dimension in case.rubric.dimensions]
    for grade in _grades(case):
        if not grade.ungraded:
            names = [score.dimension for score in grade.scores]
            yield ok(names == wanted, f"{grade.question_id} has {names}")


@check()
def citations_are_real(case: Case) -> Iterator[Outcome]:
    """Every quote stands in its guide at its offsets, and its section was retrieved."""
    for event in case.feedback():
        if event.result.citation is not None:
            yield _real(case, event.result.citation)
    for grade in _grades(case):
        retrieved = set(grade.provenance.get("retrieved", "").split())
        for citation in grade.citations:
            found = citation.section_id in retrieved
            yield ok(found, f"{grade.question_id} cites {citation.heading}, not retrieved")
            yield _real(case, citation)


@check()
def every_score_cites(case: Case) -> Iterator[Outcome]:
    """A dimension that is scored rests on one citation at least."""
    for grade in _grades(case):
        for score in grade.scores:
            if score.score is not None:
                yield ok(bool(score.citations), f"{grade.question_id} {score.dimension} cites none")


@check()
def closed_explanations_cite(case: Case) -> Iterator[Outcome]:
    """A question that rests on a section is explained with its quote."""
    for event in case.feedback():
        question = case.closed(event.result.question_id)
        if question.section is not None:
            yield ok(event.result.citation is not None, f"{question.id} is explained without quote")


@check()
def spans_are_the_candidates_words(case: Case) -> Iterator[Outcome]:
    """The words that met a criterion were said, where the verdict says that they stand."""
    for exchange in case.exchanges(Phase.OPEN):
        said = "\n\n".join(exchange.answers)
        for verdict in exchange.grade.verdicts if exchange.grade else ():
            if (span := verdict.span) is not None:
                literal = said[span.start : span.end] == span.text
                yield ok(literal, f"{exchange.question_id}: nobody said '{span.text[:60]}'")


@check()
def score_and_verdicts_agree(case: Case) -> Iterator[Outcome]:
    """What a score calls covered was met, what it calls missing was not."""
    for grade in _grades(case):
        met = {verdict.criterion_id for verdict in grade.verdicts if verdict.met}
        for score in grade.scores:
            right = {*score.covered, *score.errors} <= met and not met & {*score.missing}
            yield ok(right, f"{grade.question_id} {score.dimension} contradicts its verdicts")


@check()
def level_reaches_the_grade(case: Case) -> Iterator[Outcome]:
    """The criteria judged are those of the interview's level, and the grade says which."""
    level = case.sitting.config.level
    for grade in _grades(case):
        if not grade.ungraded:
            right = grade.criteria == case.open(grade.question_id).criteria
            named = grade.provenance.get("level") == (level.value if level else None)
            yield ok(right and named, f"{grade.question_id} was not graded at level {level}")


@check()
def ungraded_is_never_counted(case: Case) -> Iterator[Outcome]:
    """Means are over graded answers only; the others are counted beside them."""
    report = case.sitting.report
    for summary in report.scores:
        found = [s for o in report.open for s in o.scores if s.dimension == summary.dimension]
        scores = [s.score for s in found if s.score is not None]
        mean = fmean(scores) if scores else None
        same = summary.mean == mean or (
            summary.mean is not None and mean is not None and abs(summary.mean - mean) < 0.01
        )
        counted = summary.graded == len(scores)
        yield ok(same and counted, f"{summary.dimension}: mean {summary.mean}, scores {scores}")


@check()
def report_has_every_question(case: Case) -> Iterator[Outcome]:
    """The report of a finished interview tells of each planned question once."""
    report = case.sitting.report
    told = [outcome.question_id for outcome in report.closed]
    told += [outcome.question_id for outcome in report.open]
    yield ok(told == list(case.session.plan), f"the report tells of {told}")


@check()
def report_counts_the_right_ones(case: Case) -> Iterator[Outcome]:
    """Right answers are those that the record calls right, and skipped ones are none."""
    right = sum(bool(e.closed and e.closed.correct) for e in case.exchanges(Phase.CLOSED))
    report = case.sitting.report
    told = (report.closed_correct, report.closed_total)
    wanted = (right, len(case.exchanges(Phase.CLOSED)))
    yield ok(told == wanted, f"the report says {told}, the record {wanted}")


@check()
def what_was_down_is_graded_again(case: Case) -> Iterator[Outcome]:
    """A grade given again replaces the one that could not be given."""
    ungraded: set[str] = set()
    for event in case.events:
        if isinstance(event, Retried):
            ungraded.discard(event.question_id)
        if isinstance(event, OpenGraded):
            if event.question_id in ungraded and not event.grade.ungraded:
                exchange = next(
                    e for e in case.session.exchanges if e.question_id == event.question_id
                )
                yield ok(exchange.grade == event.grade, f"{event.question_id} kept no grade")
            if event.grade.ungraded:
                ungraded.add(event.question_id)


@check()
def worth_nothing_earns_nothing(case: Case) -> Iterator[Outcome]:
    """Who answers nothing, asks for the answer or gives orders stays at the foot of the scale."""
    if case.worth is not Worth.NOTHING:
        return
    for grade in _grades(case):
        for score in grade.scores:
            low = score.score is None or score.score <= _LOW
            yield ok(low, f"{grade.question_id} {score.dimension} got {score.score}")


@check(bar=0.95)
def worth_the_best_earns_well(case: Case) -> Iterator[Outcome]:
    """Who answers excellently is right by the key, and above the middle of each scale."""
    if case.worth is not Worth.BEST:
        return
    for event in case.feedback():
        yield ok(event.result.correct, f"{event.result.question_id} was answered with its key")
    for grade in _grades(case):
        for score in grade.scores:
            high = score.score is None or score.score > _LOW
            yield ok(high, f"{grade.question_id} {score.dimension} got {score.score}")


def _grades(case: Case) -> list[Grade]:
    return [event.grade for event in case.events if isinstance(event, OpenGraded)]


def _real(case: Case, citation: Citation) -> Outcome:
    real = is_quoted(citation, case.guides.get(citation.guide, ""))
    return ok(real, f"'{citation.quote[:60]}' does not stand in {citation.guide}")
