"""Progress of a long call, as values to iterate over instead of callbacks to pass around."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator
from typing import TypeVar

from simulator.domain import Frozen

_T = TypeVar("_T")
Report = Callable[[int, int], None]


class Progress(Frozen):
    """`done` of `total` parts of the work."""

    done: int
    total: int


def with_progress(work: Callable[[Report], _T]) -> Generator[Progress, None, _T]:
    """Run `work` in a thread, yield its progress and return its result; its error is raised here.

    When the consumer stops early, the next report of progress inside `work` raises Cancelled.
    """
    updates: queue.SimpleQueue[Progress | None] = queue.SimpleQueue()
    cancelled = threading.Event()
    outcome: list[_T] = []
    failure: list[BaseException] = []

    def report(done: int, total: int) -> None:
        if cancelled.is_set():
            raise Cancelled
        updates.put(Progress(done=done, total=total))

    def run() -> None:
        try:
            outcome.append(work(report))
        except BaseException as error:
            failure.append(error)
        finally:
            updates.put(None)

    thread = threading.Thread(target=run, name="with-progress", daemon=True)
    thread.start()
    try:
        while (update := updates.get()) is not None:
            yield update
    finally:
        cancelled.set()
    thread.join()
    if failure:
        raise failure[0]
    return outcome[0]


class Cancelled(Exception):  # noqa: N818 - not an error: the consumer went away
    """Raised inside the work when nobody waits for its result any more."""
