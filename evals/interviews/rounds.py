"""Checks of what happens inside one question: clarifications, follow-ups, changes, hints."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise, zip_longest

from evals.interviews.check import Outcome, ok, registry
from evals.interviews.evidence import Case, Try
from simulator.domain import Criterion, CriterionKind, Phase, Verdict
from simulator.interview.conditions import load_conditions
from simulator.interview.events import (
    Answered,
    AskedAgain,
    Clarified,
    ClosedGraded,
    Declined,
    Event,
    FollowedUp,
    Hinted,
    OpenGraded,
    RequirementChanged,
    Skipped,
)
from simulator.interview.policy import plainly_missing

CHECKS, check = registry()

AIM = 0.95
"""Share of follow-ups that must aim at a criterion that is truly missing."""
_REPLIES = (AskedAgain, Clarified, ClosedGraded, FollowedUp, OpenGraded, RequirementChanged)
_FACTS = ("unknown", "aside")


@check()
def every_line_gets_one_reply(case: Case) -> Iterator[Outcome]:
    """What a candidate says is answered by one move of the interviewer, and by the right kind."""
    for one in case.tries:
        events = one.of(Answered, *_REPLIES)
        for said, reply in zip_longest(events, events[1:]):
            if isinstance(said, Answered):
                fit = (AskedAgain, ClosedGraded) if one.phase is Phase.CLOSED else _REPLIES[1:]
                name = reply.kind if reply else "nothing"
                yield ok(isinstance(reply, fit), f"{one.question_id}: an answer is met by {name}")


@check()
def interviewer_waits_its_turn(case: Case) -> Iterator[Outcome]:
    """After a follow-up, change or clarification the candidate speaks before anything else."""
    for one in case.tries:
        events = one.of(Answered, Declined, Skipped, *_REPLIES)
        for spoken, then in pairwise(events):
            if isinstance(spoken, FollowedUp | RequirementChanged | Clarified | AskedAgain):
                right = isinstance(then, Answered | Declined | Skipped)
                yield ok(right, f"{one.question_id}: {then.kind} right after {spoken.kind}")


@check()
def at_most_two_follow_ups(case: Case) -> Iterator[Outcome]:
    """A try has two follow-ups at most."""
    for one in _open(case):
        count = len(one.of(FollowedUp))
        yield ok(count <= 2, f"{count} follow-ups on {one.question_id}")


@check()
def follow_ups_differ(case: Case) -> Iterator[Outcome]:
    """No criterion is probed twice in a try."""
    for one in _open(case):
        aims = [e.criterion_id for e in one.of(FollowedUp) if isinstance(e, FollowedUp)]
        yield ok(len(set(aims)) == len(aims), f"{one.question_id} probes {aims}")


@check()
def follow_up_probes_a_required_criterion(case: Case) -> Iterator[Outcome]:
    """A follow-up aims at a criterion of the question that the level requires, with its probe."""
    for one, event in _follow_ups(case):
        criterion = _criterion(case, one, event.criterion_id)
        right = criterion is not None and criterion.kind is CriterionKind.REQUIRED
        yield ok(right, f"{one.question_id} probes {event.criterion_id}, which is not required")


@check()
def follow_up_asks(case: Case) -> Iterator[Outcome]:
    """A follow-up is the probe of its criterion, or one question of a model."""
    for one, event in _follow_ups(case):
        criterion = _criterion(case, one, event.criterion_id)
        probe = criterion.probe if criterion else ""
        asks = event.text.rstrip().endswith(("?", "?»"))
        right = bool(probe) and (probe in event.text or (asks and len(event.text) <= 300))
        yield ok(right, f"{one.question_id}: '{event.text[:80]}' does not ask the probe")


@check(bar=AIM)
def follow_up_aims_at_what_is_missing(case: Case) -> Iterator[Outcome]:
    """When a follow-up was asked, nothing said by then had met its criterion.

    The grade at the end tells: of a criterion that it finds met, where the words that met it are.
    """
    for one, event, met in _aims(case):
        yield ok(event.criterion_id not in met, f"{one.question_id}: {event.criterion_id} was met")


@check(bar=AIM)
def follow_up_aims_at_what_weighs_most(case: Case) -> Iterator[Outcome]:
    """No required criterion that weighs more was plainly missing and left alone."""
    for one, event, met in _aims(case):
        grade = [e.grade for e in one.of(OpenGraded) if isinstance(e, OpenGraded)][-1]
        doubtful = {v.criterion_id for v in grade.verdicts if not plainly_missing(v)}
        aimed = _criterion(case, one, event.criterion_id)
        probed: set[str] = set()
        for earlier in one.of(FollowedUp):
            if earlier is event:
                break
            probed.add(getattr(earlier, "criterion_id", ""))
        heavier = [
            criterion.id
            for criterion in case.open(one.question_id).criteria
            if criterion.kind is CriterionKind.REQUIRED
            and criterion.probe
            and aimed is not None
            and criterion.weight > aimed.weight
            and criterion.id not in met | probed | doubtful
        ]
        yield ok(not heavier, f"{one.question_id}: {event.criterion_id} before {heavier}")


@check()
def no_follow_up_after_declining(case: Case) -> Iterator[Outcome]:
    """A candidate who lets a follow-up pass is not asked another."""
    for one in _open(case):
        for number, event in one.events:
            if isinstance(event, Declined):
                more = [e.kind for n, e in one.events if n > number and _speaks(e)]
                yield ok(not more, f"{one.question_id}: {more} after declining")


@check()
def change_comes_once(case: Case) -> Iterator[Outcome]:
    """A try has one change of requirement at most."""
    for one in _open(case):
        count = len(one.of(RequirementChanged))
        yield ok(count <= 1, f"{one.question_id} changed {count} times")


@check()
def change_is_the_banks(case: Case) -> Iterator[Outcome]:
    """The change is said in the words of the bank."""
    for one in _open(case):
        change = case.open(one.question_id).change.strip()
        for event in one.of(RequirementChanged):
            wanted = case.texts("interview.change", change=change)
            said = getattr(event, "text", "")
            yield ok(bool(change) and said == wanted, f"{one.question_id} changed to '{said}'")


@check()
def change_comes_mid_round(case: Case) -> Iterator[Outcome]:
    """A requirement changes after an answer, and after one follow-up at most."""
    for one in _open(case):
        for number, event in one.events:
            if isinstance(event, RequirementChanged):
                before = [e for n, e in one.events if n < number]
                answered = any(isinstance(e, Answered) for e in before)
                probed = sum(isinstance(e, FollowedUp) for e in before)
                late = f"{one.question_id} changed after {probed} follow-ups, answer: {answered}"
                yield ok(answered and probed <= 1, late)


@check()
def clarifications_come_from_the_bank(case: Case) -> Iterator[Outcome]:
    """What is told to a candidate who asks is a fact of the bank, or that there is none."""
    for one in _open(case):
        gives = [c.give for c in case.open(one.question_id).clarifications]
        plain = [case.texts(f"interview.clarification.{kind}") for kind in _FACTS]
        for event in one.of(Clarified):
            said = getattr(event, "text", "")
            rest = said
            for give in sorted(gives, key=len, reverse=True):
                rest = rest.replace(give, "", 1)
            right = said in plain or (said != "" and not rest.strip())
            yield ok(right, f"{one.question_id} was told '{said[:80]}'")


@check()
def clarifications_are_no_answers(case: Case) -> Iterator[Outcome]:
    """What was asked of the interviewer is no part of what is graded."""
    by_id = {exchange.question_id: exchange for exchange in case.exchanges(Phase.OPEN)}
    for one in _open(case):
        last = [t for t in _open(case) if t.question_id == one.question_id][-1] is one
        if last and one.of(Clarified):
            graded = list(by_id[one.question_id].answers)
            yield ok(graded == one.answers, f"{one.question_id}: an inquiry counts as an answer")


@check()
def hint_is_given_once(case: Case) -> Iterator[Outcome]:
    """A try has one hint at most."""
    for one in case.tries:
        count = len(one.of(Hinted))
        if count:
            yield ok(count == 1, f"{count} hints on {one.question_id}")


@check()
def hint_is_the_banks(case: Case) -> Iterator[Outcome]:
    """The hint of an open question is the bank's; that of a closed one names a section."""
    for one in case.tries:
        for event in one.of(Hinted):
            said = getattr(event, "text", "")
            none = case.texts("interview.hint.none")
            if one.phase is Phase.OPEN:
                right = said == (case.open(one.question_id).hint or none)
            else:
                right = said == none or bool(re.search("[«“].+[»”]", said))
            yield ok(right, f"the hint of {one.question_id} is '{said[:80]}'")


