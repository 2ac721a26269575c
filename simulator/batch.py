"""What the page needs of grading a whole answer set: values, and the Protocol that entries satisfy.

``evals`` provides it. The page knows this Protocol only, so that nothing of the product depends on
the measurements.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Literal, Protocol

from pydantic import Field

from simulator.domain import Exchange, Frozen, Lang, OpenQuestion, Rubric, Usage

Download = Literal["results.jsonl", "report.html", "summary.json"]


class Upload(Frozen):
    """An answer set that was handed in and waits to be graded.

    `columns` are those of a table, empty for JSON Lines; `fields` what a column may hold, and
    `guess` the column in which each probably stands.
    """

    id: str
    name: str
    columns: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    guess: dict[str, str] = Field(default_factory=dict)


class BatchStatus(StrEnum):
    """Where a batch stands. A stopped or failed one can go on."""

    DRAFT = "draft"
    WAITING = "waiting"
    RUNNING = "running"
    STOPPED = "stopped"
    FAILED = "failed"
    FINISHED = "finished"


class Batch(Frozen):
    """How far a batch is. Counts are answers; `step` is (done, total) within the answer under way.

    `seconds` were spent on grading and `left` are still to come (None: nobody can tell yet).
    `failure` is one line where the batch failed.
    """

    id: str
    name: str
    created: str
    status: BatchStatus
    done: int = 0
    total: int = 0
    ungraded: int = 0
    step: tuple[int, int] | None = None
    usage: Usage = Usage()
    seconds: float = 0.0
    left: float | None = None
    failure: str = ""

    @property
    def active(self) -> bool:
        """Whether it changes without anybody's doing."""
        return self.status in (BatchStatus.WAITING, BatchStatus.RUNNING)


class BatchRow(Frozen):
    """One graded answer as a line of a table."""

    id: str
    question: str
    lang: Lang
    answer: str
    scores: dict[str, int | None]
    labels: dict[str, float] = Field(default_factory=dict)
    ungraded: str | None = None
    flags: tuple[str, ...] = ()
    seconds: float = 0.0


class GradedRow(Frozen):
    """One graded answer whole: what was asked, said and found."""

    question: OpenQuestion
    exchange: Exchange
    rubric: Rubric


class Batches(Protocol):
    """Answer sets being graded. Every method raises an error of errors.py, one line for a person,
    where the id is unknown or what was given cannot be used."""

    @property
    def rubric(self) -> Rubric:
        """The dimensions that answers are graded in."""

    @property
    def most(self) -> tuple[int, int]:
        """Bytes and answers that one batch may have."""

    def accept(self, path: Path, name: str) -> Upload:
        """Keep a copy of the file at `path`, which somebody calls `name`."""

    def begin(self, id: str, columns: Mapping[str, str], guide: str | None) -> Batch:
        """Check every row, then grade in the background. `guide` None is the shipped one."""

    def go_on(self, id: str) -> Batch:
        """Grade what a stopped or failed batch has left, and what was ungraded."""

    def cancel(self, id: str) -> Batch:
        """Stop; what is graded is kept."""

    def batch(self, id: str) -> Batch:
        """How far it is."""

    def rows(self, id: str) -> Sequence[BatchRow]:
        """What is graded so far."""

    def row(self, id: str, row: str) -> GradedRow:
        """One of the rows, whole."""

    def download(self, id: str, file: Download) -> str:
        """A file of the results, as text."""

    def recent(self, ids: Iterable[str] | None = None) -> Sequence[Batch]:
        """The newest first; of `ids` only, where they are given."""

    def delete(self, id: str) -> None:
        """Stop it, and forget it for good."""

    def close(self) -> None:
        """Stop everything; what is graded is kept."""
