"""One interview being driven: what the policy decides is done, recorded, and told as steps.

Each event is committed before what follows it is told, so a process may die between any two and
the conversation goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
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
    Turn,
    TurnKind,
)
from simulator.errors import SessionError
from simulator.interview import policy, speech
from simulator.interview.bank import Bank
from simulator.interview.closed import Misunderstood, grade_closed, understand
from simulator.interview.events import (
    Asked,
    AskedAgain,
    ClosedGraded,
    Event,
    Finished,
    FollowedUp,
    OpenGraded,
    apply,
)
from simulator.ports import Grader, Retriever
from simulator.progress import Progress, with_progress
from simulator.sessions.store import SessionStore
from simulator.texts import Texts


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


class Conversation:
    """A session being driven: its state, and the number of the next event."""

    def __init__(self, parts: Parts, session_id: str) -> None:
        self._parts = parts
        self.session = parts.store.load(session_id)
        self._seq = len(parts.store.events(session_id))
        self._bank = parts.bank(self.session.config.lang)
        self._texts = Texts(self.session.config.lang)

    def record(self, event: Event) -> None:
        """Commit the event and apply it. Raises SessionError when the session went on elsewhere."""
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
        """Make the interviewer's moves until the candidate must speak or all is over.

        With `repeat`, where the candidate must speak already, what was last said is said again.
        """
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
        """Grade the graded exchanges again, or only those that were left ungraded."""
        for exchange in self.session.exchanges:
            if exchange.grade and (exchange.grade.ungraded or not only_ungraded):
                yield from self._grade_open(exchange)

    def hint(self) -> str:
        """The hint of the question under way."""
        exchange = self.session.exchanges[-1]
        if exchange.phase is Phase.OPEN:
            return speech.hint_open(self._bank.open_question(exchange.question_id), self._texts)
        question = self._bank.closed_question(exchange.question_id)
        return speech.hint_closed(question, self._section(question), self._texts)

    def _move(self) -> policy.Move:
        return policy.next_move(self.session, partial(phase_of, self._bank), self._missing)

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
        phase = phase_of(self._bank, question_id)
        if first_of_phase:
            count = sum(phase_of(self._bank, id_) is phase for id_ in self.session.plan)
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
        number = 1 + sum(turn.kind is TurnKind.FOLLOW_UP for turn in turns)
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


def phase_of(bank: Bank, question_id: str) -> Phase:
    """The phase that a question of the bank belongs to."""
    question = bank.question(question_id)
    return Phase.CLOSED if isinstance(question, ClosedQuestion) else Phase.OPEN
