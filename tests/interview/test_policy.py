from __future__ import annotations

from collections.abc import Sequence

from simulator.domain import (
    Criterion,
    CriterionKind,
    Exchange,
    Grade,
    InterviewConfig,
    Phase,
    Span,
    Verdict,
)
from simulator.interview import moves, policy
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
    RequirementChanged,
    Skipped,
    Started,
)
from simulator.interview.replay import replay

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


class Read:
    """What is read from an exchange, as a test wants it."""

    def __init__(
        self,
        missing: Sequence[Criterion] = MISSING,
        change: bool = False,
        inquiry: moves.Inquiry | None = None,
    ) -> None:
        self._missing = missing
        self._change = change
        self._inquiry = inquiry

    def inquiry(self, exchange: Exchange) -> moves.Inquiry | None:
        return self._inquiry

    def gaps(self, exchange: Exchange) -> Sequence[moves.Gap]:
        return [moves.Gap(criterion=c) for c in self._missing]

    def has_change(self, exchange: Exchange) -> bool:
        return self._change


def allowed(*events: Event, **read: object) -> tuple[moves.Move, ...]:
    session = replay([STARTED, *events])
    return policy.allowed_moves(session, phase_of, Read(**read))  # type: ignore[arg-type]


def move(*events: Event, **read: object) -> moves.Move:
    return allowed(*events, **read)[0]


def probing(criterion: Criterion) -> moves.FollowUp:
    return moves.FollowUp(gap=moves.Gap(criterion=criterion))


def test_questions_come_in_the_order_of_the_plan_and_phases_are_announced() -> None:
    assert move() == moves.Ask(question_id="c1", first_of_phase=True)
    assert move(CLOSED, Skipped()) == moves.Ask(question_id="o1", first_of_phase=True)


def test_it_listens_after_whatever_it_said() -> None:
    assert move(CLOSED) == moves.Listen()
    assert move(CLOSED, Hinted(text="!")) == moves.Listen()
    assert move(CLOSED, Answered(text="?"), AskedAgain(text="?")) == moves.Listen()


def test_a_closed_answer_is_read() -> None:
    assert move(CLOSED, Answered(text="a")) == moves.GradeClosed()


def test_follow_ups_aim_at_what_is_missing_and_never_twice_at_the_same() -> None:
    first = move(CLOSED, Skipped(), OPEN, Answered(text="x"))
    assert first == probing(MISSING[0])
    asked = FollowedUp(criterion_id="a", text="a?")
    second = move(CLOSED, Skipped(), OPEN, Answered(text="x"), asked, Answered(text="y"))
    assert second == probing(MISSING[1])


def test_at_most_two_follow_ups() -> None:
    events: list[Event] = [CLOSED, Skipped(), OPEN, Answered(text="x")]
    for id_ in ("a", "b"):
        events += [FollowedUp(criterion_id=id_, text="?"), Answered(text="y")]
    assert move(*events) == moves.GradeOpen()


def test_a_declined_follow_up_ends_the_probing() -> None:
    events = [OPEN, Answered(text="x"), FollowedUp(criterion_id="a", text="?"), Declined()]
    assert move(CLOSED, Skipped(), *events) == moves.GradeOpen()


def test_nothing_missing_means_no_follow_up() -> None:
    assert move(CLOSED, Skipped(), OPEN, Answered(text="x"), missing=[]) == moves.GradeOpen()
    silent = [criterion("a", probe="")]
    assert move(CLOSED, Skipped(), OPEN, Answered(text="x"), missing=silent) == moves.GradeOpen()


def test_it_finishes_and_stays_finished() -> None:
    graded = OpenGraded(question_id="o1", grade=Grade(question_id="o1"))
    events: list[Event] = [CLOSED, Skipped(), OPEN, Answered(text="x"), graded]
    assert move(*events) == moves.Finish()
    assert move(*events, Finished()) == moves.Done()


def test_it_listens_and_gives_one_hint_when_asked() -> None:
    assert allowed(CLOSED) == (moves.Listen(), moves.Hint())
    assert allowed(CLOSED, Hinted(text="!")) == (moves.Listen(),)


def test_an_inquiry_is_replied_to_and_moves_nothing() -> None:
    inquiry = moves.Inquiry(kind=moves.InquiryKind.UNKNOWN)
    events = [CLOSED, Skipped(), OPEN, Answered(text="¿?")]
    assert allowed(*events, inquiry=inquiry) == (moves.Clarify(inquiry=inquiry),)


def test_the_requirement_changes_once_between_the_follow_ups() -> None:
    events: list[Event] = [CLOSED, Skipped(), OPEN, Answered(text="x")]
    first = allowed(*events, change=True)
    assert first == (probing(MISSING[0]), moves.ChangeRequirement())
    events += [FollowedUp(criterion_id="a", text="?"), Answered(text="y")]
    assert allowed(*events, change=True) == (moves.ChangeRequirement(),)
    events += [RequirementChanged(text="!"), Answered(text="z")]
    assert allowed(*events, change=True) == (probing(MISSING[1]), moves.GradeOpen())
    events += [FollowedUp(criterion_id="b", text="?"), Answered(text="w")]
    assert allowed(*events, change=True) == (moves.GradeOpen(),)


def test_the_requirement_changes_even_when_nothing_is_missing() -> None:
    events: list[Event] = [CLOSED, Skipped(), OPEN, Answered(text="x")]
    assert move(*events, missing=[], change=True) == moves.ChangeRequirement()
    events += [RequirementChanged(text="!"), Answered(text="z")]
    assert move(*events, missing=[], change=True) == moves.GradeOpen()


def test_only_the_heaviest_gaps_may_be_chosen_from() -> None:
    equal = [criterion(id, 3) for id in "abcd"] + [criterion("light", 1)]
    found = allowed(CLOSED, Skipped(), OPEN, Answered(text="x"), missing=equal)
    assert found == tuple(probing(c) for c in equal[: policy.CHOICES])


def test_gaps_are_required_unmet_and_ordered_by_weight_then_doubt() -> None:
    criteria = [
        criterion("met"),
        criterion("bonus", 9, kind=CriterionKind.BONUS),
        criterion("error", 9, kind=CriterionKind.ERROR),
        criterion("light", 1),
        criterion("likely", 2),
        criterion("unlikely", 2),
        criterion("doubtful", 3),
    ]
    odds = {"met": 0.9, "light": 0.0, "likely": 0.12, "unlikely": 0.1, "doubtful": 0.3}
    verdicts = [Verdict(criterion_id=id_, probability=p, met=p > 0.5) for id_, p in odds.items()]
    found = policy.gaps(criteria, verdicts)
    assert [gap.criterion.id for gap in found] == ["unlikely", "likely", "light"]


def test_a_gap_carries_what_was_said_about_its_section_or_service() -> None:
    def met(id: str, text: str) -> Verdict:
        span = Span(text=text, start=0, end=len(text))
        return Verdict(criterion_id=id, probability=0.9, met=True, span=span)

    criteria = [
        criterion("same", sections=("q/errors",)),
        criterion("kin", sections=("q/security",)),
        criterion("other", sections=("s/errors", "all/general")),
        criterion("gap", sections=("q/errors", "all/general")),
    ]
    verdicts = [met("other", "o"), met("kin", "k"), met("same", "s")]
    assert policy.gaps(criteria, verdicts)[0].said == "s"
    assert policy.gaps(criteria, verdicts[:2])[-1].said == "k"
    assert policy.gaps(criteria, verdicts[:1])[-1].said == ""