@check()
def hint_costs_what_it_should(case: Case) -> Iterator[Outcome]:
    """A hint costs what its phase says, or nothing where there is none to give."""
    prices = load_conditions().hint_cost
    for one in case.tries:
        for event in one.of(Hinted):
            if isinstance(event, Hinted):
                free = event.text == case.texts("interview.hint.none")
                price = 0.0 if free else prices[one.phase]
                yield ok(event.cost == price, f"{one.question_id}: {event.cost}, not {price}")


@check()
def hint_price_is_taken_once(case: Case) -> Iterator[Outcome]:
    """The last try pays for its own hints, once: in the grade and in the report."""
    closed = {outcome.question_id: outcome for outcome in case.sitting.report.closed}
    grades = {e.question_id: e.grade for e in case.exchanges(Phase.OPEN)}
    for one in {one.question_id: one for one in case.tries}.values():
        cost = sum(e.cost for e in one.of(Hinted) if isinstance(e, Hinted))
        grade = grades.get(one.question_id)
        if (outcome := closed.get(one.question_id)) is not None and outcome.correct:
            paid = 1 - outcome.points
        elif grade is not None and not grade.ungraded:
            paid = float(grade.provenance.get("hint_deduction", 0))
        else:
            continue
        yield ok(abs(paid - cost) < 1e-6, f"{one.question_id} paid {paid} for hints of {cost}")


