"""A batch as HTML: what to grade, how far it is, the table of answers, one of them whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from simulator.batch import Batch, BatchRow, GradedRow, Upload
from simulator.domain import Rubric
from simulator.sessions.report import open_outcome
from simulator.texts import Texts
from simulator.web.safe import safe, tag
from simulator.web.scorecard import answer_card

_LOW = 2  # scores up to this are "low"
_OFF = 1  # scores further from the label than this are "off"
_NEEDED = {"answer"}


def setup(upload: Upload, guides: Mapping[str, str], rubric: Rubric, texts: Texts) -> str:
    """The form before grading; `guides` are the titles of those that can be cited, by value."""
    parts = [tag("h3", safe(texts("batch.setup", name=upload.name)), tabindex="-1")]
    if upload.columns:
        parts.append(tag("p", safe(texts("batch.columns"))))
        none = ("", texts("batch.no_column"))
        choices = [none, *((column, column) for column in upload.columns)]
        selects = [
            _select(name, _field(name, rubric, texts), choices, upload.guess.get(name, ""))
            for name in upload.fields
        ]
        parts.append(tag("div", *selects, class_="mapping"))
    parts.append(_select("guide", texts("batch.guide"), list(guides.items()), ""))
    begin = tag(
        "button", safe(texts("batch.begin")), type="button", class_="act main", data_act="begin",
        data_id=upload.id,
    )  # fmt: skip
    return tag("section", *parts, tag("p", begin), class_="setup")


def progress(batch: Batch, texts: Texts) -> str:
    """Name, state, bar, time left and usage."""
    line = [texts("batch.progress", done=batch.done, total=batch.total)]
    if batch.ungraded:
        line.append(texts("batch.ungraded", count=batch.ungraded))
    if batch.active and batch.step:
        line.append(texts("batch.step", done=batch.step[0], total=batch.step[1]))
    if batch.active and batch.left is not None:
        line.append(texts("batch.left", time=_time(batch.left, texts)))
    shown = " · ".join(line)
    status = tag("b", safe(texts(f"batch.status.{batch.status}")))
    bar = tag("progress", max=max(1, batch.total), value=batch.done, aria_label=shown)
    failure = ""
    if batch.failure:
        reason = tag("p", safe(texts("batch.notice", reason=batch.failure)))
        failure = tag("div", reason, class_="notice", role="alert")
    return (
        tag("h3", safe(batch.name))
        + tag("p", status, " · ", safe(shown))
        + bar
        + tag("p", safe(_usage(batch, texts)), class_="note")
        + failure
    )


def filters(rubric: Rubric, texts: Texts) -> str:
    """Words, a choice of rows and an order, all applied by the page's script."""
    only = [(name, texts(f"batch.only_{name}")) for name in ("all", "ungraded", "low", "off")]
    by = [("", texts("batch.sort_none")), *_columns(rubric, texts)]
    said = texts("batch.shown", shown="{shown}", total="{total}")
    words = tag("input", type="search", data_view="words", maxlength=200).removesuffix("</input>")
    down = tag("input", type="checkbox", data_view="down").removesuffix("</input>")
    return tag(
        "div",
        tag("label", safe(texts("batch.find")), words),
        _named_select("only", texts("batch.only"), only),
        _named_select("by", texts("batch.sort"), by),
        tag("label", down, " ", safe(texts("batch.down")), class_="tick"),
        tag("p", class_="shown note", role="status", data_said=said),
        class_="filters",
    )


def table(rows: Sequence[BatchRow], rubric: Rubric, texts: Texts) -> str:
    """The graded answers, with what the page's script sorts and filters by."""
    if not rows:
        return ""
    columns = _columns(rubric, texts)
    heads = [
        tag(
            "th",
            tag("button", safe(name), type="button"),
            scope="col",
            data_sort=key,
            aria_sort="none",
        )
        for key, name in columns
    ]
    head = tag("tr", *heads, tag("th", safe(texts("batch.open")), scope="col"))
    names = [name for _, name in columns]
    body = [_row(place, row, names, rubric, texts) for place, row in enumerate(rows)]
    made = tag(
        "table",
        tag("caption", safe(texts("batch.table"))),
        tag("thead", head),
        tag("tbody", *body),
        class_="history batch",
    )
    return tag("div", made, class_="scroll")


def card(id_: str, row: GradedRow, texts: Texts) -> str:
    """The scorecard of one answer."""
    outcome = open_outcome(row.exchange, row.question, row.rubric, texts.lang)
    heading = tag("h3", safe(texts("batch.card", id=id_)), tabindex="-1")
    return tag("section", heading, answer_card(outcome, row.exchange.grade, texts), class_="card")


