from __future__ import annotations

from simulator.domain import Grade
from simulator.sessions.report import Report, build_report
from tests.sessions.builders import (
    GUIDE,
    SOURCES,
    closed_exchange,
    graded,
    open_exchange,
    session,
)


def test_an_ungraded_answer_is_outside_the_mean_and_shown_beside_it() -> None:
    down = Grade(question_id="second", ungraded="el modelo no responde")
    report = build_report(
        session(open_exchange(graded(4, 2)), open_exchange(down, "second")), SOURCES
    )
    architecture = report.scores[0]
    assert (architecture.mean, architecture.graded, architecture.ungraded) == (4.0, 1, 1)
    assert report.open[1].ungraded == "el modelo no responde"
    assert report.open[1].scores == ()


def test_with_nothing_graded_there_is_no_number() -> None:
    report = build_report(
        session(open_exchange(Grade(question_id="orders", ungraded="x"))), SOURCES
    )
    assert [score.mean for score in report.scores] == [None, None]


def test_the_mean_is_over_questions() -> None:
    report = build_report(
        session(open_exchange(graded(5, 1)), open_exchange(graded(2, 2), "second")), SOURCES
    )
    assert [score.mean for score in report.scores] == [3.5, 1.5]


def test_closed_questions_count_right_wrong_and_skipped_apart() -> None:
    report = build_report(
        session(closed_exchange(True), closed_exchange(False), closed_exchange(skipped=True)),
        SOURCES,
    )
    assert (report.closed_correct, report.closed_total) == (1, 3)
    assert [outcome.correct for outcome in report.closed] == [True, False, None]


def test_the_study_plan_points_at_sections_heaviest_first_with_real_words() -> None:
    report = build_report(session(closed_exchange(False), open_exchange(graded())), SOURCES)
    (item,) = report.study_plan
    assert item.heading == "SQS › Performance"
    assert item.reasons == ("¿Qué reduce *costos*?", "Usa long polling.")
    assert GUIDE[item.citation.start : item.citation.end] == item.citation.quote


def test_nothing_wrong_means_nothing_to_study() -> None:
    assert build_report(session(closed_exchange(True)), SOURCES).study_plan == ()


def test_an_unfinished_session_reports_what_there_is() -> None:
    report = build_report(session(closed_exchange(True), finished=False), SOURCES)
    assert not report.finished
    assert report.closed_total == 1


def test_a_report_survives_its_json() -> None:
    report = build_report(session(closed_exchange(), open_exchange(graded())), SOURCES)
    assert Report.model_validate_json(report.model_dump_json()) == report