def _open(case: Case) -> list[Try]:
    return [one for one in case.tries if one.phase is Phase.OPEN]


def _follow_ups(case: Case) -> Iterator[tuple[Try, FollowedUp]]:
    for one in _open(case):
        for event in one.of(FollowedUp):
            if isinstance(event, FollowedUp):
                yield one, event


def _aims(case: Case) -> Iterator[tuple[Try, FollowedUp, set[str]]]:
    """Each follow-up with the criteria that words said before it had met, by the try's grade."""
    for one in _open(case):
        grades = [e.grade for e in one.of(OpenGraded) if isinstance(e, OpenGraded)]
        if not grades or grades[-1].ungraded:
            continue
        for number, event in one.events:
            if isinstance(event, FollowedUp):
                before = Try(one.question_id, one.phase, [p for p in one.events if p[0] < number])
                heard = len("\n\n".join(before.answers))
                yield one, event, {v.criterion_id for v in grades[-1].verdicts if _by(v, heard)}


def _by(verdict: Verdict, heard: int) -> bool:
    """Whether a verdict is met by words among the first so many characters."""
    return verdict.met and verdict.span is not None and verdict.span.start < heard


def _criterion(case: Case, one: Try, id_: str) -> Criterion | None:
    return next((c for c in case.open(one.question_id).criteria if c.id == id_), None)


def _speaks(event: Event) -> bool:
    return isinstance(event, FollowedUp | RequirementChanged | Clarified | Hinted)
