"""The grader: from a question and an exchange to a grade whose every part can be checked."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Literal

from simulator.domain import Criterion, Grade, Lang, OpenQuestion, Rubric, Usage, Verdict
from simulator.errors import InputError, ModelError, ReplyError
from simulator.grading import feedback
from simulator.grading.calibration import Calibration, Calibrations, load_calibrations
from simulator.grading.citations import cite_scores
from simulator.grading.deriving import derive
from simulator.grading.judge import Judge, Judgement, LogprobJudge, OnProgress, SimilarityJudge
from simulator.grading.neighbours import Neighbours
from simulator.grading.phrasebook import Phrasebook
from simulator.grading.priors import Priors
from simulator.grading.rules import cap_of
from simulator.grading.scoring import score
from simulator.grading.screen import Screened, screen, without
from simulator.grading.similarity import Matcher
from simulator.grading.structured import StructuredJudge
from simulator.ports import ChatModel, Embedder, Retriever
from simulator.texts import Texts

JudgeName = Literal["auto", "logprobs", "structured", "similarity"]


class RubricGrader:
    """The `Grader` of ports.py.

    `judge` "auto" is log-probabilities where the model has them, a structured call where it does
    not, and similarity without a model. `neighbours` find what answers another question. `narrate`
    adds two sentences by the model to the summary.
    Raises InputError when the judge asked for needs what the model lacks.
    """

    def __init__(
        self,
        embedder: Embedder,
        rubric: Rubric,
        model: ChatModel | None = None,
        *,
        judge: JudgeName = "auto",
        calibrations: Calibrations | None = None,
        priors: Priors | None = None,
        phrasebook: Phrasebook | None = None,
        neighbours: Neighbours | None = None,
        narrate: bool = False,
    ) -> None:
        self._rubric = rubric
        self._model = model if judge != "similarity" else None
        self._narrate = narrate
        self._matcher = Matcher(embedder, phrasebook)
        self._neighbours = neighbours or Neighbours(lambda _lang: ())
        self._calibrations = calibrations or load_calibrations()
        self._embedder = embedder.identity
        self._quick = SimilarityJudge(self._matcher, self._calibration("similarity"))
        self._asked = judge
        self._judge = self._choose(judge, priors or Priors())

    def grade(
        self,
        question: OpenQuestion,
        answers: Sequence[str],
        retriever: Retriever | None,
        lang: Lang,
        on_progress: OnProgress = lambda _done, _total: None,
        deduction: float = 0.0,
    ) -> Grade:
        """The grade of a whole exchange, feedback in `lang`. `deduction` is raw score (0..1) that
        hints have taken from every dimension; the provenance says so.

        A model that fails, or a question that nothing can be said about, leaves it ungraded with
        the reason; no number is ever made up. Only an exception of `on_progress` passes through.
        """
        began = time.monotonic()
        texts = Texts(lang)
        question = self._with_criteria(question, retriever)
        if not question.criteria:
            reason = texts("grading.no_criteria")
            return Grade(question_id=question.id, ungraded=reason)
        guide = [section.text for section in retriever.sections()] if retriever else []
        answer = self._screened(question, answers, guide)
        try:
            judgement = self._judgement(question, answer, on_progress)
        except ModelError as error:
            return Grade(
                question_id=question.id,
                ungraded=str(error),
                flags=answer.flags,
                seconds=time.monotonic() - began,
                provenance=self._provenance(question, retriever, frozenset()),
            )
        return self._grade(question, answer, judgement, retriever, texts, began, deduction)

    def preview(self, question: OpenQuestion, answers: Sequence[str]) -> tuple[Verdict, ...]:
        """Verdicts by similarity alone, in tenths of a second: enough to aim a follow-up."""
        answer = self._screened(question, answers)
        if answer.decided:
            return _none_met(question.criteria)
        return self._quick.judge(question, answer, lambda _done, _total: None).verdicts

    def prepare(
        self, question: OpenQuestion, on_progress: OnProgress = lambda _done, _total: None
    ) -> None:
        """Do what a grade needs whatever the answer, while the candidate still thinks.

        Optional: a grade does it where it was not done. Raises a ModelError when the model fails.
        """
        self._matcher.prepare(question)
        if isinstance(self._judge, LogprobJudge):
            self._judge.prepare(question, on_progress)

    def _grade(
        self,
        question: OpenQuestion,
        answer: Screened,
        judgement: Judgement,
        retriever: Retriever | None,
        texts: Texts,
        began: float,
        deduction: float,
    ) -> Grade:
        criteria = {criterion.id: criterion for criterion in question.criteria}
        calibration = self._calibration(self._judge.name)
        scores = score(
            calibration.cut(self._rubric),
            question.criteria,
            judgement.verdicts,
            mix=calibration.mix,
            cap=0.0 if answer.decided else cap_of(answer.flags),
            deduction=deduction,
        )
        retrieved: frozenset[str] = frozenset()
        if retriever is not None:
            cited = cite_scores(
                scores, question.criteria, judgement.verdicts, retriever, self._matcher
            )
            scores, retrieved = cited.scores, cited.retrieved
        scores = feedback.explain(scores, criteria, texts)
        summary = feedback.summarise(scores, self._rubric, answer.flags, answer.decided, texts)
        usage = judgement.usage
        if self._narrate and self._model is not None and not answer.decided:
            told, cost = feedback.narrate(scores, criteria, self._model, texts.lang)
            summary, usage = f"{summary} {told}".strip(), usage + cost
        flags = answer.flags + (("dropped_spans",) if judgement.dropped_spans else ())
        return Grade(
            question_id=question.id,
            criteria=question.criteria,
            scores=scores,
            verdicts=judgement.verdicts,
            flags=flags,
            summary=summary,
            usage=usage,
            seconds=round(time.monotonic() - began, 3),
            provenance=self._provenance(question, retriever, retrieved)
            | {"dropped_spans": str(judgement.dropped_spans)}
            | ({"hint_deduction": f"{deduction:g}"} if deduction else {}),
        )

    def _judgement(
        self, question: OpenQuestion, answer: Screened, on_progress: OnProgress
    ) -> Judgement:
        if answer.decided:
            return Judgement(verdicts=_none_met(question.criteria), usage=Usage())
        try:
            return self._judge.judge(question, answer, on_progress)
        except ReplyError:
            if not self._may_change_judge():
                raise
            self._judge = self._choose("auto", Priors())
            return self._judge.judge(question, answer, on_progress)

    def _screened(
        self, question: OpenQuestion, answers: Sequence[str], guide: Sequence[str] = ()
    ) -> Screened:
        answer = screen(answers, question.text, guide)
        sentences = [sentence.text for sentence in answer.sentences]
        return without(answer, self._neighbours.strays(question, sentences), "other_question")

    def _may_change_judge(self) -> bool:
        """Whether the endpoint turned out to give no log-probabilities and any judge will do."""
        lacking = self._model is not None and not self._model.has_logprobs
        return self._asked == "auto" and lacking and isinstance(self._judge, LogprobJudge)

    def _with_criteria(self, question: OpenQuestion, retriever: Retriever | None) -> OpenQuestion:
        if question.criteria:
            return question
        criteria = derive(question, self._rubric, retriever, self._matcher)
        return question.model_copy(update={"criteria": criteria})

    def _choose(self, judge: JudgeName, priors: Priors) -> Judge:
        model = self._model
        if judge == "auto":
            judge = "similarity" if model is None else "structured"
            judge = "logprobs" if model is not None and model.has_logprobs else judge
        if judge == "similarity":
            return self._quick
        if model is None:
            raise InputError(f"the judge '{judge}' needs a model; choose one or use 'similarity'")
        if judge == "structured":
            return StructuredJudge(model, self._matcher, self._calibration(judge))
        if not model.has_logprobs:
            raise InputError(
                f"the model {model.name} gives no log-probabilities; use the judge 'structured'"
            )
        return LogprobJudge(model, self._matcher, self._calibration(judge), priors)

    def _calibration(self, judge: str) -> Calibration:
        name = self._model.name if self._model else None
        return self._calibrations.choose(judge, name, self._embedder)

    def _provenance(
        self, question: OpenQuestion, retriever: Retriever | None, retrieved: frozenset[str]
    ) -> dict[str, str]:
        facts = self._judge.provenance(question.lang) | {"embedder": self._embedder}
        facts |= self._matcher.provenance(question)
        if retriever is not None:
            facts |= {"guide": retriever.guide, "guide_version": retriever.version}
            facts |= {
                f"guide_version:{name}": version
                for name, version in retriever.versions.items()
                if name != retriever.guide
            }
            facts |= {"retrieved": " ".join(sorted(retrieved))}
        return facts


def _none_met(criteria: Sequence[Criterion]) -> tuple[Verdict, ...]:
    return tuple(Verdict(criterion_id=c.id, probability=0.0, met=False) for c in criteria)
