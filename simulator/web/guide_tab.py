"""The guide tab: contents and search on one side, a section on the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from simulator.domain import InterviewConfig
from simulator.errors import SimulatorError
from simulator.texts import Texts
from simulator.web.desk import Desk
from simulator.web.guide_page import MAX_QUERY, GuidePage
from simulator.web.labels import Labels
from simulator.web.screen import session_of
from simulator.web.shelf import Shelf, remember

Updates = dict[Any, Any]


@dataclass(frozen=True)
class Around:
    """What stands around the tab on the page: components, and the options of private events."""

    place: Any
    lang: Any
    memory: Any
    tabs: Any
    interview: list[Any]
    private: dict[str, Any]


class GuideTab:
    """Browse and search a guide; `open_at` is where every citation leads."""

    def __init__(self, desk: Desk, labels: Labels) -> None:
        self._desk = desk
        self._pages = GuidePage(desk)
        with gr.Row(equal_height=False, elem_id="search"):
            self.query = labels.of(
                gr.Textbox(max_length=MAX_QUERY, lines=1, max_lines=1, scale=4),
                label="web.guide.search",
                placeholder="web.guide.search_placeholder",
            )
            self.find = labels.of(gr.Button(scale=1, size="md"), value="web.guide.find")
        self.chosen = gr.Textbox("", visible=False)
        library = desk.library
        self.shelf = Shelf(desk, library, labels, self.chosen) if library else None
        self.results = gr.HTML(elem_id="results", elem_classes="maybe")
        with gr.Row(equal_height=False):
            with gr.Column(scale=2, min_width=260):
                self.contents = gr.HTML(elem_id="contents")
            with gr.Column(scale=3, min_width=300):
                self.passage = gr.HTML(
                    elem_id="passage",
                    js_on_load="interview.each(watch, () => interview.reveal(element));",
                )
                self.back = labels.of(
                    gr.Button(size="md", elem_id="guide-back"), value="web.guide.back"
                )
        self.came = gr.Textbox("interview", visible=False)

    @property
    def outputs(self) -> list[Any]:
        """Every component that `show` may change."""
        return [self.contents, *(self.shelf.outputs if self.shelf else ())]

    def wire(
        self, tab: gr.Tab, around: Around, begin: Callable[[InterviewConfig], Iterator[Updates]]
    ) -> None:
        """Which event calls what; `begin` draws a new interview on `around.interview`."""
        self._begin, self._tabs = begin, around.tabs
        here = [around.place, self.chosen, around.memory, around.lang]
        tab.select(self._show, here, self.outputs, **around.private)
        gr.on(
            [self.find.click, self.query.submit],
            self._search, [self.query, *here], [self.results], **around.private,
        )  # fmt: skip
        self.back.click(
            lambda came: gr.Tabs(selected=came), [self.came], [around.tabs], **around.private
        ).then(None, js="() => interview.returned()", api_visibility="private")
        if self.shelf is not None:
            out = [*self.outputs, around.memory]
            self.shelf.drop.upload(self._add, here, out, **around.private)
            every = [*self.outputs, self.results, self.passage, around.tabs, *around.interview]
            self.shelf.list.select(self._do, here, every, **around.private)
            self._memory = around.memory

    def show(self, place: str, chosen: str, memory: dict[str, Any], texts: Texts) -> dict[Any, Any]:
        """The contents, with the sections that this session's report says to study marked."""
        guide, weak = self._studied(place, chosen)
        shelf = self.shelf.show(chosen, memory, texts) if self.shelf else {}
        return shelf | {self.contents: self._pages.contents(guide, texts, weak)}

    # --- Events ----------------------------------------------------------------------------------

    def _show(self, place: str, chosen: str, memory: dict[str, Any], lang: str) -> Updates:
        return self.show(place, chosen, memory, Texts(lang))

    def _search(
        self, query: str, place: str, chosen: str, _memory: dict[str, Any], lang: str
    ) -> Updates:
        guide, _ = self._studied(place, chosen)
        return {self.results: self._pages.search(guide, query, Texts(lang))}

    def _add(
        self, place: str, _chosen: str, memory: dict[str, Any], lang: str, event: gr.EventData
    ) -> Iterator[Updates]:
        assert self.shelf is not None
        for updates, name in self.shelf.add(memory, Texts(lang), event):
            yield updates
            if name:
                memory = remember(memory, name)
                yield self.show(place, name, memory, Texts(lang)) | {self._memory: memory}

    def _do(
        self, place: str, _chosen: str, memory: dict[str, Any], lang: str, event: gr.EventData
    ) -> Iterator[Updates]:
        """Open, delete or be interviewed on a guide of the shelf."""
        assert self.shelf is not None
        name, texts = str(event.id)[:120], Texts(lang)
        if event.act == "interview" and (config := self.shelf.config(name, memory, texts.lang)):
            yield {self._tabs: gr.Tabs(selected="interview")}
            yield from self._begin(config)
        elif event.act == "delete":
            yield self.shelf.delete(name, memory, texts) | self.show(place, "", memory, texts)
        else:
            yield {self.results: "", self.passage: ""} | self.show(place, name, memory, texts)

    def open_at(self, event: gr.EventData, texts: Texts) -> dict[Any, Any]:
        """The passage that a citation or an entry of the contents names.

        From a citation, there is a way back to the tab where it stands.
        """
        quote = str(event.quote)
        shown = self._pages.passage(
            str(event.guide), int(event.start), int(event.end), quote, texts
        )
        came = {self.came: event.came} if event.came in ("interview", "batch") else {}
        return {self.passage: shown} | came

    def _studied(self, place: str, chosen: str) -> tuple[str, frozenset[str]]:
        """The guide in view, and the ids of its sections that are worth another reading."""
        guide = chosen or InterviewConfig().guide
        try:
            report = self._desk.interviews.report(session_of(place), learning=False)
        except SimulatorError:
            return guide, frozenset()
        if chosen not in ("", report.guide):
            return guide, frozenset()
        return report.guide, frozenset(item.section_id for item in report.study_plan)
