from __future__ import annotations

import threading

import pytest

from simulator.progress import Cancelled, Progress, Report, with_progress


def test_progress_comes_in_order_and_the_result_last() -> None:
    def work(report: Report) -> str:
        report(1, 2)
        report(2, 2)
        return "done"

    steps = with_progress(work)
    assert next(steps) == Progress(done=1, total=2)
    assert next(steps) == Progress(done=2, total=2)
    with pytest.raises(StopIteration) as end:
        next(steps)
    assert end.value.value == "done"


def test_an_error_of_the_work_is_raised_to_the_consumer() -> None:
    def work(report: Report) -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        list(with_progress(work))


def test_work_nobody_waits_for_is_cancelled() -> None:
    go, cancelled = threading.Event(), threading.Event()

    def work(report: Report) -> None:
        report(1, 2)
        go.wait(5)
        try:
            report(2, 2)
        except Cancelled:
            cancelled.set()
            raise

    steps = with_progress(work)
    next(steps)
    steps.close()
    go.set()
    assert cancelled.wait(5)
