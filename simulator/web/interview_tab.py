"""The interview tab: its components, and how a `Screen` is drawn on them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr

from simulator.domain import InterviewConfig, Lang, Level, Mode, Session, TurnKind
from simulator.interview.conditions import load_conditions
from simulator.service import MAX_ANSWER_CHARACTERS
from simulator.texts import Texts
from simulator.web import charts
from simulator.web.desk import Desk
from simulator.web.downloads import downloads
from simulator.web.labels import Labels
from simulator.web.safe import safe, tag
from simulator.web.scorecard import scorecard, summary
from simulator.web.screen import Screen, Waiting
from simulator.web.talk import Shown

_MODEL_SECONDS = 2
_LINES_OF_AN_OPEN_ANSWER = 10


class InterviewTab:
    """Three groups of which one is shown: the start, the talk, the result.

    `status` is drawn here but stands above the tabs, so that it is always in view.
    """

    def __init__(self, desk: Desk, labels: Labels, texts: Texts, status: gr.HTML) -> None:
        self._desk = desk
        self.place = gr.Textbox("", visible=False, elem_id="place")
        self.status = status
        self.notice = gr.HTML(elem_id="notice", elem_classes="maybe")
        with gr.Column(elem_id="start") as self.start:
            self._start(labels, texts)
        with gr.Column(visible=False, elem_id="talk") as self.talking:
            self._talk(labels)
        with gr.Column(visible=False, elem_id="result") as self.result:
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
            self.begin = labels.of(gr.Button(variant="primary"), value="web.start.begin")
            self.resume = labels.of(gr.Button(visible=False), value="web.start.resume")

    def _talk(self, labels: Labels) -> None:
        self.log = gr.HTML(
            js_on_load="interview.each(watch, () => interview.latest(element));",
            elem_id="log",
        )
        self.busy = gr.HTML(elem_id="busy", elem_classes="maybe")
        with gr.Row():
            self.cancel = labels.of(gr.Button(visible=False, size="md"), value="web.busy.cancel")
            self.go_on = labels.of(
                gr.Button(visible=False, size="md", variant="primary"), value="web.busy.go_on"
            )
        self.options = gr.HTML(
            elem_id="options",
            elem_classes="maybe",
            js_on_load="interview.options(element, trigger);",
        )
        with gr.Column(visible=False) as self.answering:
            self.answer = labels.of(
                gr.Textbox(elem_id="answer", max_length=MAX_ANSWER_CHARACTERS),
                label="web.answer.label",
            )
            with gr.Row(visible=False) as self.writing:
                self.words = gr.HTML(elem_id="words")
                self.template = labels.of(gr.Button(size="md"), value="web.answer.template")
            with gr.Row():
                self.send = labels.of(
                    gr.Button(variant="primary", size="md"), value="web.answer.send"
                )
                self.hint = labels.of(gr.Button(size="md"), value="web.answer.hint")
                self.second = labels.of(
                    gr.Button(size="md", visible=False), value="web.answer.retry"
                )
                self.skip = labels.of(gr.Button(size="md"), value="web.answer.skip")
        self.leave = labels.of(gr.Button(size="md"), value="web.answer.leave")

    def _result(self, labels: Labels) -> None:
        self.summary = gr.HTML(elem_id="summary")
        self.last = labels.of(
            gr.Button(visible=False, size="md", elem_id="try-last"), value="web.answer.retry_last"
        )
        self.retry = labels.of(
            gr.Button(visible=False, variant="primary", size="md"), value="web.card.retry"
        )
        with gr.Row():
            self.radar = labels.of(gr.Plot(show_label=False), label="web.chart.radar")
            self.bars = labels.of(gr.Plot(show_label=False), label="web.chart.bars")
        self.card = gr.HTML(elem_id="card")
        self.downloads = gr.HTML()
        with gr.Accordion(open=False) as conversation:
            self.record = gr.HTML()
        labels.of(conversation, label="web.card.transcript")
        self.again = labels.of(gr.Button(variant="primary", size="md"), value="web.card.again")

    @property
    def outputs(self) -> list[Any]:
        """Every component that `draw` may change."""
        return [
            self.place, self.status, self.notice, self.start, self.talking, self.result,
            self.model, self.ticking, self.log, self.busy, self.cancel, self.go_on, self.options,
            self.answering, self.answer, self.writing, self.words, self.summary,
            self.radar, self.bars, self.card, self.retry, self.downloads, self.record,
            self.hint, self.second, self.last,
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

    def draw(self, shown: Shown, lang: Lang) -> Iterator[dict[Any, Any]]:
        """Updates for every screen; a line of progress only changes its own place."""
        texts = Texts(lang)
        for screen in shown:
            if isinstance(screen, str):
                yield {self.busy: screen, self.cancel: gr.update(visible=True)}
            else:
                yield self._updates(screen, texts)

    def _updates(self, screen: Screen, texts: Texts) -> dict[Any, Any]:
        waiting = screen.waiting
        listening = waiting in (Waiting.CLOSED, Waiting.OPEN)
        over = waiting is Waiting.OVER
        pending = waiting is Waiting.INTERVIEWER and not screen.working
        updates = {
            self.place: screen.place,
            self.status: screen.status,
            self.notice: screen.notice,
            self.start: gr.update(visible=waiting is Waiting.START),
            self.talking: gr.update(visible=waiting is not Waiting.START and not over),
            self.result: gr.update(visible=over),
            self.log: "" if over else screen.talk,
            self.busy: screen.busy,
            self.cancel: gr.update(visible=screen.grading),
            self.go_on: gr.update(visible=pending),
            self.options: screen.options,
            self.answering: gr.update(visible=listening),
            self.answer: self._editor(screen, texts),
            self.writing: gr.update(visible=waiting is Waiting.OPEN),
            self.words: _word_count(texts),
        }
        if screen.session is not None:
            updates |= self._wishes(screen.session, screen.working, texts)
        if waiting is Waiting.START:
            updates |= self.model_line(texts)
        if over:
            updates |= self._card(screen, texts)
        return updates

    def _wishes(self, session: Session, working: bool, texts: Texts) -> dict[Any, Any]:
        """The buttons of a hint, with its price, and of a second try, where there is one."""
        updates: dict[Any, Any] = {}
        if (exchange := session.current) is not None:
            hinted = any(turn.kind is TurnKind.HINT for turn in exchange.attempt)
            cost = load_conditions().hint_cost[exchange.phase]
            price = texts(f"web.answer.hint_{exchange.phase}", cost=f"{cost:g}")
            updates[self.hint] = gr.update(value=price, visible=not hinted)
        again = not working and self._desk.interviews.can_retry(session.id)
        return updates | {
            self.second: gr.update(visible=again),
            self.last: gr.update(visible=again),
        }

    def model_line(self, texts: Texts) -> dict[Any, Any]:
        """The model and its state, looked at again while it changes."""
        line = tag("p", safe(self._desk.model.line(texts)), class_="note", role="status")
        return {self.model: line, self.ticking: gr.Timer(active=self._desk.model.busy)}

    def _editor(self, screen: Screen, texts: Texts) -> Any:
        if screen.waiting not in (Waiting.CLOSED, Waiting.OPEN):
            return gr.skip()
        open_ = screen.waiting is Waiting.OPEN
        value: dict[str, Any] = {} if screen.typed else {"value": ""}
        return gr.update(
            lines=_LINES_OF_AN_OPEN_ANSWER if open_ else 1,
            max_lines=30 if open_ else 1,
            placeholder=texts(f"web.answer.{screen.waiting}_placeholder"),
            **value,
        )

    def _card(self, screen: Screen, texts: Texts) -> dict[Any, Any]:
        assert screen.session is not None
        report = self._desk.interviews.report(screen.session.id)
        radar, bars = charts.radar(report, texts), charts.bars(report, texts)
        top = summary(report, texts)
        card = scorecard(report, screen.session, texts)
        return {
            self.summary: top,
            self.card: card,
            self.radar: gr.update(value=radar, visible=radar is not None),
            self.bars: gr.update(value=bars, visible=bars is not None),
            self.retry: gr.update(visible=any(outcome.ungraded for outcome in report.open)),
            self.downloads: downloads(report, top + card, texts),
            self.record: screen.talk,
        }


def _word_count(texts: Texts) -> str:
    before, _, after = texts("web.answer.words", count="\0").partition("\0")
    count = tag("span", "0", class_="count")
    note = tag("small", " · ", safe(texts("web.answer.draft")))
    return safe(before) + count + safe(after) + note


def _random_seed() -> int:
    import secrets

    return secrets.randbelow(1_000_000)
