"""Files of answers as objects, row by row: JSON Lines, or tables with a column for each field."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from simulator.errors import InputError

MAX_LINE = 8_000_000
TABLES = (".csv", ".tsv")

FIELDS = ("id", "question", "question_id", "answer", "reference", "lang", "kind")
"""Fields of a row that a column may hold, besides ``labels.DIMENSION``."""

_LABELS = "labels."
_TOO_MUCH = "\0"  # where cells beyond the header go; no column can have this name
_DELIMITERS = ",;\t|"
_NAMES = {
    "id": ("id", "row", "fila", "number", "numero", "número"),
    "question": ("question", "pregunta", "prompt", "enunciado"),
    "question_id": ("question_id", "question id", "id_pregunta", "id de pregunta", "id pregunta"),
    "answer": ("answer", "respuesta", "response", "text", "texto"),
    "reference": ("reference", "referencia", "model answer", "respuesta modelo", "solution"),
    "lang": ("lang", "language", "idioma", "lengua"),
    "kind": ("kind", "type", "tipo"),
}  # names of columns that people use, as code reads them: not texts of the product


def contents(
    file: Path, digest: Any, columns: Mapping[str, str] | None = None
) -> Iterator[tuple[str, dict[str, Any]]]:
    """(where, object) of every row; `digest` is updated with the file's bytes.

    `columns` names the column of each field of a table; without it, columns are known by their
    names. Raises InputError in one line that names file, line and fault.
    """
    if file.suffix.lower() in TABLES:
        yield from _rows(file, digest, columns)
        return
    for number, line in _lines(file, digest):
        where = f"{file.name}, line {number}"
        yield where, _object(line, where)


def columns_of(file: Path) -> tuple[str, ...]:
    """The columns of a table, in their order. Raises InputError."""
    reader = _reader(file, _text(file, _Unread()))
    return tuple(reader.fieldnames or ())


def guess(columns: Iterable[str], dimensions: Iterable[str]) -> dict[str, str]:
    """The column that each field probably stands in, by the columns' names."""
    plain = {column.strip().casefold(): column for column in reversed(list(columns))}
    found = {}
    for field, names in _NAMES.items():
        hit = next((plain[name] for name in names if name in plain), None)
        if hit is not None:
            found[field] = hit
    for dimension in dimensions:
        for name in (f"{_LABELS}{dimension}", f"label_{dimension}", dimension):
            if name.casefold() in plain:
                found[f"{_LABELS}{dimension}"] = plain[name.casefold()]
                break
    return found


# --- Tables --------------------------------------------------------------------------------------


class _Unread:
    """A digest that nobody asks for."""

    def update(self, data: bytes) -> None:
        """Nothing is kept."""


def _rows(
    file: Path, digest: Any, columns: Mapping[str, str] | None
) -> Iterator[tuple[str, dict[str, Any]]]:
    reader = _reader(file, _text(file, digest))
    names = list(reader.fieldnames or ())
    wanted = dict(columns) if columns else _as_named(names)
    for field, column in wanted.items():
        if column not in names:
            raise InputError(
                f"{file.name}: has no column '{column[:80]}' for '{field}'; it has"
                f" {', '.join(names)[:300]}"
            )
    if "answer" not in wanted:
        raise InputError(f"{file.name}: no column is the answer; name it (answer=COLUMN)")
    number = 0
    try:
        for number, row in enumerate(reader, start=1):
            where = f"{file.name}, row {number}"
            if row.get(_TOO_MUCH):
                raise InputError(f"{where}: has more cells than the header; quote its commas")
            if any((cell or "").strip() for cell in row.values()):
                yield where, _object_of(row, wanted, number, where)
    except csv.Error as error:
        raise InputError(f"{file.name}, after row {number}: {error}; save it again") from None


def _as_named(names: Iterable[str]) -> dict[str, str]:
    names = list(names)
    labels = [name.removeprefix(_LABELS) for name in names if name.startswith(_LABELS)]
    return guess(names, labels)


def _object_of(
    row: Mapping[str, str | None], wanted: Mapping[str, str], number: int, where: str
) -> dict[str, Any]:
    made: dict[str, Any] = {"id": str(number)}
    labels = {}
    for field, column in wanted.items():
        cell = (row.get(column) or "").strip()
        if field == "answer":
            made[field] = cell
        elif cell and field.startswith(_LABELS):
            labels[field.removeprefix(_LABELS)] = _number(cell, f"{where}, '{column[:80]}'")
        elif cell:
            made[field] = cell.lower() if field == "lang" else cell
    return made | ({"labels": labels} if labels else {})


def _number(cell: str, where: str) -> float:
    try:
        return float(cell.replace(",", "."))
    except ValueError:
        raise InputError(f"{where}: '{cell[:40]}' is not a number; fix it") from None


def _reader(file: Path, text: str) -> csv.DictReader[str]:
    head = text[: text.find("\n") + 1] or text
    delimiter = max(_DELIMITERS, key=head.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey=_TOO_MUCH, delimiter=delimiter)
    try:
        names = [name.strip() for name in reader.fieldnames or ()]
    except csv.Error as error:
        raise InputError(
            f"{file.name}: its header cannot be read ({error}); save it again"
        ) from None
    if not any(names):
        raise InputError(f"{file.name}: has no header; name the columns in its first line")
    if twice := [name for name in names if names.count(name) > 1]:
        raise InputError(f"{file.name}: two columns are named '{twice[0][:80]}'; rename one")
    reader.fieldnames = names
    return reader


def _text(file: Path, digest: Any) -> str:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror}); check the path") from None
    digest.update(data)
    if b"\0" in data:
        raise InputError(f"{file.name}: is no text file; save the table as CSV in UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")  # what Excel writes in Latin America


# --- JSON Lines ----------------------------------------------------------------------------------


def _lines(file: Path, digest: Any) -> Iterator[tuple[int, str]]:
    number = 0
    try:
        with file.open("rb") as stream:
            while line := stream.readline(MAX_LINE + 1):
                number += 1
                digest.update(line)
                if len(line) > MAX_LINE:
                    raise InputError(
                        f"{file.name}, line {number}: over {MAX_LINE // 1_000_000} MB; shorten it"
                    )
                text = line.decode("utf-8-sig" if number == 1 else "utf-8")
                if text.strip():
                    yield number, text
    except UnicodeDecodeError:
        raise InputError(f"{file.name}, line {number}: not UTF-8; save it as UTF-8") from None
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror}); check the path") from None


def _object(line: str, where: str) -> dict[str, Any]:
    try:
        content = json.loads(line)
    except ValueError as error:
        reason = getattr(error, "msg", "too deep or too long a number")
        raise InputError(f"{where}: not valid JSON ({reason}); fix it") from None
    except RecursionError:
        raise InputError(f"{where}: nested too deep; flatten it") from None
    if not isinstance(content, dict):
        raise InputError(f'{where}: must be an object like {{"id": …}}; fix it')
    return content
