"""The interview tab: its components, and how a `Screen` is drawn on them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr

from simulator.domain import InterviewConfig, Level, Mode, Phase, Session
from simulator.interview.conditions import load_conditions
from simulator.service import MAX_ANSWER_CHARACTERS
from simulator.texts import Texts
from simulator.web import charts
from simulator.web.desk import Desk
from simulator.web.downloads import downloads
from simulator.web.labels import Labels
from simulator.web.safe import safe, tag
from simulator.web.scorecard import scorecard, summary
from simulator.web.screen import Waiting
from simulator.web.talk import Shown
from simulator.web.transcript import transcript

_MODEL_SECONDS = 2
_LINES_OF_AN_OPEN_ANSWER = 10


class InterviewTab:
    """Three groups of which one is shown: the start, the talk, the result.

    Which one, and which buttons, the style sheet tells from what the status bar says of itself:
    Gradio builds a component anew for each of its properties that an event may change, 27 of them
    took longer than everything else together. `status` is drawn here but stands above the tabs, so
    that it is always in view.
    """

    def __init__(self, desk: Desk, labels: Labels, texts: Texts, status: gr.HTML) -> None:
        self._desk = desk
        self.place = gr.Textbox("", visible=False, elem_id="place")
        self.status = status
        self.notice = gr.HTML(elem_id="notice", elem_classes="maybe")
        with gr.Column(elem_id="start"):
            self._start(labels, texts)
        # What is not seen at the start is not made by the browser before it is.
        with gr.Column(elem_id="talk", visible=False) as self.talk:
            self._talk(labels, texts)
        with gr.Column(elem_id="result", visible=False) as self.outcome:
            self._result(labels)

    def _start(self, labels: Labels, texts: Texts) -> None:
        self.model = gr.HTML(elem_id="model")
        self.ticking = gr.Timer(_MODEL_SECONDS, active=False)
        with gr.Row():
            self.closed = labels.of(gr.Slider(0, 20, 5, step=1), label="web.start.closed")
            self.open = labels.of(gr.Slider(0, 6, 2, step=1), label="web.start.open")
        self.mode = labels.of(
            gr.Radio(value=Mode.PRACTICE.value),
            label="web.start.mode",
            info="web.start.mode_info",
            choices="web.mode",
        )
        with gr.Accordion(open=False) as more:
            self.level = labels.of(
                gr.Radio(value="any"),
                label="web.start.level",
                info="web.start.level_info",
                choices="web.level",
            )
            topics = self._desk.parts.bank(texts.lang).topics
            self.topics = labels.of(
                gr.CheckboxGroup(list(topics)),
                label="web.start.topics",
                info="web.start.topics_info",
            )
            self.minutes = labels.of(
                gr.Slider(0, 120, 0, step=5),
                label="web.start.minutes",
                info="web.start.minutes_info",
            )
            self.adaptive = labels.of(
                gr.Checkbox(False, visible=not self._desk.shared), label="web.start.adaptive"
            )
        labels.of(more, label="web.start.more")
        with gr.Row():
            self.begin = labels.of(
                gr.Button(variant="primary", elem_id="begin"), value="web.start.begin"
            )
            self.resume = labels.of(gr.Button(visible=False), value="web.start.resume")

    def _talk(self, labels: Labels, texts: Texts) -> None:
        self.log = gr.HTML(
            js_on_load="interview.each(watch, () => interview.latest(element));",
            elem_id="log",
        )
        self.busy = gr.HTML(elem_id="busy", elem_classes="maybe")
        with gr.Row(elem_id="waiting"):
            self.cancel = labels.of(gr.Button(size="md", elem_id="cancel"), value="web.busy.cancel")
            self.go_on = labels.of(
                gr.Button(size="md", variant="primary", elem_id="go-on"), value="web.busy.go_on"
            )
        self.options = gr.HTML(
            elem_id="options",
            elem_classes="maybe",
            js_on_load="interview.options(element, trigger);",
        )
        with gr.Column(elem_id="answering"):
            self._answering(labels, texts)
        self.leave = labels.of(gr.Button(size="md", elem_id="leave"), value="web.answer.leave")

    def _answering(self, labels: Labels, texts: Texts) -> None:
        """A line for a closed answer and an editor for an open one; one of them is shown."""
        self.line = labels.of(
            gr.Textbox(elem_id="line", lines=1, max_lines=1, max_length=MAX_ANSWER_CHARACTERS),
            label="web.answer.label",
            placeholder="web.answer.closed_placeholder",
        )
        self.answer = labels.of(
            gr.Textbox(
                elem_id="answer",
                lines=_LINES_OF_AN_OPEN_ANSWER,
                max_lines=30,
                max_length=MAX_ANSWER_CHARACTERS,
            ),
            label="web.answer.label",
            placeholder="web.answer.open_placeholder",
        )
        with gr.Row(elem_id="writing"):
            self.words = gr.HTML(word_count(texts), elem_id="words")
            self.template = labels.of(gr.Button(size="md"), value="web.answer.template")
        with gr.Row():
            self.send_line, self.send = (
                labels.of(
                    gr.Button(variant="primary", size="md", elem_id=f"send-{name}"),
                    value="web.answer.send",
                )
                for name in ("line", "answer")
            )
            self.hints = [
                labels.of(
                    gr.Button(size="md", elem_id=f"hint-{phase}"),
                    {"cost": f"{load_conditions().hint_cost[phase]:g}"},
                    value=f"web.answer.hint_{phase}",
                )
                for phase in Phase
            ]
            self.second = labels.of(
                gr.Button(size="md", elem_id="second"), value="web.answer.retry"
            )
            self.skip = labels.of(gr.Button(size="md"), value="web.answer.skip")

    def _result(self, labels: Labels) -> None:
        self.summary = gr.HTML(elem_id="summary")
        self.last = labels.of(
            gr.Button(size="md", elem_id="try-last"), value="web.answer.retry_last"
        )
        self.retry = labels.of(
            gr.Button(visible=False, variant="primary", size="md"), value="web.card.retry"
        )
        with gr.Row():
            self.radar, self.bars = (
                labels.of(gr.Plot(show_label=False, visible=False), label=f"web.chart.{name}")
                for name in ("radar", "bars")
            )
        self.card = gr.HTML(elem_id="card")
        self.downloads = gr.HTML()
        with gr.Accordion(open=False) as conversation:
            self.record = gr.HTML()
        labels.of(conversation, label="web.card.transcript")
        self.again = labels.of(gr.Button(variant="primary", size="md"), value="web.card.again")

    @property
    def outputs(self) -> list[Any]:
        """Every component that `draw` changes."""
        return [
            self.place, self.status, self.notice, self.talk, self.log, self.busy, self.options,
        ]  # fmt: skip

    @property
    def results(self) -> list[Any]:
        """Every component that `result` changes."""
        return [
            self.outcome, self.summary, self.retry, self.radar, self.bars, self.card,
            self.downloads, self.record,
        ]  # fmt: skip

    @property
    def form(self) -> list[Any]:
        """What `config` is made of, in its order."""
        return [
            self.closed, self.open, self.level, self.topics, self.mode, self.minutes, self.adaptive,
        ]  # fmt: skip

    def config(
        self,
        lang: str,
        closed: float,
        open_: float,
        level: str,
        topics: list[str],
        mode: str,
        minutes: float,
        adaptive: bool,
    ) -> InterviewConfig:
        """The interview that the start form asks for; 0 minutes are no limit."""
        return InterviewConfig.model_validate(
            {
                "lang": lang,
                "closed": int(closed),
                "open": int(open_),
                "level": None if level == "any" else Level(level),
                "topics": tuple(topics),
                "mode": mode,
                "minutes": int(minutes) or None,
                "adaptive": adaptive,
                "seed": _random_seed(),
                "judge": self._desk.judge,
            }
        )

    def draw(self, shown: Shown) -> Iterator[dict[Any, Any]]:
        """The value of every component in `outputs` for each screen; a line of progress changes
        its own place only."""
        values: dict[Any, Any] = {}
        for screen in shown:
            if isinstance(screen, str):
                values = values | {self.busy: screen}
            else:
                values = {
                    self.place: screen.place,
                    self.status: screen.status,
                    self.notice: screen.notice,
                    self.talk: gr.update(visible=screen.waiting is not Waiting.START),
                    self.log: "" if screen.waiting is Waiting.OVER else screen.talk,
                    self.busy: screen.busy,
                    self.options: screen.options,
                }
            yield values

    def model_line(self, texts: Texts) -> dict[Any, Any]:
        """The model and its state, looked at again while it changes."""
        line = tag("p", safe(self._desk.model.line(texts)), class_="note", role="status")
        return {self.model: line, self.ticking: gr.Timer(active=self._desk.model.busy)}

    def result(self, session: Session, texts: Texts) -> dict[Any, Any]:
        """Everything that an interview that is over shows."""
        report = self._desk.interviews.report(session.id)
        radar, bars = charts.radar(report, texts), charts.bars(report, texts)
        top = summary(report, texts)
        card = scorecard(report, session, texts)
        return {
            self.outcome: gr.update(visible=True),
            self.summary: top,
            self.card: card,
            self.radar: gr.update(value=radar, visible=radar is not None),
            self.bars: gr.update(value=bars, visible=bars is not None),
            self.retry: gr.update(visible=any(outcome.ungraded for outcome in report.open)),
            self.downloads: downloads(report, top + card, texts),
            self.record: transcript(self._desk, session, texts),
        }


def word_count(texts: Texts) -> str:
    """How long the open answer is so far; the page's script counts."""
    before, _, after = texts("web.answer.words", count="\0").partition("\0")
    count = tag("span", "0", class_="count")
    note = tag("small", " · ", safe(texts("web.answer.draft")))
    return safe(before) + count + safe(after) + note


def _random_seed() -> int:
    import secrets

    return secrets.randbelow(1_000_000)
