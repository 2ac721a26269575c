"""The interviewer: reads what the candidate said, chooses among the allowed moves, and speaks.

Without a model it makes the usual move and speaks in templates. A model may choose another allowed
move and word a follow-up; it is shown the scenario, the candidate's words and the probes, never a
reference answer, a key or a criterion, and what it says is checked or replaced by the template.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from simulator import prompts
from simulator.domain import Exchange, Frozen, OpenQuestion
from simulator.errors import ModelError
from simulator.grading.fencing import fence
from simulator.interview import speech
from simulator.interview.moves import ChangeRequirement, FollowUp, Gap, GradeOpen, Inquiry, Move
from simulator.interviewer.inquiry import read_inquiry
from simulator.interviewer.sentence import fault
from simulator.ports import ChatModel, Embedder, Message
from simulator.texts import Texts

_SHOWN = 1200  # characters of the candidate's last words that a model is shown
_TOKENS = 120
_SCHEMA: dict[str, Any] = {
    "title": "move",
    "type": "object",
    "properties": {"move": {"type": "integer"}, "sentence": {"type": "string"}},
    "required": ["move", "sentence"],
    "additionalProperties": False,
}


class Choice(Frozen):
    """The move to make, and the sentence to make it with; "" where the template is to be used.
    `fault` says why a model's sentence was not taken."""

    move: Move
    sentence: str = ""
    fault: str | None = None


class Interviewer:
    """`model` None makes the usual moves; `embedder` None recognises questions by words alone."""

    def __init__(self, embedder: Embedder | None = None, model: ChatModel | None = None) -> None:
        self._embedder = embedder
        self._model = model

    def inquiry(self, question: OpenQuestion, exchange: Exchange) -> Inquiry | None:
        """What the candidate's last words ask for, or None when they answer something."""
        return read_inquiry(exchange.turns[-1].text, question, self._embedder)

    def choose(
        self, allowed: Sequence[Move], question: OpenQuestion, exchange: Exchange, texts: Texts
    ) -> Choice:
        """One of the allowed moves; the first where there is no model or it says nothing usable."""
        usual = allowed[0]
        if self._model is None or not any(isinstance(move, FollowUp) for move in allowed):
            return Choice(move=usual)
        request = _request(allowed, question, exchange, texts)
        try:
            reply = self._model.complete(request, max_tokens=_TOKENS, json_schema=_SCHEMA)
            said = json.loads(reply.text)
            move = allowed[int(said["move"]) - 1] if int(said["move"]) > 0 else usual
            sentence = " ".join(str(said["sentence"]).split())
        except ModelError as error:
            return Choice(move=usual, fault=type(error).__name__)
        except (ValueError, TypeError, KeyError, IndexError):
            return Choice(move=usual, fault="form")
        if not isinstance(move, FollowUp):
            return Choice(move=move)
        wrong = self._fault(sentence, move.gap, question, exchange, texts)
        return Choice(move=move, sentence="" if wrong else sentence, fault=wrong)

    def _fault(
        self, sentence: str, gap: Gap, question: OpenQuestion, exchange: Exchange, texts: Texts
    ) -> str | None:
        wrong = fault(sentence, gap.criterion, question, exchange.answers, texts.lang)
        return wrong or ("aim" if self._strays(sentence, gap, question) else None)

    def _strays(self, sentence: str, gap: Gap, question: OpenQuestion) -> bool:
        """Whether the sentence comes closer to the probe of another criterion."""
        if self._embedder is None:
            return False
        probes = list(dict.fromkeys(c.probe for c in question.criteria if c.probe))
        close = self._embedder.queries(probes) @ self._embedder.queries([sentence])[0]
        return probes[int(close.argmax())] != gap.criterion.probe


def _request(
    allowed: Sequence[Move], question: OpenQuestion, exchange: Exchange, texts: Texts
) -> list[Message]:
    moves = "\n".join(f"{n}. {_described(move, texts)}" for n, move in enumerate(allowed, 1))
    asked = prompts.load("interviewer_request", texts.lang).fill(
        question=question.text.strip(),
        answer=fence(exchange.answers[-1][-_SHOWN:]),
        moves=moves,
    )
    system = prompts.load("interviewer_system", texts.lang).text
    return [Message(role="system", content=system), Message(role="user", content=asked)]


def _described(move: Move, texts: Texts) -> str:
    match move:
        case FollowUp(gap=gap):
            said = speech.shortened(gap.said)
            key = "quoting" if said else "follow_up"
            return texts(f"interview.move.{key}", probe=gap.criterion.probe, quote=fence(said))
        case ChangeRequirement():
            return texts("interview.move.change")
        case GradeOpen():
            return texts("interview.move.advance")
        case _:
            raise AssertionError(f"{move} is no choice")
