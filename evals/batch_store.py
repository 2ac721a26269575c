"""Batches on disk: what was handed in, how it is to be graded, and the run that came of it.

FOLDER/ID/batch.json          what it is called, when it came, and how it is to be graded
FOLDER/ID/given/NAME          the answer set as it came
FOLDER/ID/out/                the run, see results.py
"""

from __future__ import annotations

import re
import secrets
import shutil
from datetime import UTC, datetime
from pathlib import Path

from pydantic import Field, ValidationError

from evals.reading import TABLES
from evals.results import Result, read_results, write_whole
from simulator.domain import Frozen
from simulator.errors import InputError, StorageError

MAX_BYTES = 5_000_000
_KEPT_DRAFTS = 20
_ID = re.compile(r"\d{14}-[0-9a-f]{12}")
_LINES = (".jsonl", ".ndjson")
_UNSAFE = re.compile(r"[^\w. -]")
_LONGEST_NAME = 80


class Kept(Frozen):
    """``batch.json``. `total` is 0 until it was begun; `failure` is why it stopped by itself."""

    name: str
    created: str
    file: str
    columns: dict[str, str] = Field(default_factory=dict)
    guide: str | None = None
    total: int = 0
    failure: str = ""

    @property
    def is_table(self) -> bool:
        """Whether its columns have to be told."""
        return Path(self.file).suffix.lower() in TABLES


class BatchStore:
    """The folder of batches. Raises InputError for an id that is not there, StorageError."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, path: Path, name: str) -> str:
        """Keep a copy of the file at `path` and return its id. Raises InputError."""
        ending = Path(name).suffix.lower()
        if ending not in (*TABLES, *_LINES):
            raise InputError(f"'{name[:80]}' is no answer set; give a .jsonl or a .csv file")
        try:
            if path.stat().st_size > MAX_BYTES:
                raise InputError(f"'{name[:80]}' is over {MAX_BYTES // 1_000_000} MB; split it")
            self._drop_old_drafts()
            now = datetime.now(UTC)
            id_ = f"{now:%Y%m%d%H%M%S}-{secrets.token_hex(6)}"
            file = _UNSAFE.sub("_", Path(name).name)[-_LONGEST_NAME:].lstrip(".")
            (self._folder / id_ / "given").mkdir(parents=True)
            shutil.copyfile(path, self._folder / id_ / "given" / file)
        except OSError as error:
            raise StorageError(
                f"{self._folder} cannot be written ({error.strerror}); check it"
            ) from None
        self.keep(id_, Kept(name=name[:120], created=now.isoformat(timespec="seconds"), file=file))
        return id_

    def keep(self, id: str, kept: Kept) -> None:
        """Write ``batch.json`` whole."""
        write_whole(self._folder / id / "batch.json", kept.model_dump_json(indent=2))

    def kept(self, id: str) -> Kept:
        """What is known of a batch."""
        path = self._folder / id / "batch.json"
        try:
            if _ID.fullmatch(id):
                return Kept.model_validate_json(path.read_bytes())
        except (OSError, ValidationError):
            pass
        raise InputError("this batch does not exist or was deleted; hand in its answers again")

    def given(self, id: str) -> Path:
        """The answer set as it came."""
        return self._folder / id / "given" / self.kept(id).file

    def out(self, id: str) -> Path:
        """The folder of its run."""
        self.kept(id)
        return self._folder / id / "out"

    def results(self, id: str) -> list[Result]:
        """What is graded so far."""
        out = self.out(id)
        return read_results(out) if (out / "results.jsonl").is_file() else []

    def ids(self) -> list[str]:
        """Every batch, the newest first."""
        found = (path.parent.name for path in self._folder.glob("*/batch.json"))
        return sorted((id_ for id_ in found if _ID.fullmatch(id_)), reverse=True)

    def delete(self, id: str) -> None:
        """Forget a batch for good."""
        self.kept(id)
        shutil.rmtree(self._folder / id, ignore_errors=True)

    def _drop_old_drafts(self) -> None:
        drafts = [id_ for id_ in self.ids() if not self.kept(id_).total]
        for id_ in drafts[_KEPT_DRAFTS:]:
            self.delete(id_)
