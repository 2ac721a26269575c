"""Answer sets: JSON Lines or a table in, validated rows out. One bad row stops all of it.

A row: ``{"id", "question" | "question_id", "answer": text or list of turns, "labels"?: {dimension:
number}, "criteria"?: [{"text", "dimension", "weight"?}], "reference"?: text, "lang"?, "kind"?,
"met"?: [criterion ids]}``. See README.md beside this file.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from evals.reading import contents
from simulator.domain import Criterion, CriterionKind, Frozen, Lang, OpenQuestion, Rubric
from simulator.errors import InputError
from simulator.interview.bank import Bank
from simulator.yaml_files import first_fault, read_yaml

Split = Literal["train", "validation", "test"]


class _Given(BaseModel):
    """What people write: more fields than these are theirs to keep."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class GivenCriterion(_Given):
    """A criterion of a row. `dimension` may be left out where the rubric has only one."""

    text: str = Field(min_length=1)
    dimension: str | None = None
    weight: float = Field(default=1.0, gt=0, allow_inf_nan=False)
    id: str | None = None
    kind: CriterionKind = CriterionKind.REQUIRED
    sections: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _as_turns(value: object) -> object:
    return [value] if isinstance(value, str) else value


class Row(_Given):
    """One line of an answer set, its form checked."""

    id: Annotated[str, BeforeValidator(_as_text)] = Field(min_length=1)
    question: str | None = Field(default=None, min_length=1)
    question_id: Annotated[str | None, BeforeValidator(_as_text)] = None
    answer: Annotated[tuple[str, ...], BeforeValidator(_as_turns)] = Field(min_length=1)
    labels: dict[str, float] = Field(default_factory=dict)
    met: tuple[str, ...] | None = None
    criteria: tuple[GivenCriterion, ...] = ()
    reference: str = ""
    lang: Lang = Lang.ES
    kind: str | None = None


class Item(Frozen):
    """A row joined with its question. `digest` changes when anything that is graded does."""

    row: Row
    question: OpenQuestion
    digest: str


class AnswerSet(Frozen):
    """The items of a run in the order of their files. `digest` is of the files' bytes; `unused`
    are fields that rows have and nothing reads."""

    items: tuple[Item, ...]
    digest: str
    files: tuple[str, ...]
    unused: tuple[str, ...] = ()


def load(
    path: Path,
    rubric: Rubric,
    bank: Callable[[Lang], Bank],
    *,
    has_guide: bool = True,
    split: Split | None = None,
    lang: Lang | None = None,
    limit: int | None = None,
    columns: Mapping[str, str] | None = None,
) -> AnswerSet:
    """Read a file, or every ``*.jsonl`` of a folder. `split` keeps the questions that the nearest
    ``split.yaml`` lists (beside the file or one folder up); `limit` keeps the first rows; `columns`
    names the columns of a table.

    Raises InputError in one line that names file, line and fault.
    """
    files = _files(path)
    wanted = None if split is None else questions_of(path, split)
    places: dict[str, str] = {}
    unused: Counter[str] = Counter()
    items = []
    digest = hashlib.sha256()
    for file in files:
        for where, content in contents(file, digest, columns):
            unused.update(content.keys() - Row.model_fields.keys())
            item = _item(content, where, rubric, bank, has_guide)
            if item.row.id in places:
                raise InputError(
                    f"{where}: id '{_short(item.row.id)}' is already at {places[item.row.id]};"
                    " make it unique"
                )
            places[item.row.id] = where
            if wanted is not None and item.question.id not in wanted:
                continue
            if lang is None or item.row.lang == lang:
                items.append(item)
    if not items:
        raise InputError(f"{path}: no answers to grade; check the file and its filters")
    return AnswerSet(
        items=tuple(items[:limit]),
        digest=digest.hexdigest()[:16],
        files=tuple(file.name for file in files),
        unused=tuple(sorted(unused)),
    )


def questions_of(path: Path, split: str) -> frozenset[str]:
    """The questions of one part of the split that goes with an answer set. Raises InputError."""
    folder = path if path.is_dir() else path.parent
    for place in (folder, folder.parent):
        if (place / "split.yaml").is_file():
            return questions_in(place / "split.yaml", split)
    raise InputError(f"{path}: no split.yaml beside it or one folder up; leave out --split")


