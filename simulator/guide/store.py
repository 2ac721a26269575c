"""Guides on disk: vectors in Chroma (its only importer), whole texts beside them.

    FOLDER/chroma/                 one collection a guide, cosine, vectors computed by our embedder
    FOLDER/texts/VERSION.md        every text ever ingested: the offsets of old citations hold
    FOLDER/ingest.lock             one process at a time opens the folder or ingests

A collection's metadata says which guide, text and embedder it holds. Its `version` is emptied
before a change and written after it, so that an interrupted ingestion is noticed and done again.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar, cast

import chromadb
from chromadb.api.models.Collection import Collection
from chromadb.config import Settings
from chromadb.errors import ChromaError, NotFoundError
from filelock import FileLock

from simulator.domain import Frozen, Section
from simulator.errors import GuideError, StorageError
from simulator.guide import records
from simulator.guide.chunking import sections as cut
from simulator.ports import Embedder, Vectors

_BATCH = 500  # records written at once; Chroma's own limit is 5,461
_EMBEDDED = 50  # texts embedded between two signs of progress
_MAX_NAME = 100
_T = TypeVar("_T")
OnProgress = Callable[[int, int], None]


class Ingestion(Frozen):
    """What an ingestion did. Counts are sections; `version` is the hash of the guide's text."""

    guide: str
    version: str
    sections: int
    added: int
    removed: int


