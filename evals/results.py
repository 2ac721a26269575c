"""What a run leaves in its folder, and how it is read back.

    DIR/results.jsonl   one line an answer, in the order in which they were finished
    DIR/answers.jsonl   the answers that were graded, for reports and calibration
    DIR/run.json        what the run was made with: rubric, guide, model, judge, hashes
    DIR/guide.md        the guide's text, where there is one: what citations point into
    DIR/guide.NAME.md   that of a complement which was searched beside it
    DIR/summary.json, DIR/report.html

Lines are flushed to the disk one by one. A crash can tear the last one only; it is dropped.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO, TypeVar

from filelock import FileLock, Timeout
from pydantic import BaseModel, Field, ValidationError

from simulator.domain import CriterionKind, Frozen, Lang, Rubric, Usage, Verdict
from simulator.errors import InputError, StorageError
from simulator.yaml_files import first_fault

_Model = TypeVar("_Model", bound=BaseModel)


class JudgedCriterion(Verdict):
    """A verdict with the criterion that it is about. `label` is what a person found: whether the
    answer says it; None where nobody labelled it."""

    text: str = ""
    dimension: str = ""
    kind: CriterionKind = CriterionKind.REQUIRED
    weight: float = 1.0
    label: bool | None = None


class CheckedCitation(Frozen):
    """A citation and what a separate check found. `real`: it was retrieved for this answer and its
    quote stands at its offsets. `support`: 0..1, see grading.citations.support. `guide` is the
    name of the guide cited."""

    section_id: str
    quote: str
    start: int
    end: int
    guide: str = ""
    heading: str = ""
    dimension: str = ""
    real: bool = True
    support: float | None = None


class Result(Frozen):
    """One graded answer. `row` is a digest of what was graded; a changed row is graded again."""

    id: str
    scores: dict[str, int | None]
    raw: dict[str, float | None] = Field(default_factory=dict)
    ungraded: str | None = None
    labels: dict[str, float] = Field(default_factory=dict)
    verdicts: tuple[JudgedCriterion, ...] = ()
    citations: tuple[CheckedCitation, ...] = ()
    flags: tuple[str, ...] = ()
    usage: Usage = Usage()
    seconds: float = 0.0
    question_id: str = ""
    kind: str | None = None
    lang: Lang = Lang.ES
    row: str = ""
    provenance: dict[str, str] = Field(default_factory=dict)


class GradedAnswer(Frozen):
    """The text behind a result."""

    id: str
    question: str
    answer: tuple[str, ...]


class RunRecord(Frozen):
    """What a run was made with. Two results may stand in one folder only if `settings` agree."""

    settings: dict[str, str]
    answer_set: dict[str, Any]
    rubric: Rubric
    environment: dict[str, str]
    began: str


class Writer:
    """The one writer of a run's folder, as a context manager. Raises InputError for a second."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = FileLock(folder / "run.lock", timeout=0)
        self._file: TextIO | None = None

    def __enter__(self) -> Writer:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
        except Timeout:
            raise InputError(
                f"{self._folder}: another run is writing there; wait for it or use another --out"
            ) from None
        except OSError as error:
            raise StorageError(
                f"{self._folder} cannot be written ({error.strerror}); check the path"
            ) from None
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()
        self._lock.release()

    def keep(self, results: Iterable[Result]) -> None:
        """Let the folder hold exactly these results, whole or not at all."""
        write_whole(
            self._folder / "results.jsonl",
            "".join(f"{result.model_dump_json()}\n" for result in results),
        )

    def add(self, result: Result) -> None:
        """Append a result; it is on the disk when this returns."""
        try:
            if self._file is None:
                path = self._folder / "results.jsonl"
                self._file = path.open("a", encoding="utf-8", newline="\n")
            self._file.write(f"{result.model_dump_json()}\n")
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise StorageError(
                f"{self._folder} cannot be written ({error.strerror}); free some space and"
                " go on with --resume"
            ) from None


def read_results(folder: Path) -> list[Result]:
    """Every result of a folder, sorted by id; of an id written twice, the last one.

    A last line without its end, torn by a crash, is dropped. Raises InputError for anything else
    that is broken, and where there are no results.
    """
    path = folder / "results.jsonl"
    if not path.is_file():
        raise InputError(f"{folder}: no results.jsonl there; name the --out of a run")
    found: dict[str, Result] = {}
    lines = path.read_bytes().split(b"\n")
    for number, line in enumerate(lines[:-1], start=1):
        result = _parsed(Result, line, f"{path}, line {number}")
        found[result.id] = result
    return [found[id_] for id_ in sorted(found)]


def read_answers(folder: Path) -> dict[str, GradedAnswer]:
    """The graded texts of a folder by id; empty where they were not kept."""
    path = folder / "answers.jsonl"
    lines = path.read_bytes().splitlines() if path.is_file() else []
    answers = (_parsed(GradedAnswer, line, str(path)) for line in lines)
    return {answer.id: answer for answer in answers}


def read_run(folder: Path) -> RunRecord:
    """What a run was made with. Raises InputError where that is missing or broken."""
    path = folder / "run.json"
    if not path.is_file():
        raise InputError(f"{folder}: no run.json there; name the --out of a run")
    return _parsed(RunRecord, path.read_bytes(), str(path))


def read_summary(folder: Path) -> dict[str, Any]:
    """The summary of a run. Raises InputError where it is missing or broken."""
    path = folder / "summary.json"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise InputError(f"{path}: not there or not readable; run 'evals report' first") from None
    return dict(content)


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write JSON whole or not at all."""
    write_whole(path, json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n")


def write_whole(path: Path, text: str) -> None:
    """Write a text file whole or not at all. Raises StorageError."""
    try:
        handle, draft = tempfile.mkstemp(dir=path.parent, suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).chmod(0o644)
        Path(draft).replace(path)
    except OSError as error:
        raise StorageError(f"{path} cannot be written ({error.strerror}); check it") from None


def _parsed(model: type[_Model], line: bytes, where: str) -> _Model:
    try:
        return model.model_validate_json(line)
    except ValidationError as error:
        raise InputError(f"{where}: {first_fault(error)}; remove it or run again") from None
