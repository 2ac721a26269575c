"""The use cases. Terminal, page and batch call this and nothing below it.

An interview is driven by events: each is committed before what follows it is shown, so a process
may die between any two and `resume` goes on from there.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from simulator.domain import (
    ClosedQuestion,
    Criterion,
    Exchange,
    Frozen,
    Grade,
    InterviewConfig,
    Lang,
    Phase,
    Rubric,
    Section,
    Session,
    Turn,
)
from simulator.errors import InputError, SessionError
from simulator.guide.citing import excerpt
from simulator.interview import policy, speech
from simulator.interview.bank import Bank
from simulator.interview.closed import Misunderstood, grade_closed, understand
from simulator.interview.events import (
    Answered,
    Asked,
    AskedAgain,
    ClosedGraded,
    Declined,
    Event,
    Finished,
    FollowedUp,
    Hinted,
    OpenGraded,
    Skipped,
    Started,
    apply,
)
from simulator.interview.plan import plan
from simulator.ports import Grader, Retriever
from simulator.progress import Progress, with_progress
from simulator.sessions.report import Report, Sources, build_report
from simulator.sessions.store import SessionStore, Summary
from simulator.texts import Texts

MAX_ANSWER_CHARACTERS = 20_000


@dataclass(frozen=True)
class Parts:
    """What interviews are made of; the callables build a part when it is first needed."""

    store: SessionStore
    rubric: Rubric
    bank: Callable[[Lang], Bank]
    retriever: Callable[[str], Retriever]
    grader: Callable[[InterviewConfig], Grader]


class PhaseBegan(Frozen):
    """A phase starts with its number of questions."""

    phase: Phase
    questions: int


class Said(Frozen):
    """The interviewer said something. `number` counts planned questions from 1."""

    turn: Turn
    exchange: Exchange
    number: int


class Graded(Frozen):
    """An open exchange passed through the grader."""

    grade: Grade


class Over(Frozen):
    """The interview is finished; its report can be read."""

    session_id: str


Step = PhaseBegan | Said | Progress | Graded | Over


class Interviews:
    """Interviews over the parts given. Raises the errors of errors.py, one line each."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def start(self, config: InterviewConfig, question_ids: Sequence[str] = ()) -> Session:
        """Plan and record a new interview, of exactly `question_ids` where they are given."""
        bank = self._parts.bank(config.lang)
        chosen = (
            _named(bank, question_ids) if question_ids else plan(config, bank.closed, bank.open)
        )
        if not chosen:
            raise InputError("the interview has no questions; ask for at least one")
        started = Started(
            id=secrets.token_hex(6),
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            config=config,
            plan=chosen,
        )
        return self._parts.store.create(started)

    def session(self, session_id: str) -> Session:
        """A session as it stands."""
        return self._parts.store.load(session_id)

    def find(self, prefix: str) -> str:
        """The full id of the session whose id begins with `prefix`."""
        return self._parts.store.find(prefix)

    def list(self, limit: int = 100) -> Sequence[Summary]:
        """The newest sessions first."""
        return self._parts.store.list(limit)

    def last_unfinished(self) -> str | None:
        """Id of the newest interview that is not over."""
        return next((line.id for line in self.list() if not line.finished), None)

    def delete(self, session_id: str) -> None:
        """Forget a session for good."""
        self._parts.store.delete(session_id)

    def go_on(self, session_id: str) -> Iterator[Step]:
        """Do what the interviewer has to do until the candidate must speak or all is over.

        Where the candidate must speak already, what was last said is said again.
        """
        live = _Live(self._parts, session_id)
        return live.advance(repeat=True)

    def answer(self, session_id: str, text: str) -> Iterator[Step]:
        """Record what the candidate said, then go on. The record is made before this returns."""
        live = _Live(self._parts, session_id)
        live.listening()
        live.record(Answered(text=text[:MAX_ANSWER_CHARACTERS]))
        return live.advance()

    def skip(self, session_id: str) -> Iterator[Step]:
        """Skip the question, or only the follow-up where one was asked, then go on."""
        live = _Live(self._parts, session_id)
        exchange = live.listening()
        live.record(Declined() if exchange.phase is Phase.OPEN and exchange.answers else Skipped())
        return live.advance()

    def hint(self, session_id: str) -> Iterator[Step]:
        """Give the hint of the question under way."""
        live = _Live(self._parts, session_id)
        live.listening()
        live.record(Hinted(text=live.hint()))
        return live.advance(repeat=True)

    def regrade(self, session_id: str, only_ungraded: bool = False) -> Iterator[Step]:
        """Grade the open exchanges again; the new grades replace the old in the report."""
        live = _Live(self._parts, session_id)
        return live.regrade(only_ungraded)

    def report(self, session_id: str) -> Report:
        """The report of a session as it stands."""
        session = self._parts.store.load(session_id)
        bank = self._parts.bank(session.config.lang)
        retriever = self._parts.retriever(session.config.guide)
        sources = Sources(
            rubric=self._parts.rubric,
            guide=retriever.guide,
            guide_version=retriever.version,
            closed_question=bank.closed_question,
            open_question=bank.open_question,
            section=retriever.section,
            excerpt=excerpt,
        )
        return build_report(session, sources)


