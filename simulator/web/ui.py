"""The page: its layout, and which event calls what."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import gradio as gr

from simulator.domain import Lang
from simulator.errors import SimulatorError
from simulator.texts import Texts
from simulator.web.api import Endpoints
from simulator.web.batch_tab import BatchTab
from simulator.web.desk import Desk
from simulator.web.guide_tab import Around, GuideTab
from simulator.web.history_tab import HistoryTab
from simulator.web.interview_tab import InterviewTab, word_count
from simulator.web.labels import Labels
from simulator.web.safe import safe, tag
from simulator.web.screen import Waiting, status
from simulator.web.talk import Talk

Updates = dict[Any, Any]

# Readable by anyone who can read the browser's storage anyway; fixed, so that a restarted server
# can still read what it stored.
_BROWSER_KEY = "interview"
_MANY = 64
_SESSIONS = 100
_PRIVATE: dict[str, Any] = {
    "api_visibility": "private",
    "show_progress": "hidden",
    "concurrency_limit": _MANY,
}


def build_ui(desk: Desk) -> gr.Blocks:
    """The whole page over a desk."""
    texts = Texts(desk.lang)
    labels = Labels(texts)
    blocks: gr.Blocks
    with gr.Blocks(title=texts("web.title"), analytics_enabled=False) as blocks:
        _Page(desk, labels, texts, blocks)
        blocks.queue(default_concurrency_limit=_MANY)
        # Nothing of an interview lives in Gradio's sessions: those of old visits only cost memory.
        blocks.state_session_capacity = _SESSIONS
    return blocks


class _Page:
    """The components of the page and its events."""

    def __init__(self, desk: Desk, labels: Labels, texts: Texts, blocks: gr.Blocks) -> None:
        self._desk = desk
        self._labels = labels
        self._talk = Talk(desk)
        self._memory = gr.BrowserState(
            {"last": "", "lang": "", "mine": []}, storage_key=_BROWSER_KEY, secret=_BROWSER_KEY
        )
        self._top(texts)
        with gr.Tabs(selected="interview") as self._tabs:
            with gr.Tab(id="interview") as interview:
                self.tab = InterviewTab(desk, labels, texts, self._status)
            with gr.Tab(id="guide") as self._guide_tab:
                self._guide = GuideTab(desk, labels)
            tabs = [interview, self._guide_tab]
            if desk.batches is not None:
                with gr.Tab(id="batch") as batch_tab:
                    batch = BatchTab(desk, desk.batches, labels, texts, self._memory)
                batch.wire(batch_tab, self._lang, _PRIVATE)
                tabs.append(batch_tab)
            with gr.Tab(id="history") as self._history_tab:
                self._history = HistoryTab(desk, labels)
        for tab in (*tabs, self._history_tab):
            labels.of(tab, label=f"web.tab.{tab.id}")
        self._wire(blocks)
        self._wire_reading()
        Endpoints(desk).publish()

    def _top(self, texts: Texts) -> None:
        with gr.Row(elem_id="top"):
            self._banner = gr.HTML(_banner(texts))
            languages = [("Español", Lang.ES.value), ("English", Lang.EN.value)]
            self._lang = gr.Radio(
                languages, value=texts.lang.value, elem_id="lang", container=False
            )
            self._labels.of(self._lang, label="web.language")
            toggle = gr.Button(elem_id="theme-toggle", size="sm")
            self._labels.of(toggle, value="web.theme")
            toggle.click(None, js="() => interview.toggleTheme()", api_visibility="private")
        self._status = gr.HTML(
            status(None, texts, None, Waiting.START),
            elem_id="status",
            js_on_load=(
                "interview.citations(trigger);"
                " interview.each(watch, () => interview.at(element, trigger));"
            ),
        )

    def _wire(self, blocks: gr.Blocks) -> None:
        tab, lang = self.tab, self._lang
        everything: dict[str, Any] = {"outputs": tab.outputs, **_PRIVATE}
        entering = blocks.load(
            self._enter, [self._memory],
            [*tab.outputs, lang, tab.resume, tab.model, tab.ticking],
            js="(memory) => { interview.applyTheme(); return memory; }", **_PRIVATE,
        )  # fmt: skip
        tab.ticking.tick(
            lambda lang: tab.model_line(Texts(lang)), [lang], [tab.model, tab.ticking], **_PRIVATE
        )
        tab.begin.click(self._begin, [lang, *tab.form], **everything)
        driving = [
            entering,
            tab.resume.click(self._resume, [self._memory, lang], **everything),
            tab.options.submit(self._choose, [tab.place, lang], **everything),
        ]
        for box, send in ((tab.line, tab.send_line), (tab.answer, tab.send)):
            said = [tab.place, box, lang]
            driving.append(gr.on([send.click, box.submit], self._answer, said, **everything))
        for button, wish in (
            *((hint, self._talk.hint) for hint in tab.hints),
            (tab.skip, self._talk.skip),
            (tab.second, self._talk.retry),
            (tab.last, self._talk.retry),
            (tab.go_on, self._talk.go_on),
            (tab.retry, self._talk.regrade),
        ):
            press = partial(self._press, wish)
            driving.append(button.click(press, [tab.place, lang], **everything))
        tab.cancel.click(
            partial(self._press, self._talk.cancelled),
            [tab.place, lang],
            cancels=driving,
            **everything,
        )
        gr.on(
            [tab.leave.click, tab.again.click],
            self._leave,
            [self._memory, lang, tab.place],
            [*tab.outputs, tab.resume],
            **_PRIVATE,
        )
        # The script asks for the result whenever the status bar says that all is over.
        self._status.submit(
            self._result, [tab.place, lang], tab.results, trigger_mode="always_last", **_PRIVATE
        ).then(None, js="() => interview.resulted()", api_visibility="private")
        self._wire_language()
        gr.on(
            [tab.place.change, lang.change], None, [tab.place, lang, self._memory], self._memory,
            js="(place, lang, memory) => interview.remember(place, lang, memory)",
            api_visibility="private",
        )  # fmt: skip
        outline = json.dumps({one.value: self._desk.template(Texts(one)) for one in Lang})
        tab.template.click(
            None, [lang], js=f"(lang) => interview.template({outline}[lang])",
            api_visibility="private",
        )  # fmt: skip

    def _wire_language(self) -> None:
        """What always stands on the page follows the language; what is drawn on it, its switch."""
        tab, lang = self.tab, self._lang
        fixed = [*self._labels.components, self._banner, tab.words, tab.model, tab.ticking]
        lang.change(self._speak, [lang], fixed, **_PRIVATE)
        lang.input(
            self._redraw,
            [tab.place, lang, self._memory, self._guide.chosen],
            [*tab.outputs, *self._guide.outputs, *self._history.outputs],
            **_PRIVATE,
        )

    def _wire_reading(self) -> None:
        """The tabs beside the interview."""
        tab, lang, guide, history = self.tab, self._lang, self._guide, self._history
        self._status.select(self._cite, [lang], [self._tabs, guide.passage, guide.came], **_PRIVATE)
        around = Around(tab.place, lang, self._memory, self._tabs, tab.outputs, _PRIVATE)
        guide.wire(
            self._guide_tab,
            around,
            lambda config: tab.draw(self._talk.begin(config)),
        )
        self._history_tab.select(self._past, [self._memory, lang], history.outputs, **_PRIVATE)
        history.table.select(
            self._do,
            [self._memory, lang],
            [*tab.outputs, self._tabs, *history.outputs],
            **_PRIVATE,
        )

    # --- Events ----------------------------------------------------------------------------------

    def _enter(self, memory: dict[str, Any], request: gr.Request) -> Iterator[Updates]:
        lang = _lang(memory.get("lang")) or self._desk.lang
        session_id = str(request.query_params.get("session", ""))[:64]
        around = self._around(memory, lang)
        if not session_id and lang is self._desk.lang:
            # The start is there already; drawn again, it would cover what was begun meanwhile.
            yield around
            return
        for updates in self.tab.draw(self._talk.enter(session_id, lang)):
            yield around | updates
            around = {}

    def _around(self, memory: dict[str, Any], lang: Lang) -> Updates:
        """What stands on the page whatever interview is entered."""
        return self.tab.model_line(Texts(lang)) | {self._lang: lang.value} | self._offer(memory)

    def _offer(self, memory: dict[str, Any]) -> Updates:
        """The button that resumes, where there is something to go on with."""
        return {self.tab.resume: gr.update(visible=self._last(memory) is not None)}

    def _begin(self, lang: str, *form: Any) -> Iterator[Updates]:
        yield from self.tab.draw(self._talk.begin(self.tab.config(lang, *form)))

    def _resume(self, memory: dict[str, Any], lang: str) -> Iterator[Updates]:
        yield from self.tab.draw(self._talk.enter(self._last(memory) or "", Lang(lang)))

    def _answer(self, place: str, text: str, lang: str) -> Iterator[Updates]:
        yield from self.tab.draw(self._talk.answer(place, text, Lang(lang)))

    def _choose(self, place: str, lang: str, event: gr.EventData) -> Iterator[Updates]:
        text = str(event.answer)[:200]
        yield from self.tab.draw(self._talk.answer(place, text, Lang(lang)))

    def _press(self, wish: Any, place: str, lang: str) -> Iterator[Updates]:
        yield from self.tab.draw(wish(place, Lang(lang)))

    def _leave(self, memory: dict[str, Any], lang: str, place: str) -> Iterator[Updates]:
        resume = self._offer(memory)
        for updates in self.tab.draw(self._talk.leave(Lang(lang), place)):
            yield resume | updates

    def _result(self, place: str, lang: str) -> Updates:
        session = self._talk.over(place)
        return {} if session is None else self.tab.result(session, Texts(lang))

    def _speak(self, lang: str) -> Updates:
        """What always stands on the page, in the other language."""
        texts = Texts(lang)
        words = {self._banner: _banner(texts), self.tab.words: word_count(texts)}
        return self._labels.updates(texts) | words | self.tab.model_line(texts)

    def _redraw(
        self, place: str, lang: str, memory: dict[str, Any], chosen: str
    ) -> Iterator[Updates]:
        """What was drawn on the page, in the other language."""
        texts = Texts(lang)
        around = self._guide.show(place, chosen, memory, texts) | self._history.show(memory, texts)
        for updates in self.tab.draw(self._talk.show(place, Lang(lang))):
            yield around | updates

    def _cite(self, lang: str, event: gr.EventData) -> Updates:
        passage = self._guide.open_at(event, Texts(lang))
        return {self._tabs: gr.Tabs(selected="guide"), **passage}

    def _past(self, memory: dict[str, Any], lang: str) -> Updates:
        return self._history.show(memory, Texts(lang))

    def _do(self, memory: dict[str, Any], lang: str, event: gr.EventData) -> Iterator[Updates]:
        """Open, delete or compare past interviews."""
        sessions = [str(id_)[:64] for id_ in event.sessions]
        if event.act == "open":
            yield {self._tabs: gr.Tabs(selected="interview")}
            yield from self.tab.draw(self._talk.enter(sessions[0], Lang(lang)))
        elif event.act == "delete":
            yield self._history.delete(sessions[0], memory, Texts(lang))
        else:
            yield self._history.compare(sessions, Texts(lang))

    def _last(self, memory: dict[str, Any]) -> str | None:
        """The interview to go on with: this browser's last one, else the newest on this machine."""
        last = str(memory.get("last", ""))
        try:
            if last and self._desk.interviews.session(last).status == "running":
                return last
        except SimulatorError:
            pass
        return None if self._desk.shared else self._desk.interviews.last_unfinished()


def _lang(value: object) -> Lang | None:
    return Lang(str(value)) if value in set(Lang) else None


def _banner(texts: Texts) -> str:
    return tag("h1", safe(texts("web.title"))) + tag("p", safe(texts("web.subtitle")))
