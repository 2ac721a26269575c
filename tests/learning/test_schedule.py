from __future__ import annotations

from datetime import UTC, datetime, timedelta

from simulator.learning.reviews import Review, question_item, section_item
from simulator.learning.schedule import schedule
from simulator.learning.sections import next_to_study, progress

DAY = datetime(2026, 1, 1, tzinfo=UTC)


def review(item: str, share: float, day: float = 0) -> Review:
    return Review(item=item, at=DAY + timedelta(days=day), share=share, session_id=f"s{day}")


def test_what_was_known_comes_back_later_than_what_was_not() -> None:
    found = schedule([review(question_item(q), share) for q, share in (("no", 0), ("yes", 1.0))])
    wrong, right = found.question("no"), found.question("yes")
    assert wrong is not None
    assert right is not None
    assert wrong.due - DAY <= timedelta(days=1)
    assert right.due - DAY > timedelta(days=3)
    assert (wrong.weak, right.weak) == (True, False)


def test_intervals_grow_while_it_is_known() -> None:
    item = question_item("q")
    once = schedule([review(item, 0.7)]).question("q")
    twice = schedule([review(item, 0.7), review(item, 0.7, 3)]).question("q")
    assert once is not None
    assert twice is not None
    assert twice.due - (DAY + timedelta(days=3)) > once.due - DAY
    assert twice.times == 2


def test_the_same_record_gives_the_same_schedule() -> None:
    record = [review(question_item(f"q{n}"), n / 10, n) for n in range(10)]
    dues = [[schedule(record).question(f"q{n}") for n in range(10)] for _ in range(2)]
    assert dues[0] == dues[1]


def test_weak_and_overdue_ones_lead_then_weak_sections_then_new_then_the_rest() -> None:
    found = schedule(
        [
            review(question_item("weak"), 0.1),
            review(question_item("old"), 0.7, -300),
            review(question_item("fresh"), 1.0),
            review(section_item("q/errors"), 0.2),
        ]
    )
    now = DAY + timedelta(minutes=5)
    order = ["fresh", "unseen", "near", "old", "weak"]
    order.sort(key=lambda q: found.urgency(q, ["q/errors"] if q == "near" else [], now))
    assert order == ["old", "weak", "near", "unseen", "fresh"]


def test_progress_is_by_section_and_the_weakest_is_next() -> None:
    record = [
        review(question_item("q"), 0.0),
        review(section_item("better"), 0.2),
        review(section_item("worse"), 0.9),
        review(section_item("better"), 0.8, 2),
        review(section_item("worse"), 0.3, 2),
        review(section_item("fine"), 1.0, 2),
    ]
    sections = progress(record, schedule(record))
    assert [section.key for section in sections] == ["worse", "better", "fine"]
    assert [round(section.change, 2) for section in sections] == [-0.6, 0.6, 0.0]
    soon = DAY + timedelta(days=2, hours=1)
    assert [section.key for section in next_to_study(sections, soon)] == ["worse"]
    late = DAY + timedelta(days=400)
    assert [section.key for section in next_to_study(sections, late)] == ["worse", "better", "fine"]
