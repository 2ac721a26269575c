"""Grades every answer of a set and keeps each grade the moment it is made."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import TextIO

from evals.checking import CitationChecker
from evals.dataset import AnswerSet, Item
from evals.results import (
    GradedAnswer,
    JudgedCriterion,
    Result,
    RunRecord,
    Writer,
    read_answers,
    read_results,
    read_run,
    write_json,
    write_whole,
)
from simulator.domain import Frozen, Grade
from simulator.errors import InputError
from simulator.ports import Grader, Retriever

_QUIET = 15.0  # seconds between lines of progress where the output is no terminal


class Watch:
    """Who waits for a run, and is told how it goes; what these methods raise ends the run."""

    def begun(self, kept: Sequence[Result], total: int) -> None:
        """`kept` results of an earlier run hold; with them there will be `total`."""

    def step(self, done: int, total: int) -> None:
        """`done` of `total` steps of one answer are made."""

    def graded(self, result: Result) -> None:
        """One more answer is graded, and on the disk."""


class Outcome(Frozen):
    """How a run ended. `reached` is False when a model was asked and never answered."""

    done: int
    ungraded: int
    reached: bool


class Run:
    """A run in one folder: `record` is what it is made with, `rows` what it grades."""

    def __init__(
        self,
        folder: Path,
        record: RunRecord,
        answers: AnswerSet,
        grader: Grader,
        retriever: Retriever | None = None,
        checker: CitationChecker | None = None,
    ) -> None:
        self._folder = folder
        self._record = record
        self._items = answers.items
        self._grader = grader
        self._retriever = retriever
        self._checker = checker
        self._watch = Watch()

    def grade(
        self,
        *,
        concurrency: int = 1,
        resume: bool = False,
        retry_errors: bool = False,
        progress: TextIO = sys.stderr,
        watch: Watch | None = None,
    ) -> Outcome:
        """Grade what is not graded yet. Ctrl-C and crashes keep what was finished.

        `resume` goes on in a folder that has results, and `retry_errors` also grades again what
        was left ungraded. Progress goes to `watch`, or as lines to `progress`. Raises InputError
        for a folder that has other results.
        """
        self._watch = watch or _Meter(progress)
        with Writer(self._folder) as writer:
            kept = self._kept(resume, retry_errors)
            self._begin(writer, kept)
            done = {result.id for result in kept}
            todo = [item for item in self._items if item.row.id not in done]
            results = list(kept)
            self._watch.begun(kept, len(kept) + len(todo))
            for result in _in_threads(self._grade_one, todo, concurrency):
                writer.add(result)
                results.append(result)
                self._watch.graded(result)
        failed = [result for result in results if result.ungraded is not None]
        asked = [result for result in failed if result.provenance]
        reached = not asked or any(result.usage.calls for result in results)
        return Outcome(done=len(results), ungraded=len(failed), reached=reached)

    def _kept(self, resume: bool, retry_errors: bool) -> list[Result]:
        """The results of an earlier run that still hold, those of answers left out today too."""
        if not (self._folder / "results.jsonl").is_file():
            return []
        if not (resume or retry_errors):
            raise InputError(
                f"{self._folder} already holds results; go on with --resume or use another --out"
            )
        before = read_run(self._folder).settings
        now = self._record.settings
        if changed := sorted(name for name in before | now if before.get(name) != now.get(name)):
            raise InputError(
                f"{self._folder} was made with another {', '.join(changed)}; use another --out"
            )
        digests = {item.row.id: item.digest for item in self._items}
        return [
            result
            for result in read_results(self._folder)
            if digests.get(result.id, result.row) == result.row
            and not (retry_errors and result.ungraded and result.id in digests)
        ]

    def _begin(self, writer: Writer, kept: Sequence[Result]) -> None:
        texts = read_answers(self._folder) if kept else {}
        for item in self._items:
            texts[item.row.id] = GradedAnswer(
                id=item.row.id, question=item.question.text, answer=item.row.answer
            )
        write_json(self._folder / "run.json", self._record.model_dump(mode="json"))
        write_whole(
            self._folder / "answers.jsonl",
            "".join(f"{text.model_dump_json()}\n" for text in texts.values()),
        )
        writer.keep(kept)

    def _grade_one(self, item: Item) -> Result:
        grade = self._grader.grade(
            item.question, item.row.answer, self._retriever, item.row.lang, self._watch.step
        )
        checker = self._checker
        names = [dimension.name for dimension in self._record.rubric.dimensions]
        scores = {score.dimension: score for score in grade.scores}
        return Result(
            id=item.row.id,
            scores={name: scores[name].score if name in scores else None for name in names},
            raw={name: scores[name].raw if name in scores else None for name in names},
            ungraded=grade.ungraded,
            labels=item.row.labels,
            verdicts=_judged(grade, item),
            citations=checker.check(grade) if checker else (),
            flags=grade.flags,
            usage=grade.usage,
            seconds=round(grade.seconds, 3),
            question_id=item.question.id,
            kind=item.row.kind,
            lang=item.row.lang,
            row=item.digest,
            provenance=grade.provenance,
        )


def _judged(grade: Grade, item: Item) -> tuple[JudgedCriterion, ...]:
    criteria = {criterion.id: criterion for criterion in grade.criteria}
    met = item.row.met
    judged = []
    for verdict in grade.verdicts:
        criterion = criteria[verdict.criterion_id]
        judged.append(
            JudgedCriterion(
                **dict(verdict),
                text=criterion.text,
                dimension=criterion.dimension,
                kind=criterion.kind,
                weight=criterion.weight,
                label=None if met is None else criterion.id in met,
            )
        )
    return tuple(judged)


def _in_threads(
    work: Callable[[Item], Result], items: Sequence[Item], concurrency: int
) -> Iterable[Result]:
    """Results as they are finished; never more than twice `concurrency` under way."""
    waiting = iter(items)
    with ThreadPoolExecutor(max_workers=concurrency) as pool:
        running: set[Future[Result]] = set()
        try:
            while True:
                for item in waiting:
                    running.add(pool.submit(work, item))
                    if len(running) >= 2 * concurrency:
                        break
                if not running:
                    return
                finished, running = wait(running, return_when=FIRST_COMPLETED)
                for future in finished:
                    yield future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


class _Meter(Watch):
    """Lines for a person: done of total, how long it will still take, what went ungraded."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._total = self._before = self._done = self._ungraded = 0
        self._began = time.monotonic()
        self._said = -_QUIET

    def begun(self, kept: Sequence[Result], total: int) -> None:
        """The clock starts."""
        self._before, self._total = len(kept), total - len(kept)
        self._began = time.monotonic()

    def graded(self, result: Result) -> None:
        """One more is finished."""
        self._done += 1
        self._ungraded += result.ungraded is not None
        now = time.monotonic()
        live, last = self._out.isatty(), self._done == self._total
        if live or now - self._said >= _QUIET or last:
            self._said = now
            left = (now - self._began) / self._done * (self._total - self._done)
            line = f"{self._before + self._done}/{self._before + self._total} graded"
            line += f", {self._ungraded} ungraded" if self._ungraded else ""
            line += f", about {_clock(left)} left" if not last else ""
            ended = "\n" if last else ""
            self._out.write(f"\r\x1b[K{line}{ended}" if live else f"{line}\n")
            self._out.flush()


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
