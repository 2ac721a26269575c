"""The use cases. Terminal, page and batch call this and nothing below it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial

from simulator.conversation import (
    Conversation,
    Graded,
    Noted,
    Over,
    Parts,
    PhaseBegan,
    Said,
    Step,
    phase_of,
)
from simulator.domain import InterviewConfig, Mode, Phase, Session, SessionStatus
from simulator.errors import InputError, SessionError
from simulator.guide.citing import excerpt
from simulator.interview.bank import Bank
from simulator.interview.events import (
    Answered,
    Declined,
    Hinted,
    Paused,
    Resumed,
    Retried,
    Skipped,
    Started,
)
from simulator.interview.pace import Clock, clock
from simulator.interview.plan import plan
from simulator.interview.replay import retriable
from simulator.learning.history import Learning
from simulator.sessions.report import Report, build_report
from simulator.sessions.store import Summary
from simulator.sessions.study import Sources

__all__ = [
    "Graded", "Interviews", "Noted", "Over", "Parts", "PhaseBegan", "Said", "Step", "can_retry",
]  # fmt: skip

MAX_ANSWER_CHARACTERS = 20_000
# Interviews that are learned from, the newest.
HISTORY = 100


class Interviews:
    """Interviews over the parts given. Raises the errors of errors.py, one line each.

    With `shared`, people who do not know each other use the record: none learns from another's.
    """

    def __init__(self, parts: Parts, shared: bool = False) -> None:
        self._parts = parts
        self._shared = shared

    def start(self, config: InterviewConfig, question_ids: Sequence[str] = ()) -> Session:
        """Plan and record a new interview, of exactly `question_ids` where they are given."""
        self._parts.retriever(config.guide)  # a guide that is missing is said before any question
        bank = self._parts.bank(config.lang)
        if question_ids:
            chosen = _named(bank, question_ids)
        elif config.adaptive:
            chosen = plan(config, bank.closed, bank.open, self._learning(config.guide).urgency)
        else:
            chosen = plan(config, bank.closed, bank.open)
        if not chosen:
            raise InputError("the interview has no questions; ask for at least one")
        started = Started(
            id=secrets.token_hex(6),
            created=self._parts.clock().isoformat(timespec="seconds"),
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
        return self._talk(session_id).advance(repeat=True)

    def answer(self, session_id: str, text: str) -> Iterator[Step]:
        """Record what the candidate said, then go on. The record is made before this returns."""
        talk = self._talk(session_id)
        talk.listening()
        talk.record(Answered(text=text[:MAX_ANSWER_CHARACTERS], at=self._parts.clock()))
        return talk.advance()

    def skip(self, session_id: str) -> Iterator[Step]:
        """Skip the question, or only the follow-up where one was asked, then go on."""
        talk = self._talk(session_id)
        exchange = talk.listening()
        now = self._parts.clock()
        answered = exchange.phase is Phase.OPEN and exchange.answers
        talk.record(Declined(at=now) if answered else Skipped(at=now))
        return talk.advance()

    def hint(self, session_id: str) -> Iterator[Step]:
        """Give the hint of the question under way, once; it costs what the session records."""
        talk = self._talk(session_id)
        text, cost = talk.hint()
        talk.record(Hinted(text=text, cost=cost))
        return talk.advance(repeat=True)

    def can_retry(self, session_id: str) -> bool:
        """Whether `retry` would put a question again."""
        return can_retry(self._parts.store.load(session_id))

    def retry(self, session_id: str) -> Iterator[Step]:
        """Put the last finished question again, in practice; how it went before is kept."""
        talk = self._talk(session_id)
        old = retriable(talk.session)
        if talk.session.config.mode is not Mode.PRACTICE:
            raise SessionError("an exam has no second try; start one with --mode practice")
        if old is None:
            raise SessionError("there is no question to try again; finish one first")
        text = talk.question_text(old.question_id)
        talk.record(Retried(question_id=old.question_id, text=text, at=self._parts.clock()))
        return talk.advance(repeat=True)

    def pause(self, session_id: str) -> None:
        """Stop the clock until the interview goes on."""
        talk = Conversation(self._parts, session_id)
        running = talk.session.status is SessionStatus.RUNNING
        if running and talk.session.paused_at is None:
            talk.record(Paused(at=self._parts.clock()))

    def clock(self, session_id: str) -> Clock | None:
        """The time of the question under way and of its phase; None before the first one."""
        session = self._parts.store.load(session_id)
        bank = self._parts.bank(session.config.lang)
        return clock(session, partial(phase_of, bank), self._parts.clock())

    def regrade(self, session_id: str, only_ungraded: bool = False) -> Iterator[Step]:
        """Grade the open exchanges again; the new grades replace the old in the report."""
        talk = Conversation(self._parts, session_id)
        return talk.regrade(only_ungraded)

    def report(self, session_id: str, learning: bool = True) -> Report:
        """The report of a session as it stands; with `learning`, beside those before it."""
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
        sections = self._learning(session.config.guide, session).sections if learning else ()
        return build_report(session, sources, sections, self._parts.clock())

    def _learning(self, guide: str, until: Session | None = None) -> Learning:
        """What finished interviews over this guide taught, up to the session given.

        Where people who do not know each other share the record, only that session counts.
        """
        sessions = []
        for line in self._parts.store.list(HISTORY):
            own = until is not None and line.id == until.id
            if line.finished and (own or not self._shared):
                with suppress(SessionError):  # a record of another version says nothing
                    sessions.append(self._parts.store.load(line.id))
        kept = [
            session
            for session in sessions
            if session.config.guide == guide and (until is None or session.created <= until.created)
        ]
        return Learning(kept, self._parts.bank, self._parts.clock())

    def _talk(self, session_id: str) -> Conversation:
        """The session being driven; a candidate who was away is back."""
        talk = Conversation(self._parts, session_id)
        if talk.session.paused_at is not None:
            talk.record(Resumed(at=self._parts.clock()))
        return talk


def can_retry(session: Session) -> bool:
    """Whether the last finished question may be put again."""
    return session.config.mode is Mode.PRACTICE and retriable(session) is not None


def _named(bank: Bank, question_ids: Sequence[str]) -> tuple[str, ...]:
    """The ids given, closed ones first. Raises BankError on an unknown one."""
    unique = list(dict.fromkeys(question_ids))
    return tuple(sorted(unique, key=lambda id_: phase_of(bank, id_) is Phase.OPEN))
