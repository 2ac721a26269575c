"""The scorecard as HTML: scores, what decided them, the candidate's words, citations, what next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from simulator.domain import Grade, Session, Speaker, TurnKind
from simulator.sessions.report import (
    ClosedOutcome,
    DimensionSummary,
    OpenOutcome,
    OpenScore,
    Report,
)
from simulator.texts import Texts
from simulator.web.safe import marked, safe, spoken, tag
from simulator.web.transcript import cite

_POINTS = 5  # interviews of a section that are shown, the last


def summary(report: Report, texts: Texts) -> str:
    """The heading and the scores of the whole interview."""
    heading = "web.card.heading" if report.finished else "web.card.unfinished"
    tiles = tag("div", *_tiles(report, texts), class_="tiles")
    return tag("section", tag("h2", safe(texts(heading))), tiles, class_="card")


def scorecard(report: Report, session: Session, texts: Texts) -> str:
    """Every answer and what to study. `session` brings the words that each verdict rests on."""
    grades = {e.question_id: e.grade for e in session.exchanges if e.grade is not None}
    return tag(
        "section",
        *(answer_card(o, grades.get(o.question_id), texts) for o in report.open),
        _closed(report.closed, texts),
        _study(report, texts),
        _learned(report, texts),
        class_="card",
    )


def _tiles(report: Report, texts: Texts) -> Iterator[str]:
    if report.closed_total:
        right, total = report.closed_correct, report.closed_total
        of = texts("web.card.of", score=right, high=total)
        name = tag("p", safe(texts("web.card.closed")), class_="name")
        note = tag("p", safe(texts("web.card.closed_note")), class_="note")
        yield tag("div", name, _score(of, right, 0, total), note, class_="tile")
    if report.open:
        yield from (_tile(score, texts) for score in report.scores)


def _tile(score: DimensionSummary, texts: Texts) -> str:
    low, high = score.scale
    title = tag("p", safe(score.title), class_="name")
    notes = []
    if score.graded:
        notes.append(texts("web.card.mean", graded=score.graded))
    if score.ungraded:
        notes.append(texts("web.card.ungraded_count", count=score.ungraded))
    note = tag("p", safe(" · ".join(notes)), class_="note")
    if score.mean is None:
        return tag("div", title, _no_score(texts), note, class_="tile none")
    shown = texts("web.card.of", score=f"{score.mean:g}", high=high)
    return tag("div", title, _score(shown, score.mean, low, high), note, class_="tile")


def _score(shown: str, value: float, low: int, high: int) -> str:
    number, _, rest = shown.partition(" ")
    fill = max(0.06, (value - low) / (high - low))
    bar = tag("span", class_="fill", style=f"width:{fill:.0%}")
    return tag("p", tag("b", safe(number)), " ", safe(rest), class_="score") + tag(
        "div", bar, class_="bar", aria_hidden="true"
    )


def _no_score(texts: Texts) -> str:
    return tag("p", "— ", safe(texts("web.card.ungraded")), class_="score none")


def answer_card(outcome: OpenOutcome, grade: Grade | None, texts: Texts) -> str:
    """One open answer: its scores and why, the candidate's words, a model answer."""
    said = _said(grade)
    inside = [tag("h3", safe(outcome.title or outcome.question_id))]
    if outcome.skipped:
        inside.append(tag("p", safe(texts("web.talk.skipped")), class_="aside"))
    if outcome.ungraded:
        why = texts("web.card.ungraded_why", reason=outcome.ungraded)
        note = texts("web.card.ungraded_note")
        inside.append(
            tag("div", tag("p", tag("b", safe(why))), tag("p", safe(note)), class_="ungraded")
        )
    if outcome.summary:
        inside.append(tag("p", safe(outcome.summary), class_="summary"))
    inside.extend(_dimension(score, said, texts) for score in outcome.scores)
    inside.append(_words(outcome, list(said.spans.values()), texts))
    if outcome.reference:
        words = tag("div", spoken(outcome.reference), class_="words")
        inside.append(_fold(texts("web.card.reference"), words))
    if outcome.provenance:
        inside.append(_fold(texts("web.card.provenance"), _provenance(outcome, texts)))
    return tag("article", *inside, class_="answer-card")


@dataclass(frozen=True)
class _Said:
    """The candidate's words, by the text of a criterion: where it was recognised, covered or
    wrong, and the reason that was given with it."""

    spans: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)


def _said(grade: Grade | None) -> _Said:
    if grade is None:
        return _Said()
    names = {criterion.id: criterion.text for criterion in grade.criteria}
    met = [v for v in grade.verdicts if v.met and v.criterion_id in names]
    return _Said(
        spans={names[v.criterion_id]: v.span.text for v in met if v.span is not None},
        reasons={names[v.criterion_id]: v.reason.text for v in met if v.reason is not None},
    )


