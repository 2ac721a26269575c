"""Checks of the plan and of the order in which things happen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from evals.interviews.check import Outcome, ok, registry
from evals.interviews.evidence import Case
from simulator.domain import ClosedQuestion, OpenQuestion, Phase
from simulator.grading.sentences import words
from simulator.interview.events import (
    Asked,
    ClosedGraded,
    Finished,
    OpenGraded,
    Paused,
    Resumed,
    Retried,
    Skipped,
    Started,
)

CHECKS, check = registry()


@check()
def interview_ends(case: Case) -> Iterator[Outcome]:
    """It comes to its end, whatever is said."""
    yield ok(case.sitting.ended, f"not over after {len(case.sitting.lines)} lines")


@check()
def one_start_and_it_is_first(case: Case) -> Iterator[Outcome]:
    """The record begins with its only start."""
    starts = [n for n, event in enumerate(case.events) if isinstance(event, Started)]
    yield ok(starts == [0], f"starts at events {starts}")


@check()
def ends_only_after_every_question(case: Case) -> Iterator[Outcome]:
    """At each end, every planned question was asked and has ended."""
    ended: set[str] = set()
    current = ""
    for event in case.events:
        if isinstance(event, Asked | Retried):
            current = event.question_id
            ended.discard(current)
        elif isinstance(event, OpenGraded | ClosedGraded | Skipped):
            ended.add(current)
        elif isinstance(event, Finished):
            missing = set(case.session.plan) - ended
            yield ok(not missing, f"over before {', '.join(sorted(missing))}")


@check()
def nothing_after_the_end(case: Case) -> Iterator[Outcome]:
    """After the end come only another try, and grades given again."""
    for n, event in enumerate(case.events[:-1]):
        if isinstance(event, Finished):
            after = case.events[n + 1]
            yield ok(isinstance(after, Retried | OpenGraded), f"'{after.kind}' follows the end")


@check()
def closed_before_open(case: Case) -> Iterator[Outcome]:
    """No closed question is asked after an open one."""
    phases = [event.phase for event in case.events if isinstance(event, Asked)]
    yield ok(phases == sorted(phases, key=list(Phase).index), f"asked {', '.join(phases)}")


@check()
def phase_is_that_of_the_bank(case: Case) -> Iterator[Outcome]:
    """A question is asked in the phase that it was written for."""
    for event in case.events:
        if isinstance(event, Asked):
            right = event.phase is case.phase_of(event.question_id)
            yield ok(right, f"{event.question_id} asked in the {event.phase} phase")


@check()
def as_many_questions_as_asked_for(case: Case) -> Iterator[Outcome]:
    """The counts of each phase are those of the configuration."""
    config = case.sitting.config
    asked = Counter(event.phase for event in case.asked)
    for phase, wanted in ((Phase.CLOSED, config.closed), (Phase.OPEN, config.open)):
        yield ok(asked[phase] == wanted, f"{asked[phase]} {phase} questions, {wanted} wanted")


@check()
def plan_is_followed(case: Case) -> Iterator[Outcome]:
    """What is asked is the plan, in its order."""
    asked = tuple(event.question_id for event in case.asked)
    yield ok(asked == case.session.plan, f"asked {asked}, planned {case.session.plan}")


@check()
def no_question_twice(case: Case) -> Iterator[Outcome]:
    """No question is asked twice; a second try that the candidate wants is none."""
    asked = Counter(event.question_id for event in case.asked)
    twice = [id_ for id_, count in asked.items() if count > 1]
    yield ok(not twice, f"{', '.join(twice)} asked twice")


@check()
def no_question_in_other_words(case: Case) -> Iterator[Outcome]:
    """No two questions of an interview have the same text."""
    texts = Counter(" ".join(words(event.text)) for event in case.asked)
    twice = [text[:60] for text, count in texts.items() if count > 1]
    yield ok(not twice, f"asked in the same words: {twice}")


@check()
def one_question_at_a_time(case: Case) -> Iterator[Outcome]:
    """A question is asked when the one before has ended."""
    for before, after in zip(case.tries, case.tries[1:], strict=False):
        ended = before.of(ClosedGraded, OpenGraded, Skipped)
        said = [e for _, e in before.events if not isinstance(e, Paused | Resumed)]
        fresh = len(said) == 1 and isinstance(after.events[0][1], Retried)
        late = [n for n, e in before.events if n > after.events[0][0]]
        late = [n for n in late if not isinstance(case.events[n], OpenGraded)]
        yield ok(bool(ended or fresh) and not late, f"{before.question_id} was left open")


@check()
def same_seed_same_plan(case: Case) -> Iterator[Outcome]:
    """The same configuration plans the same interview."""
    yield ok(case.sitting.twin == case.session.plan, f"again it plans {case.sitting.twin}")


@check()
def topics_are_kept_to(case: Case) -> Iterator[Outcome]:
    """Every question is about a topic that was asked for."""
    wanted = set(case.sitting.config.topics)
    for id_ in case.session.plan if wanted else ():
        question = case.bank.question(id_)
        topics = {question.topic} if isinstance(question, ClosedQuestion) else {*question.topics}
        yield ok(bool(topics & wanted), f"{id_} is about {', '.join(sorted(topics))}")


@check()
def topics_are_spread(case: Case) -> Iterator[Outcome]:
    """No topic has two closed questions more than another that was asked for."""
    planned = [case.bank.question(id_) for id_ in case.session.plan]
    asked = Counter(q.topic for q in planned if isinstance(q, ClosedQuestion))
    topics = case.sitting.config.topics or case.bank.topics
    if asked:
        counts = [asked[topic] for topic in topics]
        yield ok(max(counts) - min(counts) <= 1, f"closed questions by topic: {dict(asked)}")


@check()
def level_is_preferred(case: Case) -> Iterator[Outcome]:
    """A question of another level is asked only where its topic has none left of this one."""
    level, wanted = case.sitting.config.level, set(case.sitting.config.topics)
    if level is None:
        return
    planned = set(case.session.plan)
    for id_ in case.session.plan:
        question = case.bank.question(id_)
        pool: list[ClosedQuestion] | list[OpenQuestion]
        if isinstance(question, ClosedQuestion):
            pool = [q for q in case.bank.closed if q.topic == question.topic]
        else:
            reviewed = case.bank.reviewed.open
            pool = [q for q in reviewed if not wanted or wanted & {*q.topics}]
        left = [q.id for q in pool if q.level is level and q.id not in planned]
        yield ok(question.level is level or not left, f"{id_} is {question.level}, {left} are left")
