"""People's own guides in the guide tab: brought, chosen, asked about, deleted."""

from __future__ import annotations

import re
import secrets
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import gradio as gr

from simulator.domain import InterviewConfig, Lang, OpenQuestion
from simulator.errors import SimulatorError
from simulator.guide.ingest import MAX_BYTES
from simulator.library import Library
from simulator.progress import Progress, with_progress
from simulator.texts import Texts
from simulator.web.desk import Desk
from simulator.web.dropzone import DROP_JS, Dropped, dropped, dropzone
from simulator.web.labels import Labels
from simulator.web.safe import safe, tag

Updates = dict[Any, Any]
_T = TypeVar("_T")

_ENDINGS = (".md", ".markdown", ".txt", ".pdf")
_OPEN_QUESTIONS = 2
_REMEMBERED = 50
_APART = re.compile(r"~[0-9a-f]{12}$")


class Shelf:
    """The guides that this browser may see. `chosen` holds the one in view, "" for none of them."""

    def __init__(self, desk: Desk, library: Library, labels: Labels, chosen: gr.Textbox) -> None:
        self._desk, self._library = desk, library
        self.chosen = chosen
        texts = Texts(desk.lang)
        with gr.Accordion(open=False, elem_id="shelf-fold") as fold:
            self.drop = gr.HTML(_zone(texts), elem_id="guide-drop", js_on_load=DROP_JS)
            self.said = gr.HTML(elem_id="guide-said", elem_classes="maybe")
            self.list = gr.HTML(elem_id="shelf", js_on_load="workbench.acts(element, trigger);")
        labels.of(fold, label="guide.own")
        self.questions = gr.HTML(elem_id="derived", elem_classes="maybe")

    @property
    def outputs(self) -> list[Any]:
        """Every component that these events may change."""
        return [self.chosen, self.drop, self.said, self.list, self.questions]

    def show(self, chosen: str, memory: dict[str, Any], texts: Texts) -> Updates:
        """The list, and the questions of the guide in view."""
        return {
            self.chosen: chosen,
            self.drop: _zone(texts),
            self.list: self._list(chosen, memory, texts),
            self.questions: self._derived(chosen, texts),
        }

    def add(
        self, memory: dict[str, Any], texts: Texts, event: gr.EventData
    ) -> Iterator[tuple[Updates, str]]:
        """Take a guide in, with its progress; at the end also its name, to remember."""
        try:
            file = dropped(event)
            yield from self._take_in(file, memory, texts)
            file.path.unlink(missing_ok=True)
        except SimulatorError as error:
            reason = tag("p", safe(texts("guide.notice", reason=error)))
            yield {self.said: tag("div", reason, class_="notice", role="alert")}, ""

    def delete(self, name: str, memory: dict[str, Any], texts: Texts) -> Updates:
        """Forget a guide, where this browser may."""
        if name in self._visible(memory):
            self._library.delete(name)
        return self.show("", memory, texts) | {self.said: ""}

    def config(self, name: str, memory: dict[str, Any], lang: Lang) -> InterviewConfig | None:
        """An interview of questions derived from a guide; None where there are none."""
        if name not in self._visible(memory):
            return None
        count = min(_OPEN_QUESTIONS, len(self._library.questions(name, lang)))
        return InterviewConfig(
            lang=lang, closed=0, open=count, guide=name, judge=self._desk.judge,
            seed=secrets.randbelow(1_000_000),
        )  # fmt: skip

    def _take_in(
        self, file: Dropped, memory: dict[str, Any], texts: Texts
    ) -> Generator[tuple[Updates, str], None, None]:
        name = self._name(file, memory)
        reading = tag("p", safe(texts("guide.reading", name=file.name)), role="status")
        yield {self.said: reading}, ""
        reader = with_progress(lambda report: self._library.read(file.path, name, report))
        text = yield from self._counted(reader, "guide.pages", name, texts)
        indexer = with_progress(lambda report: self._library.shelve(text, name, texts.lang, report))
        done = yield from self._counted(indexer, "guide.working", name, texts)
        said = texts(
            "guide.done", guide=_shown(name), sections=done.sections, questions=done.questions
        )
        yield {self.said: tag("p", safe(said), role="status")}, name

    def _counted(
        self, work: Generator[Progress, None, _T], key: str, name: str, texts: Texts
    ) -> Generator[tuple[Updates, str], None, _T]:
        """Show the progress of `work` in the words of `key`, and return what it returns."""
        while True:
            try:
                moment = next(work)
            except StopIteration as finished:
                result: _T = finished.value
                return result
            yield {self.said: _progress(key, name, moment, texts)}, ""

    def _name(self, file: Dropped, memory: dict[str, Any]) -> str:
        """The file's own name; where strangers share the page, one that nobody else has."""
        stem = "".join(c for c in Path(file.name).stem if c.isprintable())[:60].strip() or "guide"
        if not self._desk.shared:
            return stem
        mine = [name for name in self._visible(memory) if _shown(name) == stem]
        return mine[0] if mine else f"{stem}~{secrets.token_hex(6)}"

    def _visible(self, memory: dict[str, Any]) -> list[str]:
        names = self._library.names()
        own = memory.get("guides", [])
        return [name for name in names if name in own] if self._desk.shared else names

    def _list(self, chosen: str, memory: dict[str, Any], texts: Texts) -> str:
        shipped = _item("", texts("guide.shipped"), not chosen, ("open",), texts)
        acts = ("open", "interview", "delete")
        own = [_item(n, _shown(n), n == chosen, acts, texts) for n in self._visible(memory)]
        return tag("ul", shipped, *own, class_="batches")

    def _derived(self, chosen: str, texts: Texts) -> str:
        if not chosen:
            return ""
        try:
            return _questions(self._library.questions(chosen, texts.lang), texts)
        except SimulatorError:
            return ""


def remember(memory: dict[str, Any], name: str) -> dict[str, Any]:
    """This browser's memory with one more guide of its own."""
    own = [known for known in memory.get("guides", []) if known != name]
    return memory | {"guides": [*own, name][-_REMEMBERED:]}


def _zone(texts: Texts) -> str:
    note = texts("guide.drop_note", megabytes=MAX_BYTES // 1_000_000)
    return dropzone(texts("guide.drop"), note, _ENDINGS, MAX_BYTES, texts)


def _progress(key: str, name: str, moment: Progress, texts: Texts) -> str:
    line = texts(key, name=_shown(name), done=moment.done, total=moment.total)
    bar = tag("progress", max=moment.total, value=moment.done, aria_label=line)
    return tag("p", safe(line), role="status") + bar


def _item(name: str, title: str, here: bool, acts: Sequence[str], texts: Texts) -> str:
    mark = " " + tag("em", safe(texts("guide.here"))) if here else ""
    buttons = [
        tag(
            "button",
            safe(texts(f"guide.{act}")),
            type="button",
            class_="act",
            data_act=act,
            data_id=name,
            data_confirm=texts("guide.confirm") if act == "delete" else None,
            aria_label=texts(f"guide.{act}_named", name=title),
        )
        for act in acts
    ]
    return tag("li", tag("span", tag("b", safe(title)), mark), *buttons)


def _questions(questions: Sequence[OpenQuestion], texts: Texts) -> str:
    titles = [tag("li", safe(question.title)) for question in questions]
    summary = tag("summary", safe(f"{texts('guide.derived')} ({len(titles)})"))
    note = tag("p", safe(texts("guide.derived_note")), class_="note")
    return tag("details", summary, note, tag("ul", *titles))


def _shown(name: str) -> str:
    """A name without what keeps it apart from those of strangers."""
    return _APART.sub("", name)
