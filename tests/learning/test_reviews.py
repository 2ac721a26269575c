from __future__ import annotations

from simulator.domain import Attempt, Grade, Session
from simulator.learning.reviews import reviews
from tests.sessions.builders import CLOSED, closed_exchange, graded, open_exchange, session


def shares(made: Session, known: bool = True) -> dict[str, float]:
    found = reviews([made], lambda _id: CLOSED if known else None)
    return {review.item: round(review.share, 2) for review in found}


def test_a_closed_answer_speaks_of_its_question_and_section() -> None:
    expected = {"question:sqs-polling": 1.0, "section:sqs/performance": 1.0}
    assert shares(session(closed_exchange(correct=True))) == expected
    assert set(shares(session(closed_exchange(correct=False))).values()) == {0.0}


def test_a_skipped_question_was_not_known() -> None:
    assert shares(session(closed_exchange(skipped=True)))["question:sqs-polling"] == 0.0


def test_an_open_answer_speaks_of_the_sections_of_its_criteria() -> None:
    found = shares(session(open_exchange(graded())))
    assert found == {
        "question:orders": 0.45,
        "section:sqs/architecture": 1.0,
        "section:sqs/performance": 0.0,
    }


def test_one_review_a_section_and_interview_weighs_everything_said() -> None:
    both = session(closed_exchange(correct=True), open_exchange(graded()))
    assert shares(both)["section:sqs/performance"] == 0.67  # 2 of 2 and 0 of 1


def test_what_was_not_graded_says_nothing() -> None:
    assert shares(session(open_exchange(Grade(question_id="orders", ungraded="down")))) == {}


def test_only_the_first_try_counts() -> None:
    again = closed_exchange(correct=True)
    first = closed_exchange(correct=False)
    tried = again.model_copy(update={"earlier": (Attempt(closed=first.closed),)})
    assert shares(session(tried))["question:sqs-polling"] == 0.0


def test_a_question_that_the_bank_has_lost_still_speaks_of_itself() -> None:
    found = shares(session(closed_exchange(correct=True)), known=False)
    assert found == {"question:sqs-polling": 1.0}
