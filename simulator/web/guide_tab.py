"""The guide tab: contents and search on one side, a section on the other."""

from __future__ import annotations

from typing import Any

import gradio as gr

from simulator.domain import InterviewConfig
from simulator.errors import SimulatorError
from simulator.texts import Texts
from simulator.web.desk import Desk
from simulator.web.guide_page import MAX_QUERY, GuidePage
from simulator.web.labels import Labels


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
        self.results = gr.HTML(elem_id="results", elem_classes="maybe")
        with gr.Row(equal_height=False):
            with gr.Column(scale=2, min_width=260):
                self.contents = gr.HTML(elem_id="contents")
            with gr.Column(scale=3, min_width=300):
                self.passage = gr.HTML(
                    elem_id="passage",
                    js_on_load="interview.each(watch, () => interview.reveal(element));",
                )
                self.back = labels.of(gr.Button(size="md"), value="web.guide.back")

    def show(self, session_id: str, texts: Texts) -> dict[Any, Any]:
        """The contents, with the sections that this session's report says to study marked."""
        guide, weak = self._studied(session_id)
        return {self.contents: self._pages.contents(guide, texts, weak)}

    def search(self, query: str, session_id: str, texts: Texts) -> dict[Any, Any]:
        """What the retriever finds."""
        guide, _ = self._studied(session_id)
        return {self.results: self._pages.search(guide, query, texts)}

    def open_at(self, event: gr.EventData, texts: Texts) -> dict[Any, Any]:
        """The passage that a citation or an entry of the contents names."""
        quote = str(event.quote)
        shown = self._pages.passage(
            str(event.guide), int(event.start), int(event.end), quote, texts
        )
        return {self.passage: shown}

    def _studied(self, session_id: str) -> tuple[str, frozenset[str]]:
        """The guide of a session, and the ids of its sections that are worth another reading."""
        try:
            report = self._desk.interviews.report(session_id)
        except SimulatorError:
            return InterviewConfig().guide, frozenset()
        return report.guide, frozenset(item.section_id for item in report.study_plan)
