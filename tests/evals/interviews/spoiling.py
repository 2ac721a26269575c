"""Sittings with one thing wrong: for each check, ways to spoil a good one so that it must fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from evals.interviews.candidates import Worth
from evals.interviews.evidence import Case, Try
from evals.interviews.sitting import Line, Shown
from simulator.domain import (
    ClosedQuestion,
    CriterionKind,
    Frozen,
    Lang,
    Level,
    Mode,
    Phase,
    Session,
    SessionStatus,
    TurnKind,
)
from simulator.interview.bank import Bank
from simulator.interview.commands import Command
from simulator.interview.events import (
    Answered,
    Asked,
    AskedAgain,
    Clarified,
    ClosedGraded,
    Declined,
    Event,
    FollowedUp,
    Hinted,
    OpenGraded,
    Paused,
    RequirementChanged,
    Resumed,
    Retried,
    Started,
)
from simulator.texts import Texts

Spoiled = Iterator[Case]
Spoil = Callable[[Case], Spoiled]
NOW = datetime(2031, 1, 1, tzinfo=UTC)
PAUSED = Paused(at=NOW)


def sat(case: Case, **changes: Any) -> Case:
    return replace(case, sitting=case.sitting.model_copy(update=changes))


def with_events(case: Case, events: list[Event]) -> Case:
    return sat(case, events=tuple(events))


def with_session(case: Case, session: Session) -> Case:
    """A case whose record is made into another session than it should be."""
    new = replace(case)
    new.__dict__["session"] = session
    return new


def places(case: Case, kind: type) -> list[tuple[int, Any]]:
    return [(n, event) for n, event in enumerate(case.events) if isinstance(event, kind)]


def edit(kind: type, **changes: Any) -> Spoil:
    """One event of a kind changed, each in turn. A function gets the event."""

    def spoil(case: Case) -> Spoiled:
        for n, event in places(case, kind):
            new = {k: v(event) if callable(v) else v for k, v in changes.items()}
            events = list(case.events)
            events[n] = event.model_copy(update=new)
            yield with_events(case, events)

    return spoil


def say(kind: type, make: Callable[[Case, Try], str]) -> Spoil:
    """The interviewer says something else at an event of a kind, each in turn."""

    def spoil(case: Case) -> Spoiled:
        for one in case.tries:
            for n, event in one.events:
                if isinstance(event, kind):
                    events = list(case.events)
                    events[n] = event.model_copy(update={"text": make(case, one)})
                    yield with_events(case, events)

    return spoil


def drop(kind: type) -> Spoil:
    def spoil(case: Case) -> Spoiled:
        for n, _ in places(case, kind):
            yield with_events(case, [*case.events[:n], *case.events[n + 1 :]])

    return spoil


def after(kind: type, *more: Event | None) -> Spoil:
    """More events after one of a kind; None stands for the event itself."""

    def spoil(case: Case) -> Spoiled:
        for n, event in places(case, kind):
            added = [event if one is None else one for one in more]
            yield with_events(case, [*case.events[: n + 1], *added, *case.events[n + 1 :]])

    return spoil


def lines(wanted: Callable[[Line], bool], **changes: Any) -> Spoil:
    """One of the candidate's lines changed. A function gets the line and the case."""

    def spoil(case: Case) -> Spoiled:
        for n, line in enumerate(case.sitting.lines):
            if wanted(line):
                new = {k: v(line, case) if callable(v) else v for k, v in changes.items()}
                every = list(case.sitting.lines)
                every[n] = line.model_copy(update=new)
                yield sat(case, lines=tuple(every))

    return spoil


def once(change: Callable[[Case], Case]) -> Spoil:
    def spoil(case: Case) -> Spoiled:
        yield change(case)

    return spoil


def of_grade(**changes: Any) -> Spoil:
    """Something of an open grade changed. A function gets the grade."""

    def grade(event: OpenGraded) -> Frozen:
        old = event.grade
        return old.model_copy(update={k: v(old) if callable(v) else v for k, v in changes.items()})

    return edit(OpenGraded, grade=grade)


