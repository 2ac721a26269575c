"""The judge for endpoints without log-probabilities: one call, a verdict and a quote each."""

from __future__ import annotations

import json
from typing import Any

from simulator import prompts
from simulator.domain import Lang, OpenQuestion, Span, Usage, Verdict
from simulator.errors import ReplyError
from simulator.grading.calibration import Calibration, whole_of
from simulator.grading.fencing import fence
from simulator.grading.judge import Judgement, OnProgress
from simulator.grading.screen import Screened
from simulator.grading.sentences import locate
from simulator.grading.similarity import Matcher
from simulator.ports import ChatModel, Message

_PROMPTS = ("structured_system", "structured_request", "structured_again")
_TOKENS = 80  # room for one verdict with its quote
_SHOWN = 2000  # characters of a broken reply that are sent back with the error
SCHEMA: dict[str, Any] = {
    "title": "verdicts",
    "type": "object",
    "properties": {
        "verdicts": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "number": {"type": "integer"},
                    "met": {"type": "boolean"},
                    "quote": {"type": "string"},
                },
                "required": ["number", "met", "quote"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["verdicts"],
    "additionalProperties": False,
}


class StructuredJudge:
    """Verdicts from one JSON reply, checked in code; asked once more when it cannot be used.

    A quote counts only where it is found in the answer after NFKC and case folding. A "met"
    without such a quote is doubtful evidence, neither for nor against.
    """

    name = "structured"

    def __init__(self, model: ChatModel, matcher: Matcher, calibration: Calibration) -> None:
        self._model = model
        self._matcher = matcher
        self._calibration = calibration

    def judge(self, question: OpenQuestion, answer: Screened, on_progress: OnProgress) -> Judgement:
        """One verdict a criterion. Raises ReplyError when the second reply is no better."""
        criteria = question.criteria
        on_progress(0, len(criteria))
        matches = self._matcher.match(question, answer)
        items, usage = self._ask(question, answer.text)
        found = [_found(item, answer) for item in items]
        dropped = sum(
            bool(item["met"] and item["quote"].strip() and span is None)
            for item, span in zip(items, found, strict=True)
        )
        said = [
            (1.0 if span else 0.0) if item["met"] else -1.0
            for item, span in zip(items, found, strict=True)
        ]
        whole = whole_of(criteria, matches, said)
        verdicts = tuple(
            _with_span(self._calibration.verdict(criterion, match, evidence, whole), span)
            for criterion, match, evidence, span in zip(criteria, matches, said, found, strict=True)
        )
        on_progress(len(criteria), len(criteria))
        return Judgement(verdicts=verdicts, usage=usage, dropped_spans=dropped)

    def provenance(self, lang: Lang) -> dict[str, str]:
        """Model, hashes of prompts and the calibration used."""
        hashes = {name: prompts.load(name, lang).hash for name in _PROMPTS}
        return (
            {"judge": self.name, "model": self._model.name}
            | hashes
            | (self._calibration.provenance)
        )

    def _ask(self, question: OpenQuestion, answer: str) -> tuple[list[dict[str, Any]], Usage]:
        messages = _messages(question, answer)
        count = len(question.criteria)
        usage = Usage()
        fault = ""
        for _ in range(2):
            reply = self._model.complete(
                messages, max_tokens=200 + _TOKENS * count, json_schema=SCHEMA
            )
            usage += reply.usage
            try:
                return read_verdicts(reply.text, count), usage
            except ValueError as error:
                fault = "it was cut off" if reply.truncated else str(error)
            again = prompts.load("structured_again", question.lang).fill(fault=fault)
            messages = [
                *messages,
                Message(role="assistant", content=reply.text[:_SHOWN] or "{}"),
                Message(role="user", content=again),
            ]
        raise ReplyError(f"the model's verdicts cannot be read ({fault}); try again")


def _with_span(verdict: Verdict, span: Span | None) -> Verdict:
    """The model's own span, where it gave one and the criterion is met."""
    return verdict.model_copy(update={"span": span or verdict.span}) if verdict.met else verdict


def read_verdicts(text: str, count: int) -> list[dict[str, Any]]:
    """The verdicts of a JSON reply in the order of their numbers, 1..count, each one once.

    Raises ValueError that says what is wrong.
    """
    try:
        items = json.loads(text)["verdicts"]
        by_number = {item["number"]: item for item in items}
    except json.JSONDecodeError:
        raise ValueError("it is not valid JSON") from None
    except (KeyError, TypeError):
        raise ValueError("it has not the shape asked for") from None
    if len(items) != count or set(by_number) != set(range(1, count + 1)):
        raise ValueError(f"it must have one verdict for each number from 1 to {count}")
    for number, item in by_number.items():
        if not isinstance(item.get("met"), bool) or not isinstance(item.get("quote"), str):
            raise ValueError(f"verdict {number} needs 'met' (true or false) and 'quote' (text)")
    return [by_number[number] for number in range(1, count + 1)]


def _found(item: dict[str, Any], answer: Screened) -> Span | None:
    """The quote as a span of the candidate's own words, if it is part of what counts."""
    if not item["met"] or locate(item["quote"], answer.text) is None:
        return None
    place = locate(item["quote"], answer.original)
    if place is None:
        return None
    return Span(text=answer.original[place[0] : place[1]], start=place[0], end=place[1])


def _messages(question: OpenQuestion, answer: str) -> list[Message]:
    lang = question.lang
    listed = "\n".join(f"{n}. {c.text.strip()}" for n, c in enumerate(question.criteria, start=1))
    request = prompts.load("structured_request", lang).fill(
        question=question.text.strip(), answer=fence(answer), criteria=listed
    )
    system = prompts.load("structured_system", lang).text
    return [Message(role="system", content=system), Message(role="user", content=request)]
