"""One interview being driven: what the policy decides is done, recorded, and told as steps.

Each event is committed before what follows it is told, so a process may die between any two and
the conversation goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from simulator.domain import (
    ClosedQuestion,
    Exchange,
    Frozen,
    Grade,
    InterviewConfig,
    Lang,
    OpenQuestion,
    Phase,
    Rubric,
    Section,
    Turn,
    TurnKind,
)
from simulator.errors import SessionError
from simulator.interview import moves, policy, speech
from simulator.interview.bank import Bank
from simulator.interview.closed import Misunderstood, grade_closed, understand
from simulator.interview.conditions import at_level, load_conditions
from simulator.interview.events import (
    Asked,
    AskedAgain,
    Clarified,
    ClosedGraded,
    Event,
    Finished,
    FollowedUp,
    OpenGraded,
    RequirementChanged,
)
from simulator.interview.replay import apply
from simulator.interviewer.agent import Choice, Interviewer
from simulator.ports import Grader, Retriever
from simulator.progress import Progress, with_progress
from simulator.sessions.store import SessionStore
from simulator.texts import Texts


@dataclass(frozen=True)
class Parts:
    """What interviews are made of; the callables build a part when it is first needed. `clock`
    tells the time in UTC."""

    store: SessionStore
    rubric: Rubric
    bank: Callable[[Lang], Bank]
    retriever: Callable[[str], Retriever]
    grader: Callable[[InterviewConfig], Grader]
    interviewer: Callable[[InterviewConfig], Interviewer] = lambda _config: Interviewer()
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)


class PhaseBegan(Frozen):
    """A phase starts with its number of questions."""

    phase: Phase
    questions: int


class Said(Frozen):
    """The interviewer said something. `number` counts planned questions from 1."""

    turn: Turn
    exchange: Exchange
    number: int


class Noted(Frozen):
    """An answer was taken; in an exam, what it is worth is told at the end."""

    number: int


class Graded(Frozen):
    """An open exchange passed through the grader."""

    grade: Grade


class Over(Frozen):
    """The interview is finished; its report can be read."""

    session_id: str


Step = PhaseBegan | Said | Noted | Progress | Graded | Over


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
        if exchange is None or not isinstance(self._allowed()[0], moves.Listen):
            raise SessionError(f"session {self.session.id} is not waiting for an answer")
        return exchange

    def advance(self, repeat: bool = False) -> Iterator[Step]:
        """Make the interviewer's moves until the candidate must speak or all is over.

        With `repeat`, where the candidate must speak already, what was last said is said again.
        """
        while True:
            choice = self._choice()
            match choice.move:
                case moves.Ask(question_id=question_id, first_of_phase=first):
                    yield from self._ask(question_id, first)
                case moves.GradeClosed():
                    yield self._grade_closed()
                case moves.GradeOpen():
                    yield from self._grade_open(self.session.exchanges[-1])
                case moves.Finish():
                    self.record(Finished())
                case moves.Done():
                    yield Over(session_id=self.session.id)
                    return
                case moves.Listen():
                    if repeat:
                        yield self._said()
                    return
                case _:
                    yield self._speak(choice)
            repeat = False

    def regrade(self, only_ungraded: bool) -> Iterator[Step]:
        """Grade the graded exchanges again, or only those that were left ungraded."""
        for exchange in self.session.exchanges:
            if exchange.grade and (exchange.grade.ungraded or not only_ungraded):
                yield from self._grade_open(exchange)

    def hint(self) -> tuple[str, float]:
        """The hint of the question under way, and the raw score that it costs (0..1).

        Raises SessionError when it was given already.
        """
        exchange = self.listening()
        if moves.Hint() not in self._allowed():
            raise SessionError("the hint of this question was given already; read it above")
        cost = load_conditions().hint_cost[exchange.phase]
        if exchange.phase is Phase.OPEN:
            question = self._open_question(exchange.question_id)
            return speech.hint_open(question, self._texts), cost if question.hint else 0.0
        closed = self._bank.closed_question(exchange.question_id)
        section = self._section(closed)
        return speech.hint_closed(closed, section, self._texts), cost if section else 0.0

    def inquiry(self, exchange: Exchange) -> moves.Inquiry | None:
        """What the candidate's last words ask for (see `policy.Reading`)."""
        return self._interviewer.inquiry(self._open_question(exchange.question_id), exchange)

    def gaps(self, exchange: Exchange) -> Sequence[moves.Gap]:
        """What a follow-up could aim at (see `policy.Reading`)."""
        question = self._open_question(exchange.question_id)
        found = policy.gaps(question.criteria, self._grader.preview(question, exchange.answers))
        return [speech.quoted_once(gap, exchange) for gap in found]

    def has_change(self, exchange: Exchange) -> bool:
        """Whether the question has a requirement to change (see `policy.Reading`)."""
        return bool(self._open_question(exchange.question_id).change.strip())

    def _allowed(self) -> tuple[moves.Move, ...]:
        return policy.allowed_moves(self.session, partial(phase_of, self._bank), self)

    def _choice(self) -> Choice:
        allowed = self._allowed()
        if len(allowed) == 1 or isinstance(allowed[0], moves.Listen):
            return Choice(move=allowed[0])
        exchange = self.session.exchanges[-1]
        question = self._open_question(exchange.question_id)
        return self._interviewer.choose(allowed, question, exchange, self._texts)

    def _open_question(self, question_id: str) -> OpenQuestion:
        return at_level(self._bank.open_question(question_id), self.session.config.level)

    @property
    def _grader(self) -> Grader:
        return self._parts.grader(self.session.config)

    @property
    def _interviewer(self) -> Interviewer:
        return self._parts.interviewer(self.session.config)

    def question_text(self, question_id: str) -> str:
        """A question as the interviewer puts it."""
        question = self._bank.question(question_id)
        if isinstance(question, ClosedQuestion):
            return speech.ask_closed(question)
        return speech.ask_open(question)

    def _said(self) -> Said:
        exchange = self.session.exchanges[-1]
        return Said(turn=exchange.turns[-1], exchange=exchange, number=len(self.session.exchanges))

    def _ask(self, question_id: str, first_of_phase: bool) -> Iterator[Step]:
        phase = phase_of(self._bank, question_id)
        if first_of_phase:
            count = sum(phase_of(self._bank, id_) is phase for id_ in self.session.plan)
            yield PhaseBegan(phase=phase, questions=count)
        text = self.question_text(question_id)
        self.record(Asked(question_id=question_id, phase=phase, text=text, at=self._parts.clock()))
        yield self._said()

    def _grade_closed(self) -> Step:
        exchange = self.session.exchanges[-1]
        question = self._bank.closed_question(exchange.question_id)
        understood = understand(question, exchange.answers[-1])
        if isinstance(understood, Misunderstood):
            text = speech.ask_again(question, understood.reason, self._texts)
            self.record(AskedAgain(text=text))
            return self._said()
        result = grade_closed(question, understood, self._section(question))
        text = speech.explain(question, result, self._texts)
        self.record(ClosedGraded(result=result, text=text))
        return self._noted() if self.session.hides_grades else self._said()

    def _speak(self, choice: Choice) -> Said:
        exchange = self.session.exchanges[-1]
        question = self._open_question(exchange.question_id)
        match choice.move:
            case moves.Clarify(inquiry=inquiry):
                self.record(Clarified(text=speech.clarify(question, inquiry, self._texts)))
            case moves.ChangeRequirement():
                self.record(RequirementChanged(text=speech.change(question, self._texts)))
            case moves.FollowUp(gap=gap):
                number = 1 + sum(turn.kind is TurnKind.FOLLOW_UP for turn in exchange.attempt)
                text = choice.sentence or speech.follow_up(gap, number, self._texts)
                self.record(FollowedUp(criterion_id=gap.criterion.id, text=text))
            case _:
                raise AssertionError(f"{choice.move} is not spoken")
        return self._said()

    def _grade_open(self, exchange: Exchange) -> Iterator[Step]:
        config = self.session.config
        question = self._open_question(exchange.question_id)
        retriever = self._parts.retriever(config.guide)
        grade = yield from with_progress(
            lambda report: self._grader.grade(
                question, exchange.answers, retriever, config.lang, report, exchange.deduction
            )
        )
        if config.level is not None:
            facts = grade.provenance | {"level": config.level.value}
            grade = grade.model_copy(update={"provenance": facts})
        self.record(OpenGraded(question_id=exchange.question_id, grade=grade))
        yield self._noted() if self.session.hides_grades else Graded(grade=grade)

    def _noted(self) -> Noted:
        return Noted(number=len(self.session.exchanges))

    def _section(self, question: ClosedQuestion) -> Section | None:
        if question.section is None:
            return None
        return self._parts.retriever(self.session.config.guide).section(question.section)


def phase_of(bank: Bank, question_id: str) -> Phase:
    """The phase that a question of the bank belongs to."""
    question = bank.question(question_id)
    return Phase.CLOSED if isinstance(question, ClosedQuestion) else Phase.OPEN
