import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.domain import Criterion, CriterionKind, Dimension, Rubric, Verdict
from simulator.grading.scoring import Mix, Shares, score

RUBRIC = Rubric(dimensions=(Dimension(name="d"),))
KINDS = {"a": "required", "b": "required", "plus": "bonus", "bad": "error"}
CRITERIA = [
    Criterion(id=id_, text=id_, dimension="d", weight=2, kind=CriterionKind(kind))
    for id_, kind in KINDS.items()
]


def _score(cap: float = 1.0, **probabilities: float):
    verdicts = [
        Verdict(criterion_id=id_, probability=p, met=p >= 0.5) for id_, p in probabilities.items()
    ]
    return score(RUBRIC, CRITERIA, verdicts, cap=cap)[0]


def test_the_top_needs_no_bonus_and_the_bonus_lifts() -> None:
    assert _score(a=1, b=1, plus=0, bad=0).score == 5
    assert _score(a=1, b=0, plus=0, bad=0).raw == pytest.approx(0.45)
    assert _score(a=1, b=0, plus=1, bad=0).raw == pytest.approx(0.55)


def test_an_error_subtracts_once_it_is_more_likely_than_not() -> None:
    assert _score(a=1, b=1, plus=1, bad=0.5).raw == 1
    spoilt = _score(a=1, b=1, plus=1, bad=1)
    assert spoilt.raw == 0.5
    assert spoilt.errors == ("bad",)


def test_a_false_reason_takes_part_of_the_credit_and_never_more() -> None:
    def scored(*verdicts: Verdict):
        return score(RUBRIC, CRITERIA, verdicts, mix=Mix(falsity=0.5))[0]

    a, b = (Verdict(criterion_id=id_, probability=1, met=True) for id_ in "ab")
    rest = [Verdict(criterion_id=id_, probability=0, met=False) for id_ in ("plus", "bad")]
    false = b.model_copy(update={"falsity": 1.0})
    without = b.model_copy(update={"probability": 0.0, "met": False})
    whole, doubted, none = (scored(a, one, *rest) for one in (b, false, without))
    assert doubted.raw == pytest.approx((whole.raw + none.raw) / 2)
    assert (whole.doubtful, doubted.doubtful, none.doubtful) == ((), ("b",), ())
    assert doubted.covered == ("a", "b")
    assert score(RUBRIC, CRITERIA, [a, false, *rest])[0].raw == whole.raw  # a mix without it


def test_a_mix_says_what_each_share_is_worth() -> None:
    mix = Mix(start=0.1, required=0.6, bonus=0.3, error=0.2)
    assert mix.raw(Shares(required=0.5, bonus=1, error=0.5)) == pytest.approx(0.6)
    assert mix.raw(Shares(required=1)) == pytest.approx(1)
    assert mix.raw(Shares(required=0, error=1)) == 0


def test_the_cap_holds_an_answer_down() -> None:
    assert _score(a=1, b=1, plus=1, bad=0, cap=0.2).score == 2


def test_missing_and_covered_come_heaviest_first() -> None:
    criteria = [
        Criterion(id="light", text="x", dimension="d", weight=1),
        Criterion(id="heavy", text="x", dimension="d", weight=3),
    ]
    verdicts = [Verdict(criterion_id=c.id, probability=0, met=False) for c in criteria]
    assert score(RUBRIC, criteria, verdicts)[0].missing == ("heavy", "light")


def test_a_dimension_without_criteria_has_no_score() -> None:
    rubric = Rubric(dimensions=(Dimension(name="d"), Dimension(name="other")))
    verdicts = [Verdict(criterion_id="a", probability=1, met=True)]
    scores = score(rubric, CRITERIA, verdicts)
    assert scores[0].score is not None
    assert scores[1].score is None
    assert scores[1].raw is None


@given(st.lists(st.floats(0, 1), min_size=4, max_size=4), st.floats(0, 1))
def test_meeting_more_never_lowers_a_score(values: list[float], other: float) -> None:
    a, b, plus, bad = values
    low, high = sorted((a, other))
    lesser = _score(a=low, b=b, plus=plus, bad=bad)
    greater = _score(a=high, b=b, plus=plus, bad=bad)
    assert lesser.raw is not None
    assert greater.raw is not None
    assert lesser.raw <= greater.raw
    assert 1 <= lesser.score <= greater.score <= 5


def test_scales_of_any_width() -> None:
    rubric = Rubric(dimensions=(Dimension(name="d", scale=(0, 10)),))
    verdicts = [
        Verdict(criterion_id="a", probability=1, met=True),
        Verdict(criterion_id="b", probability=0, met=False),
    ]
    assert score(rubric, CRITERIA, verdicts)[0].score == pytest.approx(5)
