"""What checks read of a sitting: its events cut into tries, what the interviewer said, and which
words may not be said yet. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from evals.interviews.candidates import Worth
from evals.interviews.sitting import Sitting
from simulator.domain import ClosedQuestion, Exchange, OpenQuestion, Phase, Rubric, Session
from simulator.grading.sentences import words
from simulator.interview.bank import Bank
from simulator.interview.conditions import at_level
from simulator.interview.events import (
    Answered,
    Asked,
    AskedAgain,
    Clarified,
    ClosedGraded,
    Event,
    FollowedUp,
    Hinted,
    OpenGraded,
    Paused,
    RequirementChanged,
    Resumed,
    Retried,
)
from simulator.interview.replay import replay
from simulator.texts import Texts

_SPOKEN = (Asked, AskedAgain, FollowedUp, Clarified, RequirementChanged, Hinted, Retried)
_QUOTED = re.compile(r"[«“\"][^»”\"]*[»”\"]")


@dataclass(frozen=True)
class Try:
    """One try at one question: its events in order, each with its number in the record."""

    question_id: str
    phase: Phase
    events: list[tuple[int, Event]] = field(default_factory=list)

    def of(self, *kinds: type) -> list[Event]:
        """Its events of these kinds."""
        return [event for _, event in self.events if isinstance(event, kinds)]

    @property
    def answers(self) -> list[str]:
        """What was said that counts: a text that was an inquiry does not."""
        said: list[str] = []
        for _, event in self.events:
            if isinstance(event, Answered):
                said.append(event.text)
            elif isinstance(event, Clarified):
                said.pop()
        return said


@dataclass(frozen=True)
class Case:
    """A sitting beside what the interviewer worked with. `guides` are whole texts by name, `worth`
    is what the candidate's answers are worth."""

    sitting: Sitting
    bank: Bank
    rubric: Rubric
    guides: Mapping[str, str]
    worth: Worth = Worth.ANY

    @property
    def events(self) -> tuple[Event, ...]:
        """The record."""
        return self.sitting.events

    @cached_property
    def session(self) -> Session:
        """What the record makes of itself."""
        return replay(self.events)

    @cached_property
    def texts(self) -> Texts:
        """The sentences of the interview's language."""
        return Texts(self.sitting.lang)

    @cached_property
    def tries(self) -> list[Try]:
        """Every try in order; a grade given again after the end belongs to the last of its
        question."""
        tries: list[Try] = []
        for number, event in enumerate(self.events):
            if isinstance(event, Asked):
                tries.append(Try(event.question_id, event.phase))
            elif isinstance(event, Retried):
                tries.append(Try(event.question_id, self.phase_of(event.question_id)))
            owner = tries[-1] if tries else None
            if isinstance(event, OpenGraded):
                owner = next(t for t in reversed(tries) if t.question_id == event.question_id)
            if owner is not None:
                owner.events.append((number, event))
        return tries

    @cached_property
    def asked(self) -> list[Asked]:
        """Every question asked. One that was withdrawn before anything was said to it, because the
        candidate went back to the one before, is counted when it is put again."""
        asked: list[Asked] = []
        before: Event | None = None
        for event in self.events:
            if isinstance(event, Asked):
                asked.append(event)
            elif isinstance(event, Retried) and before is asked[-1]:
                asked.pop()
            if not isinstance(event, Paused | Resumed):
                before = event
        return asked

    def phase_of(self, question_id: str) -> Phase:
        """The phase of a question, by the bank."""
        closed = isinstance(self.bank.question(question_id), ClosedQuestion)
        return Phase.CLOSED if closed else Phase.OPEN

    def closed(self, question_id: str) -> ClosedQuestion:
        """A closed question of the bank."""
        return self.bank.closed_question(question_id)

    def open(self, question_id: str) -> OpenQuestion:
        """An open question as the interview's level weighs it."""
        return at_level(self.bank.open_question(question_id), self.sitting.config.level)

    def spoken(self, phase: Phase | None = None) -> Iterator[tuple[Try, Event, str]]:
        """What the interviewer said before any feedback was due, with its try."""
        for one in self.tries:
            if phase is None or one.phase is phase:
                for event in one.of(*_SPOKEN):
                    yield one, event, getattr(event, "text", "")

    def heard(self, one: Try) -> str:
        """What a candidate knows in a try without being told: the scenario and their own words."""
        question = self.bank.question(one.question_id)
        options = question.options if isinstance(question, ClosedQuestion) else ()
        said = [event.text for event in one.of(Answered) if isinstance(event, Answered)]
        return "\n".join([question.text, *(option.text for option in options), *said])

    def exchanges(self, phase: Phase) -> list[Exchange]:
        """The exchanges of a phase."""
        return [e for e in self.session.exchanges if e.phase is phase]

    def feedback(self) -> list[ClosedGraded]:
        """Every explanation of a closed answer."""
        return [event for event in self.events if isinstance(event, ClosedGraded)]


def unquoted(text: str) -> str:
    """A sentence without what it quotes."""
    return _QUOTED.sub(" ", text)


def runs(text: str, length: int) -> set[tuple[str, ...]]:
    """Every run of so many words of a text, folded."""
    spoken = words(text)
    return {tuple(spoken[i : i + length]) for i in range(len(spoken) - length + 1)}


def shared(line: str, secret: Iterable[str], known: str, length: int) -> str:
    """The first run of so many words that a line shares with a secret and not with what is known;
    "" when there is none."""
    mine, old = runs(line, length), runs(known, length)
    for text in secret:
        for run in sorted(runs(text, length) & mine - old):
            return " ".join(run)
    return ""
