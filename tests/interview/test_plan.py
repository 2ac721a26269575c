from __future__ import annotations

from collections import Counter

import pytest

from simulator.domain import ClosedQuestion, InterviewConfig, Lang, Level, OpenQuestion
from simulator.errors import InputError
from simulator.interview.plan import plan

TOPICS = ("s3", "sqs", "iam", "ec2", "ecs")


def closed(topic: str, number: int, level: Level) -> ClosedQuestion:
    option = {"text": "x", "reason": "y"}
    return ClosedQuestion.model_validate(
        {
            "id": f"{topic}-{number}",
            "lang": Lang.ES,
            "topic": topic,
            "aspect": "security",
            "level": level,
            "kind": "single",
            "text": "¿?",
            "key": ("A",),
            "options": ({"id": "A", **option}, {"id": "B", **option}),
        }
    )


CLOSED = [closed(t, n, list(Level)[n % 3]) for t in TOPICS for n in range(6)]
OPEN = [
    OpenQuestion(id=f"design-{n}", lang=Lang.ES, text="…", topics=(TOPICS[n % 5],), level=Level.MID)
    for n in range(8)
]


def test_a_seed_makes_the_plan_reproducible() -> None:
    config = InterviewConfig(seed=7)
    assert plan(config, CLOSED, OPEN) == plan(config, CLOSED[::-1], OPEN[::-1])
    others = {plan(InterviewConfig(seed=seed), CLOSED, OPEN) for seed in range(20)}
    assert len(others) > 15


@pytest.mark.parametrize("seed", range(20))
def test_counts_order_and_spread_over_topics(seed: int) -> None:
    chosen = plan(InterviewConfig(seed=seed), CLOSED, OPEN)
    assert len(chosen) == len(set(chosen)) == 7
    assert [id_.startswith("design") for id_ in chosen] == [False] * 5 + [True] * 2
    topics = Counter(id_.split("-")[0] for id_ in chosen[:5])
    assert max(topics.values()) == 1


def test_topics_bound_the_choice() -> None:
    chosen = plan(InterviewConfig(topics=("sqs",), open=1), CLOSED, OPEN)
    assert all(id_.startswith("sqs") for id_ in chosen[:5])


def test_a_level_is_preferred() -> None:
    chosen = plan(InterviewConfig(level=Level.SENIOR), CLOSED, OPEN)
    levels = {q.id: q.level for q in CLOSED}
    assert {levels[id_] for id_ in chosen[:5]} == {Level.SENIOR}


@pytest.mark.parametrize(
    ("config", "says"),
    [
        (InterviewConfig(topics=("cobol",)), "unknown topic cobol"),
        (InterviewConfig(topics=("sqs",), closed=9), "9 closed"),
        (InterviewConfig(open=9), "9 open"),
    ],
)
def test_what_cannot_be_planned_says_so(config: InterviewConfig, says: str) -> None:
    with pytest.raises(InputError, match=says):
        plan(config, CLOSED, OPEN)
