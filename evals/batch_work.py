"""One batch being graded: how far it is, and the way to stop it."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from evals.results import Result
from evals.runner import Watch
from simulator.batch import Batch, BatchStatus
from simulator.domain import Usage
from simulator.progress import Cancelled


class Work(Watch):
    """Watches a run from its thread and tells how far it is to any other."""

    def __init__(self, kept: Sequence[Result], total: int) -> None:
        self.ended = threading.Event()
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._results = list(kept)
        self._total = total
        self._step: tuple[int, int] | None = None
        self._began: float | None = None
        self._before = 0

    def cancel(self) -> None:
        """Make the run end with Cancelled at its next step."""
        self._stop.set()

    def check(self) -> None:
        """Raises Cancelled once it was cancelled."""
        if self._stop.is_set():
            raise Cancelled

    def begun(self, kept: Sequence[Result], total: int) -> None:
        """The clock starts."""
        self.check()
        with self._lock:
            self._results, self._total = list(kept), total
            self._before, self._began = len(kept), time.monotonic()

    def step(self, done: int, total: int) -> None:
        """Something of an answer is done."""
        self.check()
        self._step = (done, total)

    def graded(self, result: Result) -> None:
        """One more answer is graded."""
        with self._lock:
            self._results.append(result)
            self._step = None
        if len(self._results) < self._total:
            self.check()

    def results(self) -> list[Result]:
        """What is graded so far, in the order of its ids."""
        with self._lock:
            return sorted(self._results, key=lambda result: result.id)

    def shown(self, batch: Batch) -> Batch:
        """The batch as it stands now."""
        results = self.results()
        running = BatchStatus.WAITING if self._began is None else BatchStatus.RUNNING
        return batch.model_copy(
            update={"status": running, "step": self._step, "left": self._left(len(results))}
            | counts(results, self._total)
        )

    def _left(self, done: int) -> float | None:
        fresh = done - self._before
        if self._began is None or fresh < 1:
            return None
        return (time.monotonic() - self._began) / fresh * (self._total - done)


def counts(results: Sequence[Result], total: int) -> dict[str, object]:
    """The fields of a `Batch` that results decide."""
    return {
        "done": len(results),
        "total": total,
        "ungraded": sum(result.ungraded is not None for result in results),
        "usage": sum((result.usage for result in results), Usage()),
        "seconds": round(sum(result.seconds for result in results), 1),
    }
