"""The history tab: past interviews, progress over time, two of them compared."""

from __future__ import annotations

from typing import Any

import gradio as gr

from simulator.errors import SimulatorError
from simulator.texts import Texts
from simulator.web import charts
from simulator.web.desk import Desk
from simulator.web.history_page import comparison, history, past_interviews
from simulator.web.labels import Labels


class HistoryTab:
    """Lists what was kept. Opening an interview is done by the page, which owns its tab."""

    def __init__(self, desk: Desk, labels: Labels) -> None:
        self._desk = desk
        self.table = gr.HTML(elem_id="history", js_on_load="interview.actions(element, trigger);")
        self.compared = gr.HTML(elem_id="compared", elem_classes="maybe")
        self.progress = labels.of(
            gr.Plot(show_label=False, visible=False), label="web.chart.history"
        )

    @property
    def outputs(self) -> list[Any]:
        """Every component that this tab's events may change."""
        return [self.table, self.compared, self.progress]

    def show(self, memory: dict[str, Any], texts: Texts) -> dict[Any, Any]:
        """The table and the chart as they are now."""
        past = past_interviews(self._desk, memory.get("mine", []))
        reports = [one.report for one in reversed(past) if one.report and one.report.finished]
        figure = charts.progress(reports, texts)
        return {
            self.table: history(past, texts),
            self.compared: "",
            self.progress: gr.update(value=figure, visible=figure is not None),
        }

    def delete(self, session_id: str, memory: dict[str, Any], texts: Texts) -> dict[Any, Any]:
        """Forget an interview, where this browser may."""
        if not self._desk.shared or session_id in memory.get("mine", []):
            self._desk.interviews.delete(session_id)
        return self.show(memory, texts)

    def compare(self, session_ids: list[str], texts: Texts) -> dict[Any, Any]:
        """Two interviews side by side; nothing where one of them is gone."""
        try:
            first, second = (
                self._desk.interviews.report(id_, learning=False) for id_ in session_ids[:2]
            )
        except (SimulatorError, ValueError):
            return {self.compared: ""}
        return {self.compared: comparison(first, second, texts)}
