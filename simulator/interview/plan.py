"""Which questions an interview asks: fixed at its start, reproducible by its seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from simulator.domain import ClosedQuestion, InterviewConfig, Level, OpenQuestion
from simulator.errors import InputError

_Q = TypeVar("_Q", ClosedQuestion, OpenQuestion)

# Where a question stands in the queue of what to learn: its group, then its place in it.
Urgency = Callable[[ClosedQuestion | OpenQuestion], tuple[int, float]]
# Groups below this one come back before anything new is asked.
NEW = 2


def plan(
    config: InterviewConfig,
    closed: Sequence[ClosedQuestion],
    open_: Sequence[OpenQuestion],
    urgency: Urgency = lambda _question: (NEW, 0.0),
) -> tuple[str, ...]:
    """Ids of the questions to ask, closed ones first.

    Closed questions are spread over topics; a level is preferred, not required; a person's own
    guide brings the open questions derived from it. The most urgent ones come first: those to
    learn again even from one topic. Raises InputError when the topics are unknown or leave too
    few questions.
    """
    rng = random.Random(f"{config.seed}")  # noqa: S311 - a choice of questions, not a secret
    _check_topics(config.topics, closed, open_)
    wanted = set(config.topics)
    closed_pool = [q for q in closed if not wanted or q.topic in wanted]
    open_pool = [q for q in _askable(config, open_) if not wanted or wanted & set(q.topics)]
    closed_order = sorted(_shuffled(closed_pool, config.level, rng), key=urgency)
    again = [q for q in closed_order if urgency(q)[0] < NEW]
    new = [q for q in closed_order if urgency(q)[0] == NEW]
    known = [q for q in closed_order if urgency(q)[0] > NEW]
    chosen_closed = _take([*again, *_spread(new), *known], config.closed, "closed")
    open_order = sorted(_shuffled(open_pool, config.level, rng), key=urgency)
    chosen_open = _take(open_order, config.open, "open")
    return (*(q.id for q in chosen_closed), *(q.id for q in chosen_open))


def _askable(config: InterviewConfig, open_: Sequence[OpenQuestion]) -> list[OpenQuestion]:
    """The questions derived from this interview's guide, or else those of the bank."""
    own = [q for q in open_ if q.derived_from == config.guide]
    return own or [q for q in open_ if not q.derived_from]


def _check_topics(
    topics: Sequence[str], closed: Sequence[ClosedQuestion], open_: Sequence[OpenQuestion]
) -> None:
    known = {q.topic for q in closed} | {topic for q in open_ for topic in q.topics}
    unknown = [topic for topic in topics if topic not in known]
    if unknown:
        raise InputError(
            f"unknown topic {', '.join(unknown)}; choose from {', '.join(sorted(known))}"
        )


def _shuffled(pool: Iterable[_Q], level: Level | None, rng: random.Random) -> list[_Q]:
    order = sorted(pool, key=lambda q: q.id)
    rng.shuffle(order)
    return sorted(order, key=lambda q: level is not None and q.level is not level)


def _spread(questions: Sequence[ClosedQuestion]) -> list[ClosedQuestion]:
    """The same questions, each topic's first before any topic's second, and so on."""
    seen: dict[str, int] = {}
    ranked = []
    for question in questions:
        seen[question.topic] = seen.get(question.topic, 0) + 1
        ranked.append((seen[question.topic], question))
    return [question for _, question in sorted(ranked, key=lambda pair: pair[0])]


def _take(pool: Sequence[_Q], count: int, name: str) -> Sequence[_Q]:
    if len(pool) < count:
        raise InputError(
            f"{count} {name} questions asked for, {len(pool)} fit; ask for fewer or more topics"
        )
    return pool[:count]
