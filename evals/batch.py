"""Answer sets graded for the page: the same run as ``python -m evals run``, in the background."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from evals import dataset, reading
from evals.batch_store import MAX_BYTES, BatchStore, Kept
from evals.batch_work import Work, counts
from evals.restoring import exchange_of, question_of
from evals.results import Result, read_answers, read_run
from evals.setting import NO_GUIDE, Options
from simulator.assembly import Assembly
from simulator.batch import Batch, BatchRow, BatchStatus, Download, GradedRow, Upload
from simulator.domain import Rubric
from simulator.errors import InputError, SimulatorError
from simulator.grading.grader import JudgeName
from simulator.progress import Cancelled

MAX_ROWS = 500
MAX_ACTIVE = 5
_EXCERPT = 160
_MOST_AT_ONCE = 4
_PATIENCE = 30.0  # seconds that a deletion waits for the answer under way


class FolderBatches:
    """The `Batches` of simulator/batch.py: a folder each, graded one after another.

    Close it, or use it as a context manager, before the assembly is closed.
    """

    def __init__(self, assembly: Assembly, judge: JudgeName = "auto") -> None:
        self._assembly = assembly
        self._judge = judge
        self._store = BatchStore(assembly.settings.home / "batches")
        self._lock = threading.RLock()
        self._active: dict[str, Work] = {}
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="batch")

    def __enter__(self) -> FolderBatches:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def rubric(self) -> Rubric:
        """The dimensions that answers are graded in."""
        return self._assembly.rubric

    @property
    def most(self) -> tuple[int, int]:
        """Bytes and answers that one batch may have."""
        return MAX_BYTES, MAX_ROWS

    def accept(self, path: Path, name: str) -> Upload:
        """Keep a copy of a file. Raises InputError, StorageError."""
        id_ = self._store.add(path, name)
        kept = self._store.kept(id_)
        if not kept.is_table:
            return Upload(id=id_, name=kept.name)
        try:
            columns = reading.columns_of(self._store.given(id_))
        except InputError:
            self._store.delete(id_)
            raise
        dimensions = [dimension.name for dimension in self.rubric.dimensions]
        return Upload(
            id=id_,
            name=kept.name,
            columns=columns,
            fields=(*reading.FIELDS, *(f"labels.{name}" for name in dimensions)),
            guess=reading.guess(columns, dimensions),
        )

    def begin(self, id: str, columns: Mapping[str, str], guide: str | None) -> Batch:
        """Check every row, then grade in the background. Raises InputError."""
        kept = self._store.kept(id)
        if kept.total:
            raise InputError(f"'{kept.name}' was begun already; go on with it")
        kept = kept.model_copy(update={"columns": dict(columns), "guide": guide})
        answers = self._read(id, kept)
        count = len(answers.items)
        if count > MAX_ROWS:
            raise InputError(
                f"'{kept.name}' has {count} answers and the page takes {MAX_ROWS}; split it, or"
                " grade it with 'python -m evals run'"
            )
        return self._start(id, kept.model_copy(update={"total": count}), answers)

    def go_on(self, id: str) -> Batch:
        """Grade what a stopped or failed batch has left, and what was ungraded."""
        kept = self._store.kept(id)
        if not kept.total:
            raise InputError(f"'{kept.name}' was not begun; begin it")
        return self._start(id, kept.model_copy(update={"failure": ""}), self._read(id, kept))

    def cancel(self, id: str) -> Batch:
        """Stop; what is graded is kept."""
        work = self._active.get(id)
        if work is not None:
            work.cancel()
        return self.batch(id)

    def batch(self, id: str) -> Batch:
        """How far it is."""
        kept, work = self._store.kept(id), self._active.get(id)
        if work is not None:
            return work.shown(_batch(id, kept, BatchStatus.WAITING))
        results = self._store.results(id)
        status = BatchStatus.STOPPED if kept.total else BatchStatus.DRAFT
        if kept.failure:
            status = BatchStatus.FAILED
        elif kept.total and len(results) >= kept.total:
            status = BatchStatus.FINISHED
        return _batch(id, kept, status).model_copy(update=counts(results, kept.total))

    def rows(self, id: str) -> list[BatchRow]:
        """What is graded so far, in the order of its ids."""
        answers = read_answers(self._store.out(id))
        return [
            BatchRow(
                id=result.id,
                question=question_of(result, answers[result.id], self._assembly.bank).title,
                lang=result.lang,
                answer=" ".join(" ".join(answers[result.id].answer).split())[:_EXCERPT],
                scores=result.scores,
                labels=result.labels,
                ungraded=result.ungraded,
                flags=result.flags,
                seconds=result.seconds,
            )
            for result in self._results(id)
            if result.id in answers
        ]

    def row(self, id: str, row: str) -> GradedRow:
        """One of the rows, whole."""
        out = self._store.out(id)
        answer = read_answers(out).get(row)
        result = next((one for one in self._results(id) if one.id == row), None)
        if answer is None or result is None:
            raise InputError(f"there is no graded answer '{row[:80]}'; open another")
        rubric = read_run(out).rubric
        return GradedRow(
            question=question_of(result, answer, self._assembly.bank),
            exchange=exchange_of(result, answer, rubric),
            rubric=rubric,
        )

    def download(self, id: str, file: Download) -> str:
        """A file of the results, as text; reports are made anew of what is graded so far."""
        out = self._store.out(id)
        if not self._results(id):
            raise InputError("nothing is graded yet; wait for the first answer")
        if file != "results.jsonl":
            from evals.grading import write_reports  # scikit-learn takes seconds to import

            write_reports(out)
        return (out / file).read_text(encoding="utf-8")

    def recent(self, ids: Iterable[str] | None = None) -> list[Batch]:
        """The newest first; of `ids` only, where they are given."""
        wanted = None if ids is None else set(ids)
        found = [id_ for id_ in self._store.ids() if wanted is None or id_ in wanted]
        batches = [self.batch(id_) for id_ in found]
        return [batch for batch in batches if batch.status is not BatchStatus.DRAFT]

    def delete(self, id: str) -> None:
        """Stop it, and forget it for good."""
        work = self._active.get(id)
        if work is not None:
            work.cancel()
            work.ended.wait(_PATIENCE)
        self._store.delete(id)

    def close(self) -> None:
        """Stop everything; what is graded is kept. Calling it twice is harmless."""
        for work in list(self._active.values()):
            work.cancel()
        self._pool.shutdown(wait=True)

    def _read(self, id: str, kept: Kept) -> dataset.AnswerSet:
        return dataset.load(
            self._store.given(id),
            self.rubric,
            self._assembly.bank,
            has_guide=kept.guide != NO_GUIDE,
            columns=kept.columns or None,
        )

    def _results(self, id: str) -> list[Result]:
        work = self._active.get(id)
        return self._store.results(id) if work is None else work.results()

    def _start(self, id: str, kept: Kept, answers: dataset.AnswerSet) -> Batch:
        with self._lock:
            if id in self._active:
                raise InputError(f"'{kept.name}' is being graded already; wait for it")
            if len(self._active) >= MAX_ACTIVE:
                raise InputError(f"{MAX_ACTIVE} batches are waiting already; try again later")
            self._store.keep(id, kept)
            work = Work(self._store.results(id), kept.total)
            self._active[id] = work
            self._pool.submit(self._grade, id, kept, answers, work)
        return self.batch(id)

    def _grade(self, id: str, kept: Kept, answers: dataset.AnswerSet, work: Work) -> None:
        failure = ""
        try:
            failure = self._run(id, kept, answers, work)
        except Cancelled:
            pass
        except SimulatorError as error:
            failure = str(error)
        except Exception as error:  # a fault of ours must not leave the batch "running" for ever
            logging.getLogger(__name__).exception("batch %s", id)
            failure = f"unexpected {type(error).__name__}; go on, or look at the server's log"
        finally:
            with self._lock:
                if failure:
                    self._store.keep(id, kept.model_copy(update={"failure": failure}))
                del self._active[id]
            work.ended.set()

    def _run(self, id: str, kept: Kept, answers: dataset.AnswerSet, work: Work) -> str:
        """Grade; returns why it failed as a whole, or nothing."""
        from evals.grading import grade_set, write_reports  # scikit-learn takes seconds to import

        work.check()
        self._assembly.prepare_model(self._judge, _unseen_download)
        alone = self._judge == "similarity"
        at_once = 1 if alone else min(_MOST_AT_ONCE, self._assembly.model.concurrency)
        outcome = grade_set(
            self._assembly,
            Options(guide=kept.guide, judge=self._judge),
            self.rubric,
            answers,
            self._store.out(id),
            concurrency=at_once,
            resume=True,
            retry_errors=True,
            watch=work,
        )
        write_reports(self._store.out(id))
        if outcome.reached:
            return ""
        return f"the model could not be reached: {outcome.ungraded} answers are ungraded; go on"


def _batch(id: str, kept: Kept, status: BatchStatus) -> Batch:
    return Batch(
        id=id, name=kept.name, created=kept.created, status=status, total=kept.total,
        failure=kept.failure,
    )  # fmt: skip


@contextmanager
def _unseen_download(_model: object) -> Iterator[Callable[[object], None]]:
    """The page shows a download beside the model's name; here nobody has to look."""
    yield lambda _moment: None