class _Live:
    """A session being driven: its state, and the number of the next event."""

    def __init__(self, parts: Parts, session_id: str) -> None:
        self._parts = parts
        self.session = parts.store.load(session_id)
        self._seq = len(parts.store.events(session_id))
        self._bank = parts.bank(self.session.config.lang)
        self._texts = Texts(self.session.config.lang)

    def record(self, event: Event) -> None:
        after = apply(self.session, event)
        self._parts.store.append(self.session.id, self._seq, event)
        self.session, self._seq = after, self._seq + 1

    def listening(self) -> Exchange:
        """The exchange that waits for the candidate. Raises SessionError when none does."""
        exchange = self.session.current
        if exchange is None or not isinstance(self._move(), policy.Listen):
            raise SessionError(f"session {self.session.id} is not waiting for an answer")
        return exchange

    def advance(self, repeat: bool = False) -> Iterator[Step]:
        while True:
            match self._move():
                case policy.Ask(question_id=question_id, first_of_phase=first):
                    yield from self._ask(question_id, first)
                case policy.GradeClosed():
                    yield self._grade_closed()
                case policy.FollowUp(criterion=criterion):
                    yield self._follow_up(criterion)
                case policy.GradeOpen():
                    yield from self._grade_open(self.session.exchanges[-1])
                case policy.Finish():
                    self.record(Finished())
                case policy.Done():
                    yield Over(session_id=self.session.id)
                    return
                case policy.Listen():
                    if repeat:
                        yield self._said()
                    return
            repeat = False

    def regrade(self, only_ungraded: bool) -> Iterator[Step]:
        for exchange in self.session.exchanges:
            if exchange.grade and (exchange.grade.ungraded or not only_ungraded):
                yield from self._grade_open(exchange)

    def hint(self) -> str:
        exchange = self.session.exchanges[-1]
        if exchange.phase is Phase.OPEN:
            return speech.hint_open(self._bank.open_question(exchange.question_id), self._texts)
        question = self._bank.closed_question(exchange.question_id)
        return speech.hint_closed(question, self._section(question), self._texts)

    def _move(self) -> policy.Move:
        return policy.next_move(self.session, partial(_phase, self._bank), self._missing)

    def _missing(self, exchange: Exchange) -> Sequence[Criterion]:
        question = self._bank.open_question(exchange.question_id)
        verdicts = self._grader.preview(question, exchange.answers)
        return policy.missing_criteria(question.criteria, verdicts)

    @property
    def _grader(self) -> Grader:
        return self._parts.grader(self.session.config)

    def _said(self) -> Said:
        exchange = self.session.exchanges[-1]
        return Said(turn=exchange.turns[-1], exchange=exchange, number=len(self.session.exchanges))

    def _ask(self, question_id: str, first_of_phase: bool) -> Iterator[Step]:
        phase = _phase(self._bank, question_id)
        if first_of_phase:
            count = sum(_phase(self._bank, id_) is phase for id_ in self.session.plan)
            yield PhaseBegan(phase=phase, questions=count)
        if phase is Phase.CLOSED:
            text = speech.ask_closed(self._bank.closed_question(question_id))
        else:
            text = speech.ask_open(self._bank.open_question(question_id))
        self.record(Asked(question_id=question_id, phase=phase, text=text))
        yield self._said()

    def _grade_closed(self) -> Said:
        exchange = self.session.exchanges[-1]
        question = self._bank.closed_question(exchange.question_id)
        understood = understand(question, exchange.answers[-1])
        if isinstance(understood, Misunderstood):
            text = speech.ask_again(question, understood.reason, self._texts)
            self.record(AskedAgain(text=text))
        else:
            result = grade_closed(question, understood, self._section(question))
            text = speech.explain(question, result, self._texts)
            self.record(ClosedGraded(result=result, text=text))
        return self._said()

    def _follow_up(self, criterion: Criterion) -> Said:
        turns = self.session.exchanges[-1].turns
        number = 1 + sum(turn.kind == "follow_up" for turn in turns)
        text = speech.follow_up(criterion, number, self._texts)
        self.record(FollowedUp(criterion_id=criterion.id, text=text))
        return self._said()

    def _grade_open(self, exchange: Exchange) -> Iterator[Step]:
        question = self._bank.open_question(exchange.question_id)
        retriever = self._parts.retriever(self.session.config.guide)
        grade = yield from with_progress(
            lambda report: self._grader.grade(
                question, exchange.answers, retriever, self.session.config.lang, report
            )
        )
        self.record(OpenGraded(question_id=exchange.question_id, grade=grade))
        yield Graded(grade=grade)

    def _section(self, question: ClosedQuestion) -> Section | None:
        if question.section is None:
            return None
        return self._parts.retriever(self.session.config.guide).section(question.section)


def _named(bank: Bank, question_ids: Sequence[str]) -> tuple[str, ...]:
    """The ids given, closed ones first. Raises BankError on an unknown one."""
    unique = list(dict.fromkeys(question_ids))
    return tuple(sorted(unique, key=lambda id_: _phase(bank, id_) is Phase.OPEN))


def _phase(bank: Bank, question_id: str) -> Phase:
    question = bank.question(question_id)
    return Phase.CLOSED if isinstance(question, ClosedQuestion) else Phase.OPEN
