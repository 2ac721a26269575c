"""The batch tab: an answer set in, a table of grades out. A closed page does not stop grading."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import gradio as gr

from simulator.batch import Batch, Batches, BatchStatus, Download
from simulator.errors import SimulatorError
from simulator.texts import Texts
from simulator.web import batch_page
from simulator.web.desk import Desk
from simulator.web.dropzone import DROP_JS, dropped, dropzone
from simulator.web.labels import Labels
from simulator.web.safe import safe, tag

Updates = dict[Any, Any]

_ENDINGS = (".jsonl", ".ndjson", ".csv", ".tsv")
_TICK_SECONDS = 1
_REMEMBERED = 50
_TYPES = {"results.jsonl": "application/jsonl", "report.html": "text/html"}


class BatchTab:
    """One batch at a time in view: `id` names it, `drawn` what of its table is on the page."""

    def __init__(
        self, desk: Desk, batches: Batches, labels: Labels, texts: Texts, memory: gr.BrowserState
    ) -> None:
        self._desk, self._batches = desk, batches
        self._memory = memory
        self.id = gr.Textbox("", visible=False)
        self.drawn = gr.Textbox("", visible=False)
        self.file = gr.Textbox("", visible=False)
        self.ticking = gr.Timer(_TICK_SECONDS, active=False)
        self.drop = gr.HTML(self._zone(texts), elem_id="batch-drop", js_on_load=DROP_JS)
        self.notice = gr.HTML(elem_classes="maybe")
        self.setup = gr.HTML(
            elem_id="batch-setup",
            elem_classes="maybe",
            js_on_load="workbench.acts(element, trigger);",
        )
        self.progress = gr.HTML(elem_id="batch-progress", elem_classes="maybe")
        with gr.Row():
            self.cancel = labels.of(gr.Button(visible=False, size="md"), value="batch.cancel")
            self.go_on = labels.of(gr.Button(visible=False, size="md"), value="batch.go_on")
            self.results = labels.of(gr.Button(visible=False, size="md"), value="batch.results")
            self.report = labels.of(gr.Button(visible=False, size="md"), value="batch.report")
        self.filters = gr.HTML(
            elem_id="batch-filters",
            elem_classes="maybe",
            js_on_load="workbench.filters(element); interview.each(watch, workbench.arrange);",
        )
        self.table = gr.HTML(
            elem_id="batch-table",
            elem_classes="maybe",
            js_on_load=(
                "workbench.table(element, trigger); interview.each(watch, workbench.arrange);"
            ),
        )
        self.card = gr.HTML(
            elem_id="batch-card",
            elem_classes="maybe",
            js_on_load="interview.each(watch, () => workbench.reveal(element));",
        )
        self.recent = gr.HTML(
            elem_id="batch-recent", js_on_load="workbench.acts(element, trigger);"
        )

    @property
    def outputs(self) -> list[Any]:
        """Every component that this tab's events may change."""
        return [
            self.id, self.drawn, self.file, self.ticking, self.drop, self.notice, self.setup,
            self.progress, self.cancel, self.go_on, self.results, self.report, self.filters,
            self.table, self.card, self.recent,
        ]  # fmt: skip

    def wire(self, tab: gr.Tab, lang: Any, private: dict[str, Any]) -> None:
        """Which event calls what. `tab` is the tab itself, `private` the options of every event."""
        memory = self._memory
        out: dict[str, Any] = {"outputs": self.outputs, **private}
        tab.select(self.show, [self.id, memory, lang], **out)
        self.drop.upload(self._accept, [lang], **out)
        self.setup.select(self._begin, [memory, lang], [*self.outputs, memory], **private)
        self.ticking.tick(self._tick, [self.id, self.drawn, lang], **out)
        for button, wish in (
            (self.cancel, self._batches.cancel),
            (self.go_on, self._batches.go_on),
        ):
            button.click(partial(self._press, wish), [self.id, lang], **out)
        self.table.select(self._row, [self.id, lang], **out)
        self.recent.select(self._do, [self.id, memory, lang], **out)
        files: dict[Any, Download] = {self.results: "results.jsonl", self.report: "report.html"}
        for button, name in files.items():
            button.click(partial(self._download, name), [self.id, lang], **out).then(
                None, [self.file], [self.file], js="(file) => workbench.save(file)",
                api_visibility="private",
            )  # fmt: skip

    # --- Events ----------------------------------------------------------------------------------

    def show(self, id_: str, memory: dict[str, Any], lang: str) -> Updates:
        """The batch in view with the card that is open, or this browser's last one, and the list
        of all."""
        texts = Texts(lang)
        in_view = bool(id_)
        id_ = id_ or next(iter(reversed(_mine(memory))), "")
        around = {self.drop: self._zone(texts), self.recent: self._recent(memory, texts)}
        try:
            if in_view:
                return around | self._moved(self._batches.batch(id_), "", texts)
            return around | (self._view(id_, texts) if id_ else {})
        except SimulatorError:  # deleted since
            return around | self._nothing()

    def _accept(self, lang: str, event: gr.EventData) -> Updates:
        texts = Texts(lang)
        try:
            file = dropped(event)
            upload = self._batches.accept(file.path, file.name)
            file.path.unlink(missing_ok=True)
        except SimulatorError as error:
            return {self.notice: _notice(error, texts)}
        form = batch_page.setup(upload, self._guides(texts), self._batches.rubric, texts)
        return self._nothing() | {self.setup: form}

    def _begin(self, memory: dict[str, Any], lang: str, event: gr.EventData) -> Updates:
        texts, chosen = Texts(lang), dict(event.chosen)
        guide = str(chosen.pop("guide", "")) or None
        columns = {str(name): str(column) for name, column in chosen.items() if column}
        try:
            batch = self._batches.begin(str(event.id), columns, guide)
        except SimulatorError as error:
            return {self.notice: _notice(error, texts)}
        memory = memory | {"batches": [*_mine(memory), batch.id][-_REMEMBERED:]}
        kept = {self._memory: memory, self.recent: self._recent(memory, texts)}
        return self._view(batch.id, texts) | kept

    def _tick(self, id_: str, drawn: str, lang: str) -> Updates:
        try:
            return self._moved(self._batches.batch(id_), drawn, Texts(lang))
        except SimulatorError as error:
            return self._nothing() | {self.notice: _notice(error, Texts(lang))}

    def _press(self, wish: Callable[[str], Batch], id_: str, lang: str) -> Updates:
        try:
            return {self.notice: ""} | self._moved(wish(id_), "", Texts(lang))
        except SimulatorError as error:
            return {self.notice: _notice(error, Texts(lang))}

    def _row(self, id_: str, lang: str, event: gr.EventData) -> Updates:
        texts, row = Texts(lang), str(event.id)
        try:
            return {self.card: batch_page.card(row, self._batches.row(id_, row), texts)}
        except SimulatorError as error:
            return {self.notice: _notice(error, texts)}

    def _do(self, id_: str, memory: dict[str, Any], lang: str, event: gr.EventData) -> Updates:
        texts, named = Texts(lang), str(event.id)
        try:
            if event.act == "open":
                return self._view(named, texts)
            self._batches.delete(named)
        except SimulatorError as error:
            return {self.notice: _notice(error, texts)}
        gone = self._nothing() if named == id_ else {}
        return gone | {self.recent: self._recent(memory, texts)}

    def _download(self, name: Download, id_: str, lang: str) -> Updates:
        try:
            text = self._batches.download(id_, name)
        except SimulatorError as error:
            return {self.notice: _notice(error, Texts(lang)), self.file: ""}
        return {self.file: json.dumps({"name": name, "type": _TYPES[name], "text": text})}

    # --- Drawing ---------------------------------------------------------------------------------

    def _view(self, id_: str, texts: Texts) -> Updates:
        """The whole of a batch, nothing of what was there before."""
        empty = {self.notice: "", self.setup: "", self.card: "", self.id: id_}
        shown = batch_page.filters(self._batches.rubric, texts)
        return empty | {self.filters: shown} | self._moved(self._batches.batch(id_), "", texts)

    def _moved(self, batch: Batch, drawn: str, texts: Texts) -> Updates:
        """What changes while it is graded; the table only where there is more of it."""
        stuck = batch.status in (BatchStatus.STOPPED, BatchStatus.FAILED)
        retry = stuck or (batch.status is BatchStatus.FINISHED and batch.ungraded > 0)
        some = gr.update(visible=batch.done > 0)
        updates = {
            self.ticking: gr.Timer(active=batch.active),
            self.progress: batch_page.progress(batch, texts),
            self.cancel: gr.update(visible=batch.active),
            self.go_on: gr.update(visible=retry),
            self.results: some,
            self.report: some,
        }
        now = f"{batch.id} {batch.done} {texts.lang}"
        if now != drawn:
            rows = self._batches.rows(batch.id)
            updates |= {
                self.table: batch_page.table(rows, self._batches.rubric, texts),
                self.drawn: now,
            }
        return updates

    def _nothing(self) -> Updates:
        hidden = (self.cancel, self.go_on, self.results, self.report)
        blank = (self.id, self.drawn, self.notice, self.setup, self.progress, self.filters,
                 self.table, self.card)  # fmt: skip
        return (
            dict.fromkeys(blank, "")
            | {component: gr.update(visible=False) for component in hidden}
            | {self.ticking: gr.Timer(active=False)}
        )

    def _zone(self, texts: Texts) -> str:
        most_bytes, rows = self._batches.most
        note = texts("batch.drop_note", megabytes=most_bytes // 1_000_000, rows=rows)
        intro = tag("p", safe(texts("batch.intro")))
        return intro + dropzone(texts("batch.drop"), note, _ENDINGS, most_bytes, texts)

    def _recent(self, memory: dict[str, Any], texts: Texts) -> str:
        own = _mine(memory) if self._desk.shared else None
        return batch_page.recent(self._batches.recent(own), texts)

    def _guides(self, texts: Texts) -> dict[str, str]:
        """Titles of the guides that can be cited, by what `begin` takes."""
        return {"": texts("batch.shipped"), "none": texts("batch.without")}


def _mine(memory: dict[str, Any]) -> list[str]:
    given = memory.get("batches", [])
    return [str(id_)[:64] for id_ in given] if isinstance(given, list) else []


def _notice(error: SimulatorError, texts: Texts) -> str:
    reason = tag("p", safe(texts("batch.notice", reason=error)))
    return tag("div", reason, class_="notice", role="alert")
