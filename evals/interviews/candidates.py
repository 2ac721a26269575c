"""Simulated candidates: what each says is data, ``evals/candidates/NAME.LANG.yaml``.

A file has a list of lines for each situation that a candidate can be in (`Situation`); one is drawn
at a time, by seed, and none twice until all were said. Commands are typed like anywhere else. A
line may hold, in braces, what only the question under way can tell:

    {key}       the right options, as ids           {answer}   an excellent answer to the question
    {wrong}     as many options that are wrong      {other}    one to another question
    {claim}     an example of what was probed       {fact}     a fact of the bank, asked for
    {scenario}  the question's own text
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path

from pydantic import Field, ValidationError

from simulator import resources
from simulator.domain import ClosedQuestion, Exchange, Frozen, Lang, OpenQuestion, TurnKind
from simulator.domain import Phase as QuestionPhase
from simulator.errors import InputError
from simulator.interview.bank import Bank
from simulator.yaml_files import first_fault, read_yaml

_BLANK = re.compile(r"\{(key|wrong|answer|other|claim|fact|scenario)\}")
_AND = {Lang.ES: " y ", Lang.EN: " and "}


class Situation(StrEnum):
    """What a candidate has to say something to."""

    CLOSED = "closed"
    ASKED_AGAIN = "asked_again"
    OPEN = "open"
    CLARIFIED = "clarified"
    FOLLOW_UP = "follow_up"
    CHANGE = "change"
    LAST_CLOSED = "last_closed"
    LAST_OPEN = "last_open"
    OVER = "over"


class Worth(StrEnum):
    """What a candidate's answers are worth: the best, next to nothing, or anything."""

    BEST = "best"
    NOTHING = "nothing"
    ANY = "any"


class Candidate(Frozen):
    """A candidate of one language. `patience` is how many lines are said to one question before
    the last word, which ends it; `worth` is what a grader should make of the answers."""

    name: str
    lang: Lang
    about: str
    worth: Worth = Worth.ANY
    patience: int = Field(default=5, ge=1)
    lines: dict[Situation, tuple[str, ...]]


def load_candidates(folder: Path | None = None) -> list[Candidate]:
    """Every candidate, by name and language. Raises InputError naming file and fault."""
    folder = folder or resources.folder("evals") / "candidates"
    found = [_read(path) for path in sorted(folder.glob("*.*.yaml"))]
    if not found:
        raise InputError(f"{folder}: no candidates in it; add NAME.LANG.yaml")
    return found


def _read(path: Path) -> Candidate:
    name, lang, _ = path.name.split(".")
    content = read_yaml(path)
    fields = content if isinstance(content, dict) else {}
    try:
        candidate = Candidate.model_validate({**fields, "name": name, "lang": lang})
    except ValidationError as error:
        raise InputError(f"{path.name}: {first_fault(error)}; fix it") from None
    silent = [s for s in Situation if s is not Situation.OVER and not candidate.lines.get(s)]
    if silent:
        raise InputError(f"{path.name}: no lines for {', '.join(silent)}; write some")
    return candidate


class Part:
    """One candidate in one interview. `answers` holds excellent answers by question id."""

    def __init__(
        self, candidate: Candidate, bank: Bank, answers: Mapping[str, Sequence[str]], seed: int
    ) -> None:
        self.candidate = candidate
        self._bank = bank
        self._answers = answers
        self._rng = random.Random(f"{candidate.name}/{candidate.lang}/{seed}")  # noqa: S311
        self._left: dict[Situation, list[str]] = {}
        self._said: dict[str, int] = {}

    def say(self, exchange: Exchange) -> str:
        """The next words to the exchange that waits."""
        tried = f"{exchange.question_id}/{len(exchange.earlier)}"
        self._said[tried] = self._said.get(tried, 0) + 1
        situation = situation_of(exchange)
        if self._said[tried] > self.candidate.patience:
            closed = exchange.phase is QuestionPhase.CLOSED
            situation = Situation.LAST_CLOSED if closed else Situation.LAST_OPEN
        return _BLANK.sub(lambda blank: self._filled(blank[1], exchange), self._draw(situation))

    def after(self) -> str:
        """What is said when all is over; "" for nothing."""
        return self._draw(Situation.OVER) if self.candidate.lines.get(Situation.OVER) else ""

    def _draw(self, situation: Situation) -> str:
        left = self._left.setdefault(situation, [])
        if not left:
            left.extend(self.candidate.lines[situation])
            self._rng.shuffle(left)
        return left.pop()

    def _filled(self, blank: str, exchange: Exchange) -> str:
        question = self._bank.question(exchange.question_id)
        if isinstance(question, ClosedQuestion):
            return self._of_closed(blank, question)
        return self._of_open(blank, question, exchange)

    def _of_closed(self, blank: str, question: ClosedQuestion) -> str:
        if blank == "key":
            return _AND[question.lang].join(question.key)
        if blank == "wrong":
            return _AND[question.lang].join(_wrong(question))
        return question.text if blank == "scenario" else ""

    def _of_open(self, blank: str, question: OpenQuestion, exchange: Exchange) -> str:
        match blank:
            case "answer":
                return self._rng.choice([question.reference, *self._answers.get(question.id, ())])
            case "other":
                others = [q for q in self._bank.reviewed.open if q.id != question.id]
                other = self._rng.choice(others)
                return self._rng.choice([other.reference, *self._answers.get(other.id, ())])
            case "claim":
                probed = exchange.turns[-1].criterion_id
                examples = [e for c in question.criteria if c.id == probed for e in c.examples]
                return self._rng.choice(examples or [question.reference])
            case "fact":
                facts = [c.ask for c in question.clarifications]
                return self._rng.choice(facts or [question.title])
            case "scenario":
                return question.text.strip()
        return ""


def situation_of(exchange: Exchange) -> Situation:
    """What the interviewer last did, hints aside: a hint leaves what was asked standing."""
    last = next(t.kind for t in reversed(exchange.turns) if t.kind is not TurnKind.HINT)
    match last:
        case TurnKind.ASK_AGAIN:
            return Situation.ASKED_AGAIN
        case TurnKind.CLARIFICATION:
            return Situation.CLARIFIED
        case TurnKind.FOLLOW_UP:
            return Situation.FOLLOW_UP
        case TurnKind.CHANGE:
            return Situation.CHANGE
    return Situation.CLOSED if exchange.phase is QuestionPhase.CLOSED else Situation.OPEN


def _wrong(question: ClosedQuestion) -> list[str]:
    """As many options as the key has, not all of them right."""
    others = [option.id for option in question.options if option.id not in question.key]
    return sorted([*others, *question.key][: len(question.key)])
