"""Adds questions to the files of a bank folder: atomically, keeping what is already there."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

import yaml

from simulator.domain import ClosedQuestion, OpenQuestion
from simulator.errors import BankError, StorageError
from simulator.interview.bank import closed_questions
from simulator.yaml_files import parse_items, read_text

_Dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def write_questions(folder: Path, questions: Iterable[ClosedQuestion | OpenQuestion]) -> list[Path]:
    """Add questions to a bank folder and return the files written, each replaced atomically.

    A file that is there keeps its text: new questions are appended to it.
    """
    by_file: dict[Path, list[ClosedQuestion]] = {}
    texts: dict[Path, str] = {}
    for question in questions:
        if isinstance(question, ClosedQuestion):
            path = folder / "closed" / f"{question.topic}.{question.lang}.yaml"
            by_file.setdefault(path, []).append(question)
        else:
            path = folder / "open" / f"{question.id}.{question.lang}.yaml"
            texts[path] = _dump(_fields(question, "lang"))
    for path, added in by_file.items():
        texts[path] = _appended(path, added)
    for path, text in texts.items():
        _write(path, text)
    return list(texts)


def _fields(question: ClosedQuestion | OpenQuestion, *left_out: str) -> dict[str, object]:
    return question.model_dump(mode="json", exclude={*left_out}, exclude_none=True)


def _dump(content: object) -> str:
    return str(yaml.dump(content, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100))


def _appended(path: Path, added: list[ClosedQuestion]) -> str:
    """The file's text with questions appended; rewritten where its layout does not allow that."""
    new = _dump([_fields(question, "topic", "lang") for question in added])
    if not path.is_file():
        return new
    old = list(closed_questions(path, added[0].lang))
    text = read_text(path).rstrip() + "\n" + new
    try:
        if len(parse_items(text, path.name)) == len(old) + len(added):
            return text
    except BankError:
        pass
    return _dump([_fields(question, "topic", "lang") for question in (*old, *added)])


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise StorageError(
            f"{path}: cannot be written ({error.strerror}); free space or change the folder"
        ) from None
