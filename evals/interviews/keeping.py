"""Checks of the record: nothing lost, nothing moved by text, and the clock cuts nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from evals.interviews.check import Outcome, ok, registry
from evals.interviews.evidence import Case
from evals.interviews.sitting import Line
from simulator.domain import Mode, Speaker, TurnKind
from simulator.errors import SimulatorError
from simulator.interview.commands import Command
from simulator.interview.events import (
    EVENT,
    Answered,
    Asked,
    Declined,
    Event,
    Finished,
    Hinted,
    Paused,
    Resumed,
    Retried,
    Skipped,
)
from simulator.interview.replay import apply, replay
from simulator.service import MAX_ANSWER_CHARACTERS

CHECKS, check = registry()

_OF_COMMANDS = {
    Command.SKIP: (Skipped, Declined),
    Command.HINT: (Hinted,),
    Command.RETRY: (Retried,),
    Command.PAUSE: (Paused,),
    Command.QUIT: (Paused,),
}
_ONLY_BY_COMMAND = (Skipped, Declined, Hinted, Retried, Paused)


@check()
def every_word_is_kept(case: Case) -> Iterator[Outcome]:
    """What the candidate said is in the record, word for word, in its order."""
    kept = [event.text for event in case.events if isinstance(event, Answered)]
    said = [line.text[:MAX_ANSWER_CHARACTERS] for line in _answers(case)]
    for number, text in enumerate(said):
        found = number < len(kept) and kept[number] == text
        yield ok(found, f"line {number + 1} was kept otherwise: '{text[:60]}'")
    yield ok(len(kept) == len(said), f"{len(kept)} answers kept of {len(said)} said")


@check()
def every_word_is_in_the_session(case: Case) -> Iterator[Outcome]:
    """The transcript has every answer that the record has."""
    kept = [event.text for event in case.events if isinstance(event, Answered)]
    turns = [
        turn.text
        for exchange in case.session.exchanges
        for turn in exchange.turns
        if turn.speaker is Speaker.CANDIDATE and turn.kind is not TurnKind.DECLINED
    ]
    yield ok(
        sorted(kept) == sorted(turns), f"{len(turns)} of {len(kept)} answers in the transcript"
    )


@check()
def record_replays_to_the_session(case: Case) -> Iterator[Outcome]:
    """The stored events give the session that the store gives."""
    yield ok(replay(case.events) == case.sitting.loaded, "the record replays to another session")


@check()
def record_can_be_written_and_read(case: Case) -> Iterator[Outcome]:
    """Each event comes back from JSON as it went."""
    changed = [event.kind for event in case.events if not _survives(event)]
    yield ok(not changed, f"changed by writing: {changed}")


@check()
def record_can_be_resumed_anywhere(case: Case) -> Iterator[Outcome]:
    """Cut after any event, the record opens, and going on from there leads to the same session."""
    session = replay(case.events[:1])
    for number, event in enumerate(case.events[1:], start=1):
        try:
            session = apply(session, event)
        except SimulatorError as error:
            yield f"event {number} ({event.kind}) cannot follow: {error}"
            return
    yield ok(session == case.sitting.loaded, "going on from the middle leads elsewhere")


@check()
def coming_back_repeats_what_was_said(case: Case) -> Iterator[Outcome]:
    """After a pause the last thing said is said again, word for word."""
    for line in case.sitting.lines:
        if line.command in (Command.PAUSE, Command.QUIT) and not line.refused:
            session = replay(case.events[: line.after])
            last = session.exchanges[-1].turns[-1].text if session.exchanges else ""
            again = line.shown[-1].text if line.shown else ""
            yield ok(again == last, f"came back to '{again[:60]}', not '{last[:60]}'")


@check()
def a_broken_move_is_made_once(case: Case) -> Iterator[Outcome]:
    """A process that died in the middle of a move leaves it made once, not twice and not never."""
    for line in case.sitting.lines:
        if line.broken:
            counts = Counter(
                (e.kind, getattr(e, "question_id", ""))
                for e in case.events[line.before : line.after]
            )
            twice = [kind for (kind, _), count in counts.items() if count > 1]
            yield ok(not twice, f"after '{line.text[:40]}' made twice: {twice}")


@check()
def text_moves_nothing(case: Case) -> Iterator[Outcome]:
    """Words that are no command skip nothing, give no hint, retry and pause nothing."""
    for line in _answers(case):
        events = case.events[line.before : line.after]
        moved = [event.kind for event in events if isinstance(event, _ONLY_BY_COMMAND)]
        yield ok(not moved, f"'{line.text[:60]}' led to {moved}")


@check()
def text_is_recorded_before_anything_is_done(case: Case) -> Iterator[Outcome]:
    """The first event of a line is the line itself, after coming back where there was a pause."""
    for line in _answers(case):
        first = next(
            (e for e in case.events[line.before : line.after] if not isinstance(e, Resumed)), None
        )
        right = isinstance(first, Answered) and first.text == line.text[:MAX_ANSWER_CHARACTERS]
        yield ok(right, f"'{line.text[:60]}' led first to {first.kind if first else 'nothing'}")


@check()
def a_command_does_what_it_says(case: Case) -> Iterator[Outcome]:
    """A command that is granted leads to its own event, once, and is no answer."""
    for line in case.sitting.lines:
        if line.command in _OF_COMMANDS and not line.refused:
            events = case.events[line.before : line.after]
            own = sum(isinstance(event, _OF_COMMANDS[line.command]) for event in events)
            answered = any(isinstance(event, Answered) for event in events)
            yield ok(own == 1 and not answered, f"{line.text}: {[e.kind for e in events]}")


@check()
def what_is_refused_changes_nothing(case: Case) -> Iterator[Outcome]:
    """A command that is not granted, or help, leaves the record alone but for coming back."""
    for line in case.sitting.lines:
        if line.refused or line.helped:
            events = [e.kind for e in case.events[line.before : line.after]]
            left = [kind for kind in events if kind != "resumed"]
            yield ok(not left, f"{line.text} was refused and led to {left}")


@check()
def one_line_ends_one_question_at_most(case: Case) -> Iterator[Outcome]:
    """No line makes the interview go on by more than one question."""
    for line in case.sitting.lines:
        asked = [e for e in case.events[line.before : line.after] if isinstance(e, Asked)]
        yield ok(len(asked) <= 1, f"'{line.text[:60]}' led to {len(asked)} questions")


@check()
def clock_cuts_nothing(case: Case) -> Iterator[Outcome]:
    """An answer after its time is taken whole, and grades like any other."""
    for line in _answers(case):
        if line.late:
            events = case.events[line.before : line.after]
            kept = [e.text for e in events if isinstance(e, Answered)]
            whole = kept == [line.text[:MAX_ANSWER_CHARACTERS]]
            skipped = any(isinstance(e, Skipped | Finished) and e is events[0] for e in events)
            yield ok(whole and not skipped, f"'{line.text[:60]}' came late and was cut")


@check()
def time_goes_forward(case: Case) -> Iterator[Outcome]:
    """No event is dated before the one that it follows."""
    dated = [at for event in case.events if (at := getattr(event, "at", None)) is not None]
    yield ok(dated == sorted(dated), "the record goes back in time")


@check()
def pauses_take_no_time(case: Case) -> Iterator[Outcome]:
    """The time of a question is that between its asking and its end, less the pauses."""
    report = case.sitting.report
    used = {outcome.question_id: outcome.used_seconds for outcome in report.closed}
    used |= {outcome.question_id: outcome.used_seconds for outcome in report.open}
    for exchange in case.session.exchanges:
        if exchange.asked_at is None or exchange.answered_at is None:
            continue
        away, since = 0.0, None
        for event in case.events:
            if isinstance(event, Paused):
                since = event.at
            elif isinstance(event, Resumed) and since is not None:
                if exchange.asked_at <= since <= exchange.answered_at:
                    away += (event.at - since).total_seconds()
                since = None
        spent = (exchange.answered_at - exchange.asked_at).total_seconds() - away
        told = used.get(exchange.question_id)
        right = told is not None and abs(told - spent) <= 0.1
        yield ok(right, f"{exchange.question_id}: {told} s told, {spent} s used")


@check()
def tries_before_are_kept(case: Case) -> Iterator[Outcome]:
    """Each second try keeps how the one before it ended."""
    retried = Counter(e.question_id for e in case.events if isinstance(e, Retried))
    for exchange in case.session.exchanges:
        if retried[exchange.question_id]:
            kept = len(exchange.earlier)
            ended = all(a.skipped or a.closed or a.grade for a in exchange.earlier)
            right = kept == retried[exchange.question_id] and ended
            yield ok(right, f"{exchange.question_id}: {kept} tries kept")


@check()
def exam_has_no_second_try(case: Case) -> Iterator[Outcome]:
    """Second tries exist in practice only."""
    asked = [line for line in case.sitting.lines if line.command is Command.RETRY]
    if case.sitting.config.mode is Mode.EXAM and asked:
        tried = any(isinstance(event, Retried) for event in case.events)
        yield ok(not tried, "a question was tried again in an exam")


def _survives(event: Event) -> bool:
    try:
        return EVENT.validate_json(EVENT.dump_json(event)) == event
    except ValueError:
        return False


def _answers(case: Case) -> list[Line]:
    """The lines that were said to the interviewer."""
    return [
        line
        for line in case.sitting.lines
        if line.command is None and not line.helped and not line.refused
    ]
