"""A stored result as what it was when it was graded: an exchange with its grade."""

from __future__ import annotations

from collections.abc import Callable

from evals.results import CheckedCitation, GradedAnswer, JudgedCriterion, Result
from simulator.domain import (
    Citation,
    Criterion,
    DimensionScore,
    Exchange,
    Grade,
    Lang,
    OpenQuestion,
    Phase,
    Rubric,
    Speaker,
    Turn,
    TurnKind,
    Verdict,
)
from simulator.errors import BankError
from simulator.grading import feedback
from simulator.grading.scoring import explained
from simulator.interview.bank import Bank
from simulator.texts import Texts

_LONGEST_TITLE = 90


def question_of(result: Result, answer: GradedAnswer, bank: Callable[[Lang], Bank]) -> OpenQuestion:
    """The question of a result: the bank's, or else its text with a title cut from it."""
    try:
        known = bank(result.lang).open_question(result.question_id)
    except BankError:
        line = " ".join(answer.question.split())
        title = line if len(line) <= _LONGEST_TITLE else line[:_LONGEST_TITLE].rstrip() + "…"
        id_ = result.question_id or "own"
        return OpenQuestion(id=id_, lang=result.lang, title=title, text=answer.question)
    return known


def exchange_of(result: Result, answer: GradedAnswer, rubric: Rubric) -> Exchange:
    """The exchange that a result came from, its grade explained in the answer's language."""
    turns = [Turn(speaker=Speaker.INTERVIEWER, kind=TurnKind.QUESTION, text=answer.question)]
    turns += [Turn(speaker=Speaker.CANDIDATE, kind=TurnKind.ANSWER, text=t) for t in answer.answer]
    return Exchange(
        question_id=result.question_id or "own",
        phase=Phase.OPEN,
        turns=tuple(turns),
        grade=grade_of(result, rubric),
    )


def grade_of(result: Result, rubric: Rubric) -> Grade:
    """The grade behind a result; the sections of its criteria are not stored and stay empty."""
    criteria = tuple(_criterion(judged) for judged in result.verdicts)
    verdicts: tuple[Verdict, ...] = result.verdicts
    texts = Texts(result.lang)
    scores: tuple[DimensionScore, ...] = ()
    if result.ungraded is None:
        scores = tuple(_score(result, d.name, criteria, verdicts) for d in rubric.dimensions)
        scores = feedback.explain(scores, {c.id: c for c in criteria}, texts)
    summary = feedback.summarise(scores, rubric, result.flags, None, texts) if scores else ""
    return Grade(
        question_id=result.question_id or "own",
        ungraded=result.ungraded,
        criteria=criteria,
        scores=scores,
        verdicts=verdicts,
        flags=result.flags,
        summary=summary,
        usage=result.usage,
        seconds=result.seconds,
        provenance={k: v for k, v in result.provenance.items() if k != "retrieved"},
    )


def _score(
    result: Result, name: str, criteria: tuple[Criterion, ...], verdicts: tuple[Verdict, ...]
) -> DimensionScore:
    score = explained(
        name,
        result.scores.get(name),
        result.raw.get(name),
        [c for c in criteria if c.dimension == name],
        {v.criterion_id: v for v in verdicts},
    )
    guide = result.provenance.get("guide", "")
    cited = tuple(_citation(c, guide) for c in result.citations if c.dimension == name)
    return score.model_copy(update={"citations": cited})


def _citation(checked: CheckedCitation, guide: str) -> Citation:
    return Citation(
        section_id=checked.section_id,
        guide=guide,
        heading=checked.heading,
        quote=checked.quote,
        start=checked.start,
        end=checked.end,
    )


def _criterion(judged: JudgedCriterion) -> Criterion:
    return Criterion(
        id=judged.criterion_id,
        text=judged.text or judged.criterion_id,
        dimension=judged.dimension,
        kind=judged.kind,
        weight=judged.weight,
    )