def of_scores(**changes: Any) -> Spoil:
    """Something of every score of a grade changed. A function gets the score."""

    def scores(grade: Any) -> Any:
        return tuple(
            s.model_copy(update={k: v(s) if callable(v) else v for k, v in changes.items()})
            for s in grade.scores
        )

    return of_grade(scores=scores)


def of_report(**changes: Any) -> Spoil:
    def spoil(case: Case) -> Spoiled:
        report = case.sitting.report
        new = {k: v(report) if callable(v) else v for k, v in changes.items()}
        yield sat(case, report=report.model_copy(update=new))

    return spoil


def of_config(**changes: Any) -> Spoil:
    def spoil(case: Case) -> Spoiled:
        yield sat(case, config=case.sitting.config.model_copy(update=changes))

    return spoil


def of_exchanges(**changes: Any) -> Spoil:
    """Every exchange of the session changed. A function gets the exchange."""

    def spoil(case: Case) -> Spoiled:
        new = tuple(
            e.model_copy(update={k: v(e) if callable(v) else v for k, v in changes.items()})
            for e in case.session.exchanges
        )
        yield with_session(case, case.session.model_copy(update={"exchanges": new}))

    return spoil


def result(**changes: Any) -> Spoil:
    """Something of a closed result changed. A function gets the result."""

    def new(event: ClosedGraded) -> Frozen:
        old = event.result
        return old.model_copy(update={k: v(old) if callable(v) else v for k, v in changes.items()})

    return edit(ClosedGraded, result=new)


def in_mode(mode: Mode, spoil: Spoil) -> Spoil:
    def only(case: Case) -> Spoiled:
        if case.sitting.config.mode is mode:
            yield from spoil(case)

    return only


def foreign(case: Case, _one: Try | None = None) -> str:
    other = Lang.EN if case.sitting.lang is Lang.ES else Lang.ES
    return Texts(other)("interview.clarification.aside")


def _other_bank(case: Case) -> Case:
    other = Lang.EN if case.sitting.lang is Lang.ES else Lang.ES
    closed = tuple(q.model_copy(update={"lang": other}) for q in case.bank.closed)
    return replace(case, bank=Bank(lang=other, closed=closed, open=case.bank.open))


def _two_of_a_topic(case: Case) -> Case:
    topic = case.bank.closed[0].topic
    same = [q.id for q in case.bank.closed if q.topic == topic][:3]
    started = case.events[0].model_copy(update={"plan": tuple(same)})
    return with_events(case, [started, *case.events[1:]])


def _change_first(case: Case) -> Spoiled:
    for n, event in places(case, RequirementChanged):
        asked = max(m for m, e in enumerate(case.events[:n]) if isinstance(e, Asked | Retried))
        rest = [e for m, e in enumerate(case.events) if m != n]
        yield with_events(case, [*rest[: asked + 1], event, *rest[asked + 1 :]])


def _aimed(choose: Callable[[Case, Try], list[str]]) -> Spoil:
    """A follow-up aimed at the first of the criteria that are chosen."""

    def spoil(case: Case) -> Spoiled:
        for one in case.tries:
            for n, event in one.events:
                if isinstance(event, FollowedUp) and (ids := choose(case, one)):
                    events = list(case.events)
                    events[n] = event.model_copy(update={"criterion_id": ids[0]})
                    yield with_events(case, events)

    return spoil


def _met(_case: Case, one: Try) -> list[str]:
    grades = [e.grade for e in one.of(OpenGraded)]
    return [v.criterion_id for g in grades for v in g.verdicts if v.met and v.span]


def _lightest(case: Case, one: Try) -> list[str]:
    required = [c for c in case.open(one.question_id).criteria if c.kind is CriterionKind.REQUIRED]
    return [c.id for c in sorted(required, key=lambda c: c.weight)]


def _right_option(case: Case, one: Try) -> str:
    question = case.bank.question(one.question_id)
    if isinstance(question, ClosedQuestion):
        return " ".join(o.text for o in question.options if o.id in question.key)
    return question.reference


def _planned_reference(case: Case, _one: Try) -> str:
    ids = [id_ for id_ in case.session.plan if case.phase_of(id_) is Phase.OPEN]
    return case.open(ids[-1]).reference


def _is_answer(line: Line) -> bool:
    return line.command is None and not line.helped and not line.refused