def questions_in(file: Path, split: str) -> frozenset[str]:
    """The questions that a split file lists for one part. Raises InputError."""
    content = read_yaml(file)
    listed = content.get(split) if isinstance(content, dict) else None
    if not isinstance(listed, list):
        raise InputError(f"{file}: has no list '{split}'; add it")
    return frozenset(str(question) for question in listed)


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        files = sorted(path.glob("*.jsonl"))
        if not files:
            raise InputError(f"{path}: this folder has no .jsonl file; check the path")
        return files
    if not path.is_file():
        raise InputError(f"{path}: no such file or folder; check the path")
    return [path]


def _item(
    content: dict[str, Any],
    where: str,
    rubric: Rubric,
    bank: Callable[[Lang], Bank],
    has_guide: bool,
) -> Item:
    try:
        row = Row.model_validate(content)
    except ValidationError as error:
        raise InputError(f"{where}: {first_fault(error)}; fix it") from None
    _check_labels(row, where, rubric)
    question = _question(row, where, rubric, bank)
    if not question.criteria and not has_guide and not question.reference.strip():
        raise InputError(f"{where}: without a guide it needs 'criteria' or 'reference'; add one")
    known = {criterion.id for criterion in question.criteria}
    if odd := set(row.met or ()) - known:
        raise InputError(
            f"{where}: 'met' names '{_short(min(odd))}', no criterion of '{question.id}'; fix it"
        )
    graded = question.model_dump_json() + "\x1f".join(row.answer)
    return Item(row=row, question=question, digest=hashlib.sha256(graded.encode()).hexdigest()[:12])


def _check_labels(row: Row, where: str, rubric: Rubric) -> None:
    scales = {dimension.name: dimension.scale for dimension in rubric.dimensions}
    for name, value in row.labels.items():
        if name not in scales:
            raise InputError(
                f"{where}: label '{_short(name)}' is no dimension of the rubric"
                f" ({', '.join(scales)}); fix it or give --rubric"
            )
        low, high = scales[name]
        if math.isnan(value) or not low <= value <= high:
            raise InputError(f"{where}: label {name} is {value:g}, outside {low} to {high}; fix it")


def _question(row: Row, where: str, rubric: Rubric, bank: Callable[[Lang], Bank]) -> OpenQuestion:
    own = _criteria(row.criteria, where, rubric)
    if row.question is not None:
        digest = hashlib.sha256(row.question.strip().encode()).hexdigest()[:12]
        return OpenQuestion(
            id=row.question_id or f"own-{digest}",
            lang=row.lang,
            text=row.question,
            criteria=own,
            reference=row.reference,
        )
    if row.question_id is None:
        raise InputError(f"{where}: needs 'question' or 'question_id'; add one")
    try:
        known = bank(row.lang).open_question(row.question_id)
    except InputError as error:
        raise InputError(f"{where}: {error}") from None
    changes: dict[str, Any] = {"criteria": own} if own else {}
    if row.reference:
        changes["reference"] = row.reference
    known = known.model_copy(update=changes)
    if not {criterion.dimension for criterion in known.criteria} & {
        dimension.name for dimension in rubric.dimensions
    }:
        raise InputError(
            f"{where}: '{known.id}' has no criteria in the rubric's dimensions; give 'criteria'"
        )
    return known


def _criteria(given: Sequence[GivenCriterion], where: str, rubric: Rubric) -> tuple[Criterion, ...]:
    names = [dimension.name for dimension in rubric.dimensions]
    made = []
    for number, item in enumerate(given, start=1):
        name = item.dimension or (names[0] if len(names) == 1 else "")
        if name not in names:
            raise InputError(
                f"{where}: criterion {number} has the dimension '{_short(name)}', the rubric has"
                f" {', '.join(names)}; fix it or give --rubric"
            )
        fields = item.model_dump() | {"id": item.id or f"c{number}", "dimension": name}
        made.append(Criterion.model_validate(fields))
    ids = Counter(criterion.id for criterion in made)
    if repeated := [id_ for id_, count in ids.items() if count > 1]:
        raise InputError(f"{where}: criterion id '{_short(repeated[0])}' repeats; rename one")
    return tuple(made)


def _short(text: str) -> str:
    return text[:80]
