"""Past interviews as HTML: the list, and two of them side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from simulator.errors import SimulatorError
from simulator.sessions.report import Report
from simulator.texts import Texts
from simulator.web.desk import Desk
from simulator.web.safe import safe, spoken, tag

_SHOWN = 60


@dataclass(frozen=True)
class Past:
    """A past interview; `report` is None where its questions or its guide are gone."""

    id: str
    created: str
    finished: bool
    report: Report | None

    @property
    def when(self) -> str:
        """Date and time as shown (UTC)."""
        return self.created[:16].replace("T", " ")


def past_interviews(desk: Desk, mine: Iterable[str]) -> list[Past]:
    """The newest first; on a shared page only those of `mine`."""
    own = set(mine)
    found = []
    for line in desk.interviews.list():
        if desk.shared and line.id not in own:
            continue
        try:
            report = desk.interviews.report(line.id, learning=False)
        except SimulatorError:
            report = None
        found.append(Past(line.id, line.created, line.finished, report))
    return found[:_SHOWN]


def history(past: Sequence[Past], texts: Texts) -> str:
    """The table of interviews, with what can be done to each."""
    if not past:
        return tag("p", safe(texts("web.history.none")))
    names = [texts(f"web.history.{name}") for name in ("when", "state", "closed", "scores")]
    head = tag(
        "tr", *(tag("th", safe(n), scope="col") for n in [*names, texts("web.history.actions")])
    )
    rows = [_row(one, names, texts) for one in past]
    compare = tag(
        "button",
        safe(texts("web.history.compare")),
        type="button",
        class_="act",
        data_act="compare",
        disabled=True,
    )
    note = tag("span", safe(texts("web.history.compare_pick")), class_="note")
    table = tag("table", tag("thead", head), tag("tbody", *rows), class_="history")
    return tag("div", table, class_="scroll") + tag("p", compare, " ", note)


def comparison(first: Report, second: Report, texts: Texts) -> str:
    """Two interviews question by question; a question that one lacks shows a dash there."""
    older, newer = sorted((first, second), key=lambda report: report.created)
    columns = [_outcomes(older, texts), _outcomes(newer, texts)]
    titles = {**columns[0].titles, **columns[1].titles}
    when = [report.created[:16].replace("T", " ") for report in (older, newer)]
    names = [texts("web.history.question"), *when]
    head = tag("tr", *(tag("th", safe(name), scope="col") for name in names))
    rows = [
        tag(
            "tr",
            tag("th", spoken(title), scope="row"),
            *(
                tag("td", safe(column.results.get(id_, "—")), data_name=date)
                for column, date in zip(columns, when, strict=True)
            ),
        )
        for id_, title in titles.items()
    ]
    table = tag("table", tag("thead", head), tag("tbody", *rows), class_="history compared")
    return tag("h3", safe(texts("web.history.compare"))) + tag("div", table, class_="scroll")


@dataclass(frozen=True)
class _Outcomes:
    titles: dict[str, str]
    results: dict[str, str]


def _outcomes(report: Report, texts: Texts) -> _Outcomes:
    titles: dict[str, str] = {}
    results: dict[str, str] = {}
    for closed in report.closed:
        state = "skipped" if closed.correct is None else "right" if closed.correct else "wrong"
        titles[closed.question_id] = closed.text
        results[closed.question_id] = texts(f"report.{state}")
    for answer in report.open:
        titles[answer.question_id] = answer.title or answer.question_id
        scores = [f"{score.title} {score.score or '—'}" for score in answer.scores]
        if answer.skipped:
            scores = [texts("report.skipped")]
        results[answer.question_id] = " · ".join(scores) or texts("web.card.ungraded")
    return _Outcomes(titles, results)


def _row(one: Past, names: Sequence[str], texts: Texts) -> str:
    state = texts("web.history.finished" if one.finished else "web.history.running")
    closed, scores = "—", "—"
    if one.report is not None:
        if one.report.closed_total:
            closed = f"{one.report.closed_correct}/{one.report.closed_total}"
        if one.report.open:
            scores = " · ".join(
                f"{s.title} {'—' if s.mean is None else f'{s.mean:g}'}" for s in one.report.scores
            )
    cells = [
        tag("td", safe(value), data_name=name)
        for name, value in zip(names, (one.when, state, closed, scores), strict=True)
    ]
    return tag("tr", *cells, tag("td", tag("div", *_actions(one, texts), class_="row-actions")))


def _actions(one: Past, texts: Texts) -> Iterable[str]:
    pick = texts("web.history.pick_named", when=one.when)
    yield tag("input", type="checkbox", value=one.id, aria_label=pick).removesuffix("</input>")
    for act in ("open", "delete"):
        yield tag(
            "button",
            safe(texts(f"web.history.{act}")),
            type="button",
            class_="act",
            data_act=act,
            data_session=one.id,
            data_confirm=texts("web.history.confirm") if act == "delete" else None,
            aria_label=texts(f"web.history.{act}_named", when=one.when),
        )