class IndexedGuide:
    """One guide of the store, read at once: its sections, and the nearest ones to a vector."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self.name = str(collection.metadata["guide"])
        self.version = str(collection.metadata["version"])
        found = collection.get(include=["documents", "metadatas"])
        rows = zip(found["ids"], found["documents"] or [], found["metadatas"] or [], strict=True)
        self.sections = records.sections(rows, self.name)

    def nearest(
        self, vector: Sequence[float], k: int, where: dict[str, str] | None = None
    ) -> list[tuple[str, float]]:
        """(section id, cosine similarity) of the k nearest; `where` are equal metadata."""
        if not self.sections or k < 1:
            return []
        clauses: list[Any] = [{name: value} for name, value in (where or {}).items()]
        with _storage_errors():
            found = self._collection.query(
                query_embeddings=[vector],
                n_results=min(k, len(self.sections)),
                where={"$and": clauses} if len(clauses) > 1 else clauses[0] if clauses else None,
                include=["distances"],
            )
        distances = found["distances"] or [[]]
        return [(id_, 1 - away) for id_, away in zip(found["ids"][0], distances[0], strict=True)]


class GuideStore:
    """Several guides by name in one folder. Use it as a context manager, or close it."""

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        self._folder = folder
        self._embedder = embedder
        with _storage_errors():
            (folder / "texts").mkdir(parents=True, exist_ok=True)
            with self._lock():  # Chroma makes its tables at the first opening
                self._client: Any = chromadb.PersistentClient(  # its interface lacks close()
                    path=str(folder / "chroma"), settings=Settings(anonymized_telemetry=False)
                )

    def __enter__(self) -> GuideStore:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the files; calling it twice is harmless."""
        self._client.close()

    def names(self) -> list[str]:
        """The guides in the store, sorted."""
        with _storage_errors():
            found = [collection.metadata or {} for collection in self._client.list_collections()]
        return sorted(str(metadata["guide"]) for metadata in found if "guide" in metadata)

    def ingest(
        self, name: str, text: str, on_progress: OnProgress = lambda _done, _total: None
    ) -> Ingestion:
        """Make the store hold exactly this text under this name. Doing it again changes nothing.

        `on_progress` counts the sections that are indexed; what it raises leaves the guide half
        ingested, which the next reader is told. Raises GuideError for a text that is not a guide,
        StorageError for a disk that fails.
        """
        _check_name(name)
        wanted = cut(text, name)
        version = version_of(text)
        with _storage_errors(), self._lock():
            self._keep(version, text)
            collection = self._writable(name)
            stored = set(collection.get(include=[])["ids"])
            ids = {section.id for section in wanted}
            new = [section for section in wanted if section.id not in stored]
            if collection.metadata["version"] != version or new or stored - ids:
                self._replace(collection, version, wanted, new, stored - ids, on_progress)
        return Ingestion(
            guide=name,
            version=version,
            sections=len(wanted),
            added=len(new),
            removed=len(stored - ids),
        )

    def open(self, name: str) -> IndexedGuide:
        """A guide for reading. Raises GuideError where it is missing, incomplete or embedded by
        another model."""
        with _storage_errors():
            try:
                collection = self._client.get_collection(_collection(name), embedding_function=None)
            except NotFoundError:
                known = ", ".join(self.names()) or "none yet"
                raise GuideError(
                    f"there is no guide '{name}' (known: {known}); ingest it first"
                ) from None
            metadata = collection.metadata
            if not self._is_ours(metadata):
                raise GuideError(
                    f"the guide '{name}' was indexed with {_model(metadata)}, not with"
                    f" {_model(self._identity)}; ingest it again"
                )
            if not metadata["version"]:
                raise GuideError(f"the guide '{name}' was left half ingested; ingest it again")
            return IndexedGuide(collection)

    def text(self, version: str) -> str:
        """The whole text of a version, as it was graded against. Raises GuideError without it."""
        path = self._folder / "texts" / f"{version}.md"
        if not version.isalnum() or not path.is_file():
            raise GuideError(
                f"no guide text of version '{version}' is kept; ingest that guide again"
            )
        with path.open(encoding="utf-8", newline="") as file:
            return file.read()

    def delete(self, name: str) -> None:
        """Forget a guide's index. Its texts stay, for grades that cite them. Raises GuideError."""
        with _storage_errors(), self._lock():
            try:
                self._client.delete_collection(_collection(name))
            except NotFoundError:
                raise GuideError(f"there is no guide '{name}' to delete") from None

    def _lock(self) -> FileLock:
        return FileLock(self._folder / "ingest.lock")

    @property
    def _identity(self) -> dict[str, Any]:
        """What vectors must have in common to be compared."""
        return {
            "embedder": self._embedder.identity,
            "dimension": self._embedder.dimension,
            "form": records.FORM,
        }

    def _is_ours(self, metadata: dict[str, Any]) -> bool:
        return self._identity.items() <= metadata.items()

    def _writable(self, name: str) -> Collection:
        """The guide's collection for this embedder: vectors of another one are thrown away."""
        metadata = self._identity | {"guide": name, "version": ""}
        try:
            found = self._client.get_collection(_collection(name), embedding_function=None)
            if self._is_ours(found.metadata):
                return cast(Collection, found)
            self._client.delete_collection(found.name)
        except NotFoundError:
            pass
        made: Collection = self._client.create_collection(
            _collection(name),
            metadata=metadata,
            configuration={"hnsw": {"space": "cosine"}},
            embedding_function=None,
        )
        return made

    def _replace(
        self,
        collection: Collection,
        version: str,
        wanted: list[Section],
        new: list[Section],
        stale: set[str],
        on_progress: OnProgress,
    ) -> None:
        metadata = dict(collection.metadata)
        collection.modify(metadata=metadata | {"version": ""})
        order = {section.id: number for number, section in enumerate(wanted)}
        done = len(wanted) - len(new)
        for batch in _batches(new, _EMBEDDED):
            collection.upsert(
                ids=[section.id for section in batch],
                documents=[section.text for section in batch],
                embeddings=self._vectors(batch),
                metadatas=[records.metadata(section, order[section.id]) for section in batch],
            )
            done += len(batch)
            on_progress(done, len(wanted))
        added = {section.id for section in new}
        for batch in _batches([section for section in wanted if section.id not in added]):
            collection.update(  # the text is the same, its place in the guide may not be
                ids=[section.id for section in batch],
                metadatas=[records.metadata(section, order[section.id]) for section in batch],
            )
        for ids in _batches(sorted(stale)):
            collection.delete(ids=ids)
        collection.modify(metadata=metadata | {"version": version})

    def _vectors(self, batch: list[Section]) -> Vectors:
        return self._embedder.passages([records.searchable(section) for section in batch])

    def _keep(self, version: str, text: str) -> None:
        path = self._folder / "texts" / f"{version}.md"
        if not path.is_file():
            draft = path.with_suffix(f".{os.getpid()}.tmp")
            draft.write_text(text, encoding="utf-8", newline="")
            draft.replace(path)


def version_of(text: str) -> str:
    """The hash that names a version of a guide's text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _collection(name: str) -> str:
    """Chroma's names are narrower than ours."""
    return f"guide-{hashlib.sha256(name.encode()).hexdigest()[:24]}"


def _model(metadata: dict[str, Any]) -> str:
    return f"{metadata.get('embedder')} ({metadata.get('dimension')}, {metadata.get('form')})"


def _check_name(name: str) -> None:
    if not name.strip() or len(name) > _MAX_NAME or not name.isprintable():
        raise GuideError(f"a guide's name takes 1 to {_MAX_NAME} printable characters; rename it")


def _batches(items: Sequence[_T], size: int = _BATCH) -> Iterator[list[_T]]:
    for start in range(0, len(items), size):
        yield list(items[start : start + size])


@contextmanager
def _storage_errors() -> Iterator[None]:
    """Chroma's and the disk's own errors as one clear line."""
    try:
        yield
    except (ChromaError, OSError, sqlite3.Error) as error:
        reason = " ".join(str(error).split())[:200]
        raise StorageError(
            f"the guides' folder failed ({reason}); check its disk and permissions"
        ) from error
