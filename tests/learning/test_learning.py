"""Interviews that learn from the ones before: over the service, with a real store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from simulator.domain import InterviewConfig, Lang
from simulator.interview.bank import Bank
from simulator.service import Interviews, Parts
from simulator.sessions.markdown import to_markdown
from simulator.sessions.report import Report
from simulator.sessions.store import SessionStore
from tests.fakes import FakeGrader, FakeRetriever
from tests.sessions.builders import CLOSED, RUBRIC, SECTIONS

BANK = Bank(
    lang=Lang.ES,
    closed=tuple(
        CLOSED.model_copy(update={"id": f"q{n}", "topic": f"t{n}", "section": section})
        for n, section in enumerate(["sqs/performance"] * 2 + ["sqs/architecture"] * 8)
    ),
)


class Watch:
    """A clock that moves on a minute whenever it is read."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    store = SessionStore(f"sqlite:///{tmp_path / 's.db'}")
    retriever = FakeRetriever(list(SECTIONS.values()))
    yield Parts(
        store=store,
        rubric=RUBRIC,
        bank=lambda lang: BANK,
        retriever=lambda guide: retriever,
        grader=FakeGrader(),
        clock=Watch(),
    )
    store.close()


def hold(interviews: Interviews, answers: dict[str, str]) -> str:
    id_ = interviews.start(InterviewConfig(closed=1, open=0), list(answers)).id
    list(interviews.go_on(id_))
    while (exchange := interviews.session(id_).current) is not None:
        list(interviews.answer(id_, answers[exchange.question_id]))
    return id_


def planned(interviews: Interviews, seed: int, count: int = 3) -> tuple[str, ...]:
    config = InterviewConfig(closed=count, open=0, seed=seed, adaptive=True)
    return interviews.start(config).plan


def test_what_was_wrong_comes_back_and_what_was_right_waits(parts: Parts) -> None:
    interviews = Interviews(parts)
    hold(interviews, {"q0": "la a", "q5": "la b"})
    for seed in range(5):
        chosen = planned(interviews, seed)
        assert chosen[0] == "q0"
        assert chosen[1] == "q1"  # new, on the section that is weak
        assert "q5" not in chosen
    assert planned(interviews, 3) == planned(interviews, 3)


def test_without_the_wish_or_a_history_the_seed_alone_decides(parts: Parts) -> None:
    interviews = Interviews(parts)
    config = InterviewConfig(closed=4, open=0, seed=9)
    fresh = interviews.start(config.model_copy(update={"adaptive": True})).plan
    assert fresh == interviews.start(config).plan
    hold(interviews, {"q0": "la a"})
    assert interviews.start(config).plan == fresh


def test_a_report_shows_progress_and_cites_what_to_study_next(parts: Parts) -> None:
    interviews = Interviews(parts)
    first = hold(interviews, {"q0": "la a"})
    second = hold(interviews, {"q0": "la b", "q5": "la a"})
    report = interviews.report(second)
    weak, better = report.progress
    assert (weak.section_id, weak.known, weak.weak) == ("s1", 0.0, True)
    assert [point.session_id for point in better.points] == [first, second]
    assert (better.known, better.change) == (1.0, 1.0)
    (item,) = report.next_study
    assert item.section_id == "s1"
    assert item.citation.quote in SECTIONS["sqs/architecture"].text
    assert item.reasons[0] == "lo dominas en un 0 %"
    shown = to_markdown(report)
    assert "Tu avance por sección" in shown
    assert "Lo próximo que estudiar" in shown
    assert Report.model_validate_json(report.model_dump_json()) == report
    # The report of an earlier interview tells what was known then.
    assert [section.known for section in interviews.report(first).progress] == [0.0]


def test_on_a_shared_page_nobody_learns_from_anothers_interviews(parts: Parts) -> None:
    hold(Interviews(parts), {"q0": "la a"})
    shared = Interviews(parts, shared=True)
    own = hold(shared, {"q5": "la b"})
    assert [section.section_id for section in shared.report(own).progress] == ["s1"]
    config = InterviewConfig(closed=3, open=0, seed=2)
    adaptive = shared.start(config.model_copy(update={"adaptive": True}))
    assert adaptive.plan == shared.start(config).plan