def _dimension(score: OpenScore, said: _Said, texts: Texts) -> str:
    low, high = score.scale
    if score.score is None:
        shown = _no_score(texts)
    else:
        of = texts("web.card.of", score=score.score, high=high)
        shown = _score(of, score.score, low, high)
    cites = [tag("li", cite(citation, texts)) for citation in score.citations]
    return tag(
        "section",
        tag("header", tag("h4", safe(score.title)), shown),
        tag("p", safe(score.feedback)) if score.feedback else "",
        _criteria("covered", score.covered, said.spans, texts),
        _criteria("doubtful", score.doubtful, said.reasons, texts),
        _criteria("missing", score.missing, {}, texts),
        _criteria("errors", score.errors, said.spans, texts),
        tag("h5", safe(texts("web.card.cites"))) + tag("ul", *cites, class_="cites")
        if cites
        else "",
        class_="dimension",
    )


def _criteria(kind: str, names: Sequence[str], spans: dict[str, str], texts: Texts) -> str:
    if not names:
        return ""
    items = []
    for name in names:
        said = spans.get(name)
        quote = tag("q", safe(said), class_="said") if said else ""
        items.append(tag("li", spoken(name), quote))
    return tag("h5", safe(texts(f"web.card.{kind}"))) + tag("ul", *items, class_=kind)


def _words(outcome: OpenOutcome, spans: Sequence[str], texts: Texts) -> str:
    said = []
    for turn in outcome.turns:
        if turn.kind is TurnKind.QUESTION or turn.kind is TurnKind.DECLINED:
            continue
        candidate = turn.speaker is Speaker.CANDIDATE
        shown = (
            marked(turn.text, list(_places(turn.text, spans))) if candidate else spoken(turn.text)
        )
        said.append(tag("div", shown, class_=f"words {turn.speaker}"))
    if not said:
        return ""
    note = tag("p", safe(texts("web.card.words_note")), class_="note") if spans else ""
    question = tag("div", spoken(outcome.text.strip()), class_="words interviewer")
    return _fold(texts("web.card.words"), note + question + "".join(said), open_=True)


def _places(text: str, spans: Iterable[str]) -> Iterator[tuple[int, int]]:
    for span in spans:
        start = text.find(span)
        if span and start >= 0:
            yield start, start + len(span)


def _provenance(outcome: OpenOutcome, texts: Texts) -> str:
    rows = [*outcome.provenance.items()]
    if outcome.flags:
        rows.append(("flags", ", ".join(outcome.flags)))
    rows.append(("time", texts("web.card.seconds", seconds=f"{outcome.seconds:.1f}")))
    return tag("dl", *(tag("dt", safe(k)) + tag("dd", safe(v)) for k, v in rows))


def _closed(outcomes: Sequence[ClosedOutcome], texts: Texts) -> str:
    if not outcomes:
        return ""
    items = []
    for outcome in outcomes:
        state = "skipped" if outcome.correct is None else "right" if outcome.correct else "wrong"
        reasons = [
            tag("li", tag("b", safe(o.id)), " ", spoken(f"{o.text} — {o.reason}"))
            for o in outcome.options
            if o.id in outcome.key or o.id in outcome.chosen
        ]
        line = texts("report.yours", chosen=", ".join(outcome.chosen) or "—",
                     key=", ".join(outcome.key))  # fmt: skip
        items.append(
            tag(
                "li",
                tag("p", tag("b", safe(texts(f"report.{state}"))), " · ", spoken(outcome.text)),
                tag("p", safe(line), class_="note"),
                tag("ul", *reasons),
                cite(outcome.citation, texts) if outcome.citation else "",
                class_=state,
            )
        )
    return _fold(texts("web.card.details_closed"), tag("ol", *items, class_="closed-list"))


def _study(report: Report, texts: Texts) -> str:
    heading = tag("h3", safe(texts("web.card.study")))
    if any(outcome.ungraded for outcome in report.open):
        heading += tag("p", safe(texts("web.card.study_ungraded")))
    elif not report.study_plan:
        return heading + tag("p", safe(texts("web.card.study_none")))
    rows = [
        tag(
            "li",
            cite(item.citation, texts),
            tag("p", safe(texts("web.card.because", reasons="; ".join(item.reasons[:3]))),
                class_="note"),
        )
        for item in report.study_plan
    ]  # fmt: skip
    return heading + tag("ol", *rows, class_="study")


def _learned(report: Report, texts: Texts) -> str:
    """Progress by section over past interviews, and what to study next."""
    if not report.progress:
        return ""
    rows = [
        tag(
            "li",
            safe(section.heading),
            " ",
            tag("b", " → ".join(f"{point.share:.0%}" for point in section.points[-_POINTS:])),
        )
        for section in report.progress
    ]
    inside = _fold(texts("report.progress"), tag("ul", *rows, class_="progress"))
    if not report.next_study:
        return inside
    items = [
        tag("li", cite(item.citation, texts), tag("p", safe(item.reasons[0]), class_="note"))
        for item in report.next_study
    ]
    heading = tag("h3", safe(texts("report.next")))
    return heading + tag("ol", *items, class_="study") + inside


def _fold(title: str, inside: str, open_: bool = False) -> str:
    return tag("details", tag("summary", safe(title)), inside, open=open_)
