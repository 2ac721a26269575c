"""One candidate sits one interview, over the service as the terminal does, on a clock of its own.

Now and then the process dies: what the interviewer was doing is dropped half way and the interview
is opened again. At some seeds the model is down for the first open answer.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from evals.interviews.candidates import Part
from simulator.domain import (
    Frozen,
    Grade,
    InterviewConfig,
    Lang,
    Level,
    Mode,
    OpenQuestion,
    Session,
    SessionStatus,
    Verdict,
)
from simulator.errors import SessionError
from simulator.interview.commands import Command, command, looks_like_command
from simulator.interview.events import Event
from simulator.ports import Grader, Retriever
from simulator.service import Graded, Interviews, Noted, Over, Parts, PhaseBegan, Said, Step
from simulator.sessions.report import Report

_LONGEST = 400  # lines of one interview: more and it does not end
SECOND_TRIES = 2
_DIES = 0.12  # how often what the interviewer was doing is dropped
_DOWN = "the model is down (simulated)"


class Shown(Frozen):
    """What was shown: a turn's kind and text, or "phase", "noted", "graded" and "over"."""

    kind: str
    text: str = ""


class Line(Frozen):
    """What the candidate typed, which command it was, and what came of it.

    The events number ``before`` to ``after`` (exclusive) are what it led to, coming back after a
    break included. `refused` is why a command was not granted, `helped` that help was shown
    instead, `broken` that the interviewer's work was dropped half way, `late` that the time of
    the question was over.
    """

    text: str
    command: Command | None = None
    before: int = 0
    after: int = 0
    shown: tuple[Shown, ...] = ()
    refused: str = ""
    helped: bool = False
    broken: bool = False
    late: bool = False


class Sitting(Frozen):
    """Everything that one interview left: its events, what was typed and shown, its reports.

    `loaded` is the session as the store gives it at the end; `twin` the plan that the same seed
    gives again; `midway` the report asked for after the first answers.
    """

    candidate: str
    lang: Lang
    seed: int
    config: InterviewConfig
    events: tuple[Event, ...]
    lines: tuple[Line, ...]
    opening: tuple[Shown, ...]
    loaded: Session
    twin: tuple[str, ...]
    midway: Report | None
    report: Report
    ended: bool = True

    @property
    def name(self) -> str:
        """For messages."""
        return f"{self.candidate}.{self.lang} seed {self.seed}"


