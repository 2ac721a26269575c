"""The conversation as HTML: a pure picture of what is recorded."""

from __future__ import annotations

import re
from collections.abc import Iterator

from simulator.domain import (
    Citation,
    ClosedQuestion,
    DimensionScore,
    Exchange,
    Phase,
    Session,
    Speaker,
    Turn,
    TurnKind,
)
from simulator.texts import Texts
from simulator.web.desk import Desk
from simulator.web.safe import safe, spoken, tag

_MARKS = re.compile(r"^\s*[-+*]\s+|\*\*|`", re.MULTILINE)
_LABELLED = {
    TurnKind.FOLLOW_UP,
    TurnKind.HINT,
    TurnKind.ASK_AGAIN,
    TurnKind.CLARIFICATION,
    TurnKind.CHANGE,
}


def transcript(desk: Desk, session: Session, texts: Texts) -> str:
    """Every turn of the session, in order, with headings between the phases."""
    pieces: list[str] = []
    before: Phase | None = None
    for number, exchange in enumerate(session.exchanges, 1):
        if exchange.phase is not before:
            pieces.append(tag("h2", safe(texts(f"web.talk.phase.{exchange.phase}"))))
            before = exchange.phase
        pieces.append(tag("h3", safe(texts("web.talk.question", number=number))))
        pieces.extend(_exchange(desk, session, exchange, texts))
    label = texts("web.talk.log")
    return tag("div", *pieces, class_="log", role="log", aria_label=label, tabindex="0")


def cite(citation: Citation, texts: Texts) -> str:
    """A quote that opens the guide at its words, and the notes on them."""
    notes = [
        tag("p", safe(texts("web.card.note", note=note.text(texts.lang), page=note.page)),
            class_="since")
        for note in citation.notes
    ]  # fmt: skip
    button = tag(
        "button",
        tag("span", safe(f"{citation.origin} · {citation.heading}"), class_="where"),
        tag("q", safe(" ".join(_MARKS.sub("", citation.quote).split()))),
        tag("span", safe(texts("web.card.open_guide")), class_="open"),
        type="button",
        class_="cite",
        data_guide=citation.guide,
        data_start=citation.start,
        data_end=citation.end,
        data_quote=citation.quote,
    )
    return "".join([button, *notes])


def _exchange(desk: Desk, session: Session, exchange: Exchange, texts: Texts) -> Iterator[str]:
    question = None
    if exchange.phase is Phase.CLOSED:
        question = desk.closed_question(session, exchange.question_id)
    for turn in exchange.turns:
        if turn.kind is TurnKind.QUESTION and question is not None:
            yield _bubble(
                turn, _closed_question(question, exchange, session.hides_grades, texts), texts
            )
        elif turn.kind is TurnKind.FEEDBACK:
            if not session.hides_grades:
                yield _feedback(turn, exchange, texts)
        elif turn.kind is TurnKind.DECLINED:
            yield tag("p", safe(texts("web.talk.declined")), class_="aside")
        else:
            own = turn.speaker is Speaker.CANDIDATE
            words = safe(turn.text) if own else spoken(turn.text)
            yield _bubble(turn, tag("div", words, class_="words"), texts)
    if exchange.skipped:
        yield tag("p", safe(texts("web.talk.skipped")), class_="aside")
    if exchange.grade is not None and exchange.grade.ungraded:
        why = texts("web.card.ungraded_why", reason=exchange.grade.ungraded)
        yield tag("p", safe(why), class_="ungraded")
    elif session.hides_grades and exchange.finished and not exchange.skipped:
        yield tag("p", safe(texts("terminal.noted")), class_="aside")
    elif exchange.grade is not None:
        titles = {d.name: d.title.get(texts.lang, d.name) for d in desk.parts.rubric.dimensions}
        yield _scores(exchange.grade.scores, titles, texts)


def _bubble(turn: Turn, inside: str, texts: Texts) -> str:
    candidate = turn.speaker is Speaker.CANDIDATE
    who = texts("web.talk.you" if candidate else "web.talk.interviewer")
    if turn.kind in _LABELLED:
        who += f" · {texts(f'web.talk.{turn.kind}')}"
    if turn.cost:
        who += " " + texts("terminal.hint_cost", cost=f"{turn.cost:g}")
    return tag(
        "div",
        tag("div", safe(who), class_="who"),
        inside,
        class_=f"turn {turn.speaker} {turn.kind}",
    )


def _closed_question(
    question: ClosedQuestion, exchange: Exchange, hidden: bool, texts: Texts
) -> str:
    """The question; its options too once they are answered (before, they are buttons). With
    `hidden`, nothing tells which of them is right."""
    text = tag("div", spoken(question.text), class_="words")
    if not exchange.finished:
        return text
    chosen = exchange.closed.chosen if exchange.closed else ()
    items = []
    for option in question.options:
        notes = []
        if option.id in chosen:
            notes.append(texts("web.talk.your_option"))
        if option.id in question.key and not hidden:
            notes.append(texts("web.talk.right_option"))
        note = tag("em", safe(f" ({', '.join(notes)})")) if notes else ""
        state = "right" if option.id in question.key else "wrong" if notes else None
        state = None if hidden else state
        items.append(
            tag("li", tag("b", safe(option.id)), " ", spoken(option.text), note, class_=state)
        )
    return text + tag("ul", *items, class_="answered")


def _feedback(turn: Turn, exchange: Exchange, texts: Texts) -> str:
    correct = exchange.closed is not None and exchange.closed.correct
    citation = exchange.closed.citation if exchange.closed else None
    verdict, _, reasons = turn.text.partition("\n")
    return tag(
        "div",
        tag("div", safe(("✓ " if correct else "✗ ") + verdict), class_="verdict"),
        tag("div", spoken(reasons), class_="words"),
        cite(citation, texts) if citation else "",
        class_=f"turn feedback {'right' if correct else 'wrong'}",
    )


def _scores(scores: tuple[DimensionScore, ...], titles: dict[str, str], texts: Texts) -> str:
    chips = [
        tag(
            "li",
            safe(titles.get(score.dimension, score.dimension)),
            " ",
            tag("b", safe(texts("web.card.ungraded") if score.score is None else score.score)),
        )
        for score in scores
    ]
    head = tag("div", safe(texts("web.talk.graded")), class_="who")
    return tag("div", head, tag("ul", *chips, class_="chips"), class_="turn graded")