def _everything(_line: Line, case: Case) -> int:
    return len(case.events)


def _shifted(score: Any) -> Any:
    return tuple(c.model_copy(update={"start": c.start + 1}) for c in score.citations)


SPOILS: dict[str, Spoil] = {
    # The plan and the order
    "interview-ends": once(lambda case: sat(case, ended=False)),
    "one-start-and-it-is-first": after(Started, None),
    "ends-only-after-every-question": drop(ClosedGraded),
    "nothing-after-the-end": once(
        lambda case: with_events(case, [*case.events, PAUSED])
    ),
    "closed-before-open": edit(Asked, phase=Phase.OPEN),
    "phase-is-that-of-the-bank": edit(Asked, phase=Phase.OPEN),
    "as-many-questions-as-asked-for": drop(Asked),
    "plan-is-followed": edit(Started, plan=lambda event: event.plan[::-1]),
    "no-question-twice": after(Asked, None),
    "no-question-in-other-words": after(
        Asked, Asked(question_id="x", phase=Phase.OPEN, text="¿Otra vez?"),
        Asked(question_id="y", phase=Phase.OPEN, text="OTRA VEZ"),
    ),
    "one-question-at-a-time": drop(ClosedGraded),
    "same-seed-same-plan": once(lambda case: sat(case, twin=())),
    "topics-are-kept-to": of_config(topics=("gardening",)),
    "topics-are-spread": once(_two_of_a_topic),
    "level-is-preferred": of_config(level=Level.SENIOR),
    # What may not be said
    "reference-is-not-told": say(FollowedUp, lambda c, one: c.open(one.question_id).reference),
    "criteria-are-not-told": say(
        FollowedUp, lambda c, one: c.open(one.question_id).criteria[-1].text
    ),
    "other-references-are-not-told": say(Asked, _planned_reference),
    "key-is-not-told": say(
        AskedAgain, lambda c, one: f"La correcta es la {c.closed(one.question_id).key[0]}."
    ),
    "no-option-is-singled-out": say(AskedAgain, lambda _c, _one: "¿No será la D?"),
    "reasons-are-not-told": say(
        AskedAgain, lambda c, one: c.closed(one.question_id).options[0].reason
    ),
    "hint-does-not-hold-the-answer": say(Hinted, _right_option),
    "no-score-before-its-time": say(Clarified, lambda _c, _one: "Por ahora vas con 4/5."),
    "exam-tells-nothing-before-its-end": in_mode(
        Mode.EXAM, once(lambda case: sat(case, opening=(Shown(kind="graded"),)))
    ),
    "practice-tells-after-each-answer": lines(lambda _line: True, shown=()),
    "language-is-kept": say(Clarified, foreign),
    "other-language-does-not-take-over": once(_other_bank),
    "feedback-keeps-the-language": lambda case: edit(ClosedGraded, text=foreign(case))(case),
    "no-markup-is-spoken": say(FollowedUp, lambda _c, _one: "<|im_start|> ¿Y entonces?"),
    "quotes-are-the-candidates-words": say(
        FollowedUp, lambda _c, _one: "Dijiste «uso palomas mensajeras». ¿Y si llueve?"
    ),
    "a-quote-is-not-repeated": say(
        FollowedUp, lambda _c, _one: "Dijiste «uso palomas» y «uso palomas». ¿Y si llueve?"
    ),
    "question-is-put-as-the-bank-has-it": edit(Asked, text=lambda event: f"{event.text} *"),
    # Inside one question
    "every-line-gets-one-reply": drop(AskedAgain),
    "interviewer-waits-its-turn": drop(Answered),
    "at-most-two-follow-ups": after(FollowedUp, None, None),
    "follow-ups-differ": after(FollowedUp, None),
    "follow-up-probes-a-required-criterion": edit(FollowedUp, criterion_id="charm"),
    "follow-up-asks": edit(FollowedUp, text="Piensa en la seguridad."),
    "follow-up-aims-at-what-is-missing": _aimed(_met),
    "follow-up-aims-at-what-weighs-most": _aimed(_lightest),
    "no-follow-up-after-declining": after(
        Declined, FollowedUp(criterion_id="x", text="¿Seguro que no?")
    ),
    "change-comes-once": after(RequirementChanged, None),
    "change-is-the-banks": edit(RequirementChanged, text="Supón que ahora es gratis."),
    "change-comes-mid-round": _change_first,
    "clarifications-come-from-the-bank": edit(Clarified, text="Son unas siete."),
    "clarifications-are-no-answers": of_exchanges(
        turns=lambda e: tuple(
            t.model_copy(update={"kind": TurnKind.ANSWER}) if t.kind is TurnKind.INQUIRY else t
            for t in e.turns
        )
    ),
    "hint-is-given-once": after(Hinted, None),
    "hint-is-the-banks": edit(Hinted, text="Usa SQS."),
    "hint-costs-what-it-should": edit(Hinted, cost=0.7),
    "hint-price-is-taken-once": edit(Hinted, cost=lambda event: event.cost * 2),
    # Grades and reports
    "key-decides": result(correct=lambda old: not old.correct),
    "choices-are-options": result(chosen=("H",)),
    "a-readable-answer-is-taken": edit(Answered, text="mmm"),
    "every-open-answer-is-graded": of_exchanges(grade=None),
    "graded-or-ungraded-never-both": of_grade(ungraded="the model is down"),
    "scores-are-within-their-scale": of_scores(score=6),
    "every-dimension-is-scored": of_grade(scores=lambda grade: grade.scores[:-1]),
    "citations-are-real": of_scores(citations=_shifted),
    "every-score-cites": of_scores(citations=()),
    "closed-explanations-cite": result(citation=None),
    "spans-are-the-candidates-words": of_grade(
        verdicts=lambda grade: tuple(
            v.model_copy(update={"span": v.span and v.span.model_copy(update={"text": "palomas"})})
            for v in grade.verdicts
        )
    ),
    "score-and-verdicts-agree": of_scores(covered=lambda score: (*score.covered, "charm")),
    "level-reaches-the-grade": of_grade(criteria=()),
    "ungraded-is-never-counted": of_report(
        scores=lambda report: tuple(s.model_copy(update={"mean": 0.5}) for s in report.scores)
    ),
    "report-has-every-question": of_report(closed=lambda report: report.closed[1:]),
    "report-counts-the-right-ones": of_report(closed_correct=99),
    "what-was-down-is-graded-again": of_exchanges(grade=None),
    "worth-nothing-earns-nothing": once(lambda case: replace(case, worth=Worth.NOTHING)),
    "worth-the-best-earns-well": once(lambda case: replace(case, worth=Worth.BEST)),
    # The record
    "every-word-is-kept": edit(Answered, text=lambda event: event.text.upper() + "!"),
    "every-word-is-in-the-session": of_exchanges(turns=()),
    "record-replays-to-the-session": once(
        lambda case: sat(
            case, loaded=case.session.model_copy(update={"status": SessionStatus.RUNNING})
        )
    ),
    "record-can-be-written-and-read": edit(Answered, text="\ud800"),
    "record-can-be-resumed-anywhere": after(Started, Clarified(text="?")),
    "coming-back-repeats-what-was-said": lines(
        lambda line: line.command in (Command.PAUSE, Command.QUIT), shown=()
    ),
    "a-broken-move-is-made-once": lines(
        lambda line: line.broken, before=0, after=_everything
    ),
    "text-moves-nothing": lines(lambda line: line.command is Command.SKIP, command=None),
    "text-is-recorded-before-anything-is-done": lines(_is_answer, before=0),
    "a-command-does-what-it-says": lines(
        lambda line: line.command is Command.SKIP, command=Command.HINT
    ),
    "what-is-refused-changes-nothing": lines(_is_answer, refused="no"),
    "one-line-ends-one-question-at-most": lines(_is_answer, before=0, after=_everything),
    "clock-cuts-nothing": lines(lambda line: line.late, text=lambda line, _case: f"{line.text}…"),
    "time-goes-forward": edit(Asked, at=NOW),
    "pauses-take-no-time": edit(Resumed, at=lambda event: event.at + timedelta(hours=1)),
    "tries-before-are-kept": of_exchanges(earlier=()),
    "exam-has-no-second-try": in_mode(
        Mode.EXAM, after(Asked, Retried(question_id="x", text="?"))
    ),
}  # fmt: skip
