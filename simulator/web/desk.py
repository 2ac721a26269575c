"""What the page is made of: chosen by the entry, passed to everything below."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal, Protocol

from simulator.batch import Batches
from simulator.domain import ClosedQuestion, Lang, Session
from simulator.errors import BankError, SessionError
from simulator.library import Library
from simulator.service import Interviews, Parts
from simulator.texts import Texts

Judge = Literal["auto", "logprobs", "structured", "similarity"]


class BusyError(SessionError):
    """Another page is driving the session."""


# A page that is reloaded while an answer is graded waits this long for its old self to stop.
_PATIENCE_SECONDS = 4.0


class Turns:
    """Who may drive a session now: one at a time, so that two pages never grade the same answer."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._driven: dict[str, threading.Lock] = {}
        self._stops: dict[str, threading.Event] = {}

    @contextmanager
    def of(self, session_id: str, patience: float = _PATIENCE_SECONDS) -> Iterator[threading.Event]:
        """Drive this session, until the event that this gives is set.

        Raises BusyError when another page still does after `patience` s.
        """
        with self._guard:
            lock = self._driven.setdefault(session_id, threading.Lock())
        if not lock.acquire(timeout=patience):
            raise BusyError(f"session {session_id} goes on in another window; wait for it to end")
        stop = self._stops[session_id] = threading.Event()
        try:
            yield stop
        finally:
            del self._stops[session_id]
            lock.release()

    def stop(self, session_id: str) -> None:
        """Ask whoever drives this session to show nothing more, and wait until they let go."""
        if (driving := self._stops.get(session_id)) is not None:
            driving.set()
            with suppress(BusyError), self.of(session_id):
                pass


class ModelState(Protocol):
    """What the page says about the model."""

    @property
    def busy(self) -> bool:
        """Whether the line will change without anybody's doing."""

    def line(self, texts: Texts) -> str:
        """Which model is used, and its state."""


@dataclass(frozen=True)
class Desk:
    """Interviews, their parts, and what the page says about the model.

    With `shared`, people who do not know each other use this page: a browser then lists only what
    it began. Without `batches` the page has no batch tab, and without `library`
    nobody can bring a guide.
    """

    interviews: Interviews
    parts: Parts
    model: ModelState
    judge: Judge = "auto"
    lang: Lang = Lang.ES
    shared: bool = False
    batches: Batches | None = None
    library: Library | None = None
    turns: Turns = field(default_factory=Turns)

    def closed_question(self, session: Session, question_id: str) -> ClosedQuestion | None:
        """The closed question, or None when the bank has lost it."""
        try:
            return self.parts.bank(session.config.lang).closed_question(question_id)
        except BankError:
            return None

    def template(self, texts: Texts) -> str:
        """An outline for an open answer: a heading for each dimension that it is graded in."""
        titles = [d.title.get(texts.lang, d.name) for d in self.parts.rubric.dimensions]
        return "\n\n".join(f"{title}:\n" for title in titles)
