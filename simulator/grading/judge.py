"""Judges: whether an answer meets each criterion, with the evidence for it.

Every judge returns the same verdicts, so that scores, citations and feedback do not know which one
spoke. This module holds the Protocol, the judge that needs no model and the one that reads
log-probabilities; `structured` holds the one for endpoints without them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from simulator import prompts
from simulator.domain import Criterion, Frozen, Lang, OpenQuestion, Usage, Verdict
from simulator.errors import ReplyError
from simulator.grading.calibration import Calibration, whole_of
from simulator.grading.fencing import fence
from simulator.grading.priors import Priors
from simulator.grading.screen import Screened
from simulator.grading.sentences import fold
from simulator.grading.similarity import Matcher
from simulator.ports import ChatModel, Message, TokenOdds

OnProgress = Callable[[int, int], None]
"""Called with criteria done and their total; an exception that it raises cancels the judging."""

_YES = frozenset({"si", "yes", "s", "y"})
_NO = frozenset({"no", "n"})
_PROMPTS = ("judge_system", "judge_answer", "judge_criterion", "judge_blank")


class Judgement(Frozen):
    """Verdicts in the order of the criteria, and what they cost. `dropped_spans` counts quotes
    that a model offered as evidence and that are not in the answer."""

    verdicts: tuple[Verdict, ...]
    usage: Usage = Usage()
    dropped_spans: int = 0


class Judge(Protocol):
    """Judges every criterion of a question. Raises a ModelError when the model cannot."""

    @property
    def name(self) -> str:
        """What ``--judge`` calls it."""

    def judge(self, question: OpenQuestion, answer: Screened, on_progress: OnProgress) -> Judgement:
        """One verdict a criterion."""

    def provenance(self, lang: Lang) -> dict[str, str]:
        """Model, prompts and calibration that the verdicts depend on."""


class SimilarityJudge:
    """Verdicts from sentence similarity alone: no language model, quick, less exact."""

    name = "similarity"

    def __init__(self, matcher: Matcher, calibration: Calibration) -> None:
        self._matcher = matcher
        self._calibration = calibration

    def judge(self, question: OpenQuestion, answer: Screened, on_progress: OnProgress) -> Judgement:
        """One verdict a criterion."""
        matches = self._matcher.match(question, answer)
        on_progress(len(matches), len(matches))
        whole = whole_of(question.criteria, matches)
        verdicts = tuple(
            self._calibration.verdict(criterion, match, None, whole)
            for criterion, match in zip(question.criteria, matches, strict=True)
        )
        return Judgement(verdicts=verdicts)

    def provenance(self, lang: Lang) -> dict[str, str]:
        """The calibration used; no prompt, whatever the language."""
        del lang
        return {"judge": self.name, "model": "none"} | self._calibration.provenance


class LogprobJudge:
    """Verdicts from one token's log-probabilities, less a blank answer's, joined with similarity.

    Where the calibration says which criteria are in doubt, only they are asked about.
    System, question and answer come first and the criterion last, so that a server with a prefix
    cache reads the answer once. The first call runs alone to fill that cache.
    """

    name = "logprobs"

    def __init__(
        self, model: ChatModel, matcher: Matcher, calibration: Calibration, priors: Priors
    ) -> None:
        self._model = model
        self._matcher = matcher
        self._calibration = calibration
        self._priors = priors

    def judge(self, question: OpenQuestion, answer: Screened, on_progress: OnProgress) -> Judgement:
        """One verdict a criterion."""
        criteria, matches = question.criteria, self._matcher.match(question, answer)
        seen = whole_of(criteria, matches)
        doubtful = [
            criterion
            for criterion, match in zip(criteria, matches, strict=True)
            if self._calibration.asks(criterion, match, seen)
        ]
        unknown = self._unknown(question, doubtful)
        asked = [ask(question, answer.text, criterion) for criterion in doubtful]
        read, usage = self._read([*unknown, *asked], on_progress)
        self._remember(unknown, read)
        said = {
            criterion.id: self._less_blank(question, criterion, logodds)
            for criterion, logodds in zip(doubtful, read[len(unknown) :], strict=True)
        }
        whole = whole_of(criteria, matches, [*said.values()])
        verdicts = tuple(
            self._calibration.verdict(criterion, match, said.get(criterion.id), whole)
            for criterion, match in zip(criteria, matches, strict=True)
        )
        return Judgement(verdicts=verdicts, usage=usage)

    def prepare(self, question: OpenQuestion, on_progress: OnProgress) -> Usage:
        """Ask about a blank answer ahead of time: half of what a question's first grade costs."""
        unknown = self._unknown(question, question.criteria)
        read, usage = self._read(unknown, on_progress)
        self._remember(unknown, read)
        return usage

    def provenance(self, lang: Lang) -> dict[str, str]:
        """Model, hashes of prompts and the calibration used."""
        hashes = {name: prompts.load(name, lang).hash for name in _PROMPTS}
        return (
            {"judge": self.name, "model": self._model.name}
            | hashes
            | (self._calibration.provenance)
        )

    def _unknown(
        self, question: OpenQuestion, criteria: Sequence[Criterion]
    ) -> list[list[Message]]:
        """The requests about a blank answer that were never made."""
        requests = [ask(question, _blank(question), criterion) for criterion in criteria]
        return [one for one in requests if self._priors.get(self._model.name, one) is None]

    def _remember(self, requests: Sequence[Sequence[Message]], read: Sequence[float]) -> None:
        for messages, logodds in zip(requests, read, strict=False):
            self._priors.put(self._model.name, messages, logodds)
        self._priors.save()

    def _less_blank(self, question: OpenQuestion, criterion: Criterion, logodds: float) -> float:
        blank = ask(question, _blank(question), criterion)
        return round(logodds - (self._priors.get(self._model.name, blank) or 0.0), 1)

    def _read(
        self, requests: Sequence[Sequence[Message]], on_progress: OnProgress
    ) -> tuple[list[float], Usage]:
        total = len(requests)
        odds: list[TokenOdds] = []
        with ThreadPoolExecutor(max_workers=max(1, self._model.concurrency)) as pool:
            try:
                if requests:
                    odds.append(self._model.first_token(requests[0]))
                    on_progress(1, total)
                for reply in pool.map(self._model.first_token, requests[1:]):
                    odds.append(reply)
                    on_progress(len(odds), total)
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        usage = sum((reply.usage for reply in odds), Usage())
        return [logodds_of(reply) for reply in odds], usage


