"""Getting the model ready while people look at the page, and saying how far that is."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from simulator.assembly import Assembly
from simulator.errors import SimulatorError
from simulator.texts import Texts
from simulator.web.desk import Judge

if TYPE_CHECKING:
    from simulator.llm.weights import ModelFile, Progress

_MEGABYTE = 1_000_000


class Preparation:
    """Fetches and loads the model in a thread of its own. A `ModelState` of desk.py."""

    def __init__(self, assembly: Assembly, judge: Judge) -> None:
        self._assembly = assembly
        self._judge = judge
        self._bytes: tuple[int, int] | None = None
        self._failure: str | None = None
        self._thread = threading.Thread(target=self._prepare, name="prepare-model", daemon=True)
        self._thread.start()

    @property
    def busy(self) -> bool:
        """Whether there is more to come."""
        return self._thread.is_alive()

    def line(self, texts: Texts) -> str:
        """Which model is used, and its state."""
        if self._failure is not None:
            return texts("web.model.failed", reason=self._failure)
        try:
            described = self._assembly.describe_model(texts, self._judge)
        except SimulatorError as error:
            return texts("web.model.failed", reason=error)
        if not self.busy:
            return described
        if self._bytes is None:
            return f"{described} {texts('web.model.loading')}"
        done, total = (count // _MEGABYTE for count in self._bytes)
        return f"{described} {texts('web.model.progress', done=done, total=total)}"

    def _prepare(self) -> None:
        try:
            self._assembly.retriever(self._assembly.default_guide)
            self._assembly.prepare_model(self._judge, self._download)
        except SimulatorError as error:
            self._failure = str(error)

    @contextmanager
    def _download(self, _model: ModelFile) -> Iterator[Callable[[Progress], None]]:
        def moment(progress: Progress) -> None:
            self._bytes = (progress.done, progress.total)

        yield moment
        self._bytes = None