def config_of(
    seed: int, lang: Lang, judge: str = "similarity", closed: int = 5, open_: int = 2
) -> InterviewConfig:
    """The interview of a seed: modes, levels, time and topics take turns."""
    topics: tuple[str, ...] = ()
    if seed % 4 == 2:
        topics = (("sqs", "aws-lambda", "dynamodb"), ("s3", "iam", "api-gateway"))[seed // 4 % 2]
    return InterviewConfig.model_validate(
        {
            "lang": lang,
            "closed": closed,
            "open": open_,
            "topics": topics,
            "level": (None, *Level)[seed // 2 % 4],
            "mode": (Mode.PRACTICE, Mode.EXAM)[seed % 2],
            "minutes": (None, 10, 45)[seed % 3],
            "seed": seed,
            "judge": judge,
        }
    )


@dataclass
class Watch:
    """A clock that goes on while the candidate thinks."""

    now: datetime = field(default_factory=lambda: datetime(2026, 1, 5, 9, tzinfo=UTC))

    def __call__(self) -> datetime:
        """What time it is."""
        return self.now


class Outage:
    """A grader whose model is down for as many gradings as are left."""

    def __init__(self, grader: Grader, left: int) -> None:
        self._grader = grader
        self._left = left

    def grade(
        self,
        question: OpenQuestion,
        answers: Sequence[str],
        retriever: Retriever | None,
        lang: Lang,
        on_progress: Callable[[int, int], None] = lambda _done, _total: None,
        deduction: float = 0.0,
    ) -> Grade:
        """The grade, or why there is none."""
        if self._left:
            self._left -= 1
            return Grade(question_id=question.id, ungraded=_DOWN)
        return self._grader.grade(question, answers, retriever, lang, on_progress, deduction)

    def preview(self, question: OpenQuestion, answers: Sequence[str]) -> Sequence[Verdict]:
        """As ever: it needs no model."""
        return self._grader.preview(question, answers)


def sit(
    parts: Parts, part: Part, config: InterviewConfig, second_tries: int = SECOND_TRIES
) -> Sitting:
    """Hold a whole interview; so many questions at most are tried again."""
    return _Driver(parts, part, config, second_tries).run()


class _Driver:
    def __init__(self, parts: Parts, part: Part, config: InterviewConfig, tries: int) -> None:
        self._watch = Watch()
        outage = Outage(parts.grader(config), int(config.seed % 5 in (1, 3)))
        self._parts = replace(parts, clock=self._watch, grader=lambda _config: outage)
        self._part = part
        self._config = config
        self._rng = random.Random(f"sitting/{config.seed}")  # noqa: S311
        self._lines: list[Line] = []
        self._tries_left = tries
        self._id = ""

    @property
    def _interviews(self) -> Interviews:
        """A process of its own each time: nothing may live in memory only."""
        return Interviews(self._parts, shared=True)

    def run(self) -> Sitting:
        self._id = self._interviews.start(self._config).id
        twin = self._interviews.start(self._config)
        opening = tuple(_shown(self._interviews.go_on(self._id)))
        midway: Report | None = None
        while self._session.status is not SessionStatus.FINISHED and len(self._lines) < _LONGEST:
            self._turn()
            if midway is None and any(exchange.finished for exchange in self._session.exchanges):
                midway = self._interviews.report(self._id, learning=False)
        if self._config.seed % 5 == 1:
            list(self._interviews.regrade(self._id, only_ungraded=True))
        return Sitting(
            candidate=self._part.candidate.name,
            lang=self._config.lang,
            seed=self._config.seed,
            config=self._config,
            events=tuple(self._parts.store.events(self._id)),
            lines=tuple(self._lines),
            opening=opening,
            loaded=self._session,
            twin=twin.plan,
            midway=midway,
            report=self._interviews.report(self._id, learning=False),
            ended=self._session.status is SessionStatus.FINISHED,
        )

    @property
    def _session(self) -> Session:
        return self._interviews.session(self._id)

    def _turn(self) -> None:
        exchange = self._session.current
        if exchange is None:
            raise SessionError(f"session {self._id} neither waits nor ends")
        text = self._part.say(exchange)
        if command(text) is Command.RETRY and not self._tries_left:
            return
        self._watch.now += timedelta(seconds=self._rng.randint(5, 400))
        self._say(text)
        over = self._session.status is SessionStatus.FINISHED
        if over and self._tries_left and (more := self._part.after()):
            self._say(more)

    def _say(self, text: str) -> None:
        """Type a line and take down what came of it."""
        before = len(self._parts.store.events(self._id))
        clock = self._interviews.clock(self._id)
        late = bool(clock and clock.question_limit and clock.question > clock.question_limit)
        line = Line(text=text, command=command(text), before=before, late=late)
        shown: list[Shown] = []
        try:
            steps = self._steps(line)
            if steps is None:
                line = line.model_copy(update={"helped": True})
            elif self._rng.random() < _DIES:
                shown += _shown(_first(steps))
                shown += _shown(self._interviews.go_on(self._id))
                line = line.model_copy(update={"broken": True})
            else:
                shown += _shown(steps)
        except SessionError as error:
            line = line.model_copy(update={"refused": str(error)})
        after = len(self._parts.store.events(self._id))
        self._lines.append(line.model_copy(update={"after": after, "shown": tuple(shown)}))

    def _steps(self, line: Line) -> Iterator[Step] | None:
        """What the terminal does with a line; None where it only shows help."""
        match line.command:
            case Command.PAUSE | Command.QUIT:
                self._interviews.pause(self._id)
                self._watch.now += timedelta(hours=self._rng.randint(1, 30))
                return self._interviews.go_on(self._id)
            case Command.RETRY:
                steps = self._interviews.retry(self._id)
                self._tries_left -= 1
                return steps
            case Command.SKIP:
                return self._interviews.skip(self._id)
            case Command.HINT:
                return self._interviews.hint(self._id)
            case Command.HELP:
                return None
        if looks_like_command(line.text):
            return None
        return self._interviews.answer(self._id, line.text)


def _first(steps: Iterator[Step]) -> Iterator[Step]:
    """The first step only: what comes after it never happens."""
    with suppress(StopIteration):
        yield next(steps)
    close = getattr(steps, "close", None)
    if close is not None:
        close()


def _shown(steps: Iterator[Step]) -> Iterator[Shown]:
    for step in steps:
        match step:
            case Said(turn=turn):
                yield Shown(kind=turn.kind, text=turn.text)
            case PhaseBegan(phase=phase):
                yield Shown(kind="phase", text=phase)
            case Noted():
                yield Shown(kind="noted")
            case Graded(grade=grade):
                yield Shown(kind="graded", text=grade.summary)
            case Over():
                yield Shown(kind="over")
