from __future__ import annotations

from collections.abc import Sequence

from simulator.domain import (
    Criterion,
    CriterionKind,
    Exchange,
    Grade,
    InterviewConfig,
    Phase,
    Session,
    Verdict,
)
from simulator.interview import policy
from simulator.interview.events import (
    Answered,
    Asked,
    AskedAgain,
    Declined,
    Event,
    Finished,
    FollowedUp,
    Hinted,
    OpenGraded,
    Skipped,
    Started,
    replay,
)

STARTED = Started(id="s", created="t", config=InterviewConfig(), plan=("c1", "o1"))
CLOSED = Asked(question_id="c1", phase=Phase.CLOSED, text="?")
OPEN = Asked(question_id="o1", phase=Phase.OPEN, text="?")


def criterion(id: str, weight: float = 1, **fields: object) -> Criterion:
    return Criterion.model_validate(
        {"id": id, "text": id, "dimension": "d", "weight": weight, "probe": f"{id}?", **fields}
    )


MISSING = [criterion("a", 3), criterion("b", 2), criterion("c", 1)]


def phase_of(id: str) -> Phase:
    return Phase.CLOSED if id.startswith("c") else Phase.OPEN


def move(*events: Event, missing: Sequence[Criterion] = MISSING) -> policy.Move:
    session: Session = replay([STARTED, *events])

    def look(_: Exchange) -> Sequence[Criterion]:
        return missing

    return policy.next_move(session, phase_of, look)


def test_questions_come_in_the_order_of_the_plan_and_phases_are_announced() -> None:
    assert move() == policy.Ask(question_id="c1", first_of_phase=True)
    assert move(CLOSED, Skipped()) == policy.Ask(question_id="o1", first_of_phase=True)


def test_it_listens_after_whatever_it_said() -> None:
    assert move(CLOSED) == policy.Listen()
    assert move(CLOSED, Hinted(text="!")) == policy.Listen()
    assert move(CLOSED, Answered(text="?"), AskedAgain(text="?")) == policy.Listen()


def test_a_closed_answer_is_read() -> None:
    assert move(CLOSED, Answered(text="a")) == policy.GradeClosed()


def test_follow_ups_aim_at_what_is_missing_and_never_twice_at_the_same() -> None:
    first = move(CLOSED, Skipped(), OPEN, Answered(text="x"))
    assert first == policy.FollowUp(criterion=MISSING[0])
    asked = FollowedUp(criterion_id="a", text="a?")
    second = move(CLOSED, Skipped(), OPEN, Answered(text="x"), asked, Answered(text="y"))
    assert second == policy.FollowUp(criterion=MISSING[1])


def test_at_most_two_follow_ups() -> None:
    events: list[Event] = [CLOSED, Skipped(), OPEN, Answered(text="x")]
    for id_ in ("a", "b"):
        events += [FollowedUp(criterion_id=id_, text="?"), Answered(text="y")]
    assert move(*events) == policy.GradeOpen()


def test_a_declined_follow_up_ends_the_probing() -> None:
    events = [OPEN, Answered(text="x"), FollowedUp(criterion_id="a", text="?"), Declined()]
    assert move(CLOSED, Skipped(), *events) == policy.GradeOpen()


def test_nothing_missing_means_no_follow_up() -> None:
    assert move(CLOSED, Skipped(), OPEN, Answered(text="x"), missing=[]) == policy.GradeOpen()
    silent = [criterion("a", probe="")]
    assert move(CLOSED, Skipped(), OPEN, Answered(text="x"), missing=silent) == policy.GradeOpen()


def test_it_finishes_and_stays_finished() -> None:
    graded = OpenGraded(question_id="o1", grade=Grade(question_id="o1"))
    events: list[Event] = [CLOSED, Skipped(), OPEN, Answered(text="x"), graded]
    assert move(*events) == policy.Finish()
    assert move(*events, Finished()) == policy.Done()


def test_missing_criteria_are_required_unmet_and_ordered_by_weight_then_doubt() -> None:
    criteria = [
        criterion("met"),
        criterion("bonus", 9, kind=CriterionKind.BONUS),
        criterion("error", 9, kind=CriterionKind.ERROR),
        criterion("light", 1),
        criterion("likely", 2),
        criterion("unlikely", 2),
    ]
    odds = {"met": 0.9, "light": 0.0, "likely": 0.4, "unlikely": 0.1}
    verdicts = [Verdict(criterion_id=id_, probability=p, met=p > 0.5) for id_, p in odds.items()]
    found = policy.missing_criteria(criteria, verdicts)
    assert [c.id for c in found] == ["unlikely", "likely", "light"]
