"""What a model says of a blank answer: constant for a prompt, so asked once and kept."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path

from simulator import resources
from simulator.ports import Message


class Priors:
    """Log-odds of blank answers by model and prompt; optionally kept in a JSON file.

    `shipped` is a file that is only read, by default the one that comes with the project. A file
    that is missing or broken is an empty one, and one that cannot be written is skipped: it only
    saves time. Safe to share between threads.
    """

    def __init__(self, path: Path | None = None, shipped: Path | None = None) -> None:
        self._path = path
        self._shipped = _read(shipped or shipped_priors())
        self._known = self._shipped | _read(path)
        self._new = False
        self._lock = threading.Lock()

    def get(self, model: str, messages: Sequence[Message]) -> float | None:
        """The prior of this prompt, or None when it was never asked."""
        return self._known.get(_key(model, messages))

    def put(self, model: str, messages: Sequence[Message], logodds: float) -> None:
        """Remember the prior of this prompt."""
        with self._lock:
            self._known[_key(model, messages)] = logodds
            self._new = True

    def save(self) -> None:
        """Write the file, whole or not at all."""
        with self._lock:
            if self._path is None or not self._new:
                return
            own = {k: v for k, v in self._known.items() if self._shipped.get(k) != v}
            content = json.dumps(own, indent=0, sort_keys=True)
            self._new = False
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._path.parent, suffix=".part")
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(content)
            Path(name).replace(self._path)
        except OSError:
            return


def shipped_priors() -> Path:
    """The file that ships: the bank's questions asked of the embedded model."""
    return resources.folder("knowledge") / "priors.json"


def _key(model: str, messages: Sequence[Message]) -> str:
    text = "\x1f".join([model, *(f"{m.role}\x1e{m.content}" for m in messages)])
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def _read(path: Path | None) -> dict[str, float]:
    try:
        content = json.loads(path.read_text(encoding="utf-8")) if path else {}
        return {str(key): float(value) for key, value in content.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}