def _blank(question: OpenQuestion) -> str:
    return prompts.load("judge_blank", question.lang).text


def ask(question: OpenQuestion, answer: str, criterion: Criterion) -> list[Message]:
    """The messages that ask whether an answer meets one criterion."""
    lang = question.lang
    shared = prompts.load("judge_answer", lang).fill(
        question=question.text.strip(), answer=fence(answer)
    )
    asked = prompts.load("judge_criterion", lang).fill(criterion=criterion.text.strip())
    return [
        Message(role="system", content=prompts.load("judge_system", lang).text),
        Message(role="user", content=f"{shared}\n\n{asked}"),
    ]


def logodds_of(odds: TokenOdds) -> float:
    """Natural log of P(yes) over P(no), each summed over the ways to write it, within ±12.

    A label that is missing from the likeliest tokens is given the least of their probabilities.
    Raises ReplyError when both are missing.
    """
    yes, no = 0.0, 0.0
    for token, logprob in odds.logprobs.items():
        label = fold(token).strip("\"'*.:¡¿!«»“” ")
        yes += math.exp(logprob) if label in _YES else 0.0
        no += math.exp(logprob) if label in _NO else 0.0
    if not yes and not no:
        raise ReplyError("the model answers neither yes nor no; choose another model or judge")
    floor = min(math.exp(logprob) for logprob in odds.logprobs.values())
    value = math.log(max(yes, floor, 1e-9)) - math.log(max(no, floor, 1e-9))
    return round(max(-12.0, min(12.0, value)), 2)