def recent(batches: Sequence[Batch], texts: Texts) -> str:
    """Earlier batches, to open or delete."""
    heading = tag("h3", safe(texts("batch.recent")))
    if not batches:
        return heading + tag("p", safe(texts("batch.none")))
    return heading + tag("ul", *(tag("li", *_listed(b, texts)) for b in batches), class_="batches")


def _listed(batch: Batch, texts: Texts) -> Iterator[str]:
    when = batch.created[:16].replace("T", " ")
    line = texts("batch.answers", total=batch.total)
    yield tag("span", tag("b", safe(batch.name)), " ", safe(f"{when} · {line}"))
    for act, label in (("open", "batch.open"), ("delete", "batch.delete")):
        yield tag(
            "button",
            safe(texts(label)),
            type="button",
            class_="act",
            data_act=act,
            data_id=batch.id,
            data_confirm=texts("batch.confirm") if act == "delete" else None,
            aria_label=texts(f"batch.{act}_batch", name=batch.name, when=when),
        )


def _row(place: int, row: BatchRow, names: Sequence[str], rubric: Rubric, texts: Texts) -> str:
    values = [(row.id, safe(row.id)), (row.question, safe(row.question))]
    for dimension in rubric.dimensions:
        score, label = row.scores.get(dimension.name), row.labels.get(dimension.name)
        shown = safe("—" if score is None else score)
        if label is not None:
            shown += " " + tag("small", safe(texts("batch.label", label=f"{label:g}")))
        values.append(("" if score is None else str(score), shown))
    values.append((f"{row.seconds:g}", safe(f"{row.seconds:.1f}")))
    keys = [key for key, _ in _columns(rubric, texts)]
    cells = [
        tag("td", shown, data_name=name, data_key=key, data_value=value)
        for (value, shown), name, key in zip(values, names, keys, strict=True)
    ]
    button = tag(
        "button", safe(texts("batch.open")), type="button", class_="act", data_act="row",
        data_id=row.id, aria_label=texts("batch.open_named", id=row.id),
    )  # fmt: skip
    scores = [score for score in row.scores.values() if score is not None]
    gaps = [abs(row.labels[name] - s) for name, s in row.scores.items()
            if s is not None and name in row.labels]  # fmt: skip
    return tag(
        "tr",
        *cells,
        tag("td", button),
        data_place=place,
        data_text=f"{row.id} {row.question} {row.answer}".lower(),
        data_ungraded=row.ungraded is not None,
        data_low=bool(scores) and min(scores) <= _LOW,
        data_off=bool(gaps) and max(gaps) > _OFF,
        title=row.ungraded or row.answer,
    )


def _columns(rubric: Rubric, texts: Texts) -> list[tuple[str, str]]:
    """Key and name of every column that can be sorted by."""
    scores = [(f"score-{d.name}", d.title.get(texts.lang, d.name)) for d in rubric.dimensions]
    id_, question = texts("batch.field.id"), texts("batch.question")
    return [("id", id_), ("question", question), *scores, ("seconds", texts("batch.time"))]


def _field(name: str, rubric: Rubric, texts: Texts) -> str:
    kind, _, dimension = name.partition(".")
    if kind == "labels":
        titles = {d.name: d.title.get(texts.lang, d.name) for d in rubric.dimensions}
        return texts("batch.field.label", dimension=titles.get(dimension, dimension))
    needed = f" {texts('batch.needed')}" if name in _NEEDED else ""
    return texts(f"batch.field.{name}") + needed


def _select(field: str, label: str, choices: Sequence[tuple[str, str]], chosen: str) -> str:
    options = [tag("option", safe(text), value=v, selected=v == chosen) for v, text in choices]
    return tag("label", safe(label), tag("select", *options, data_field=field))


def _named_select(name: str, label: str, choices: Sequence[tuple[str, str]]) -> str:
    options = [tag("option", safe(text), value=value) for value, text in choices]
    return tag("label", safe(label), tag("select", *options, data_view=name))


def _usage(batch: Batch, texts: Texts) -> str:
    time, usage = _time(batch.seconds, texts), batch.usage
    if not usage.calls:
        return texts("batch.usage_none", time=time)
    return texts(
        "batch.usage",
        calls=usage.calls,
        prompt=usage.prompt_tokens,
        written=usage.completion_tokens,
        time=time,
    )


def _time(seconds: float, texts: Texts) -> str:
    if seconds >= 90:
        return texts("batch.minutes", minutes=round(seconds / 60))
    return texts("batch.seconds", seconds=max(1, round(seconds)))
