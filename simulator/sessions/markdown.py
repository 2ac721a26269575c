"""A report as Markdown. What a candidate or a bank wrote is escaped: it cannot become markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from simulator.domain import Citation, Speaker
from simulator.sessions.learned import SectionOutcome
from simulator.sessions.report import (
    ClosedOutcome,
    DimensionSummary,
    OpenOutcome,
    OpenScore,
    Report,
)
from simulator.sessions.study import StudyItem
from simulator.texts import Texts

_SECTIONS = 12  # sections of the progress that are shown, the weakest
_POINTS = 5  # interviews of a section that are shown, the last
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!])")


def to_markdown(report: Report) -> str:
    """The whole report in the interview's language."""
    return "\n".join(_lines(report, Texts(report.lang))).strip() + "\n"


def escape(text: str) -> str:
    """The text with every character that Markdown or HTML could read as markup escaped."""
    return _SPECIAL.sub(r"\\\1", text)


def _lines(report: Report, texts: Texts) -> Iterator[str]:
    yield f"# {texts('report.title')}\n"
    yield texts(
        "report.meta", id=report.session_id, created=report.created, guide=escape(report.guide)
    )
    if not report.finished:
        yield f"\n{texts('report.unfinished')}"
    yield from _terms(report, texts)
    if report.open:
        yield from _scores(report.scores, texts)
    if report.closed:
        yield "\n## " + texts(
            "report.closed", correct=report.closed_correct, total=report.closed_total
        )
        if report.closed_points != report.closed_correct:
            yield "\n" + texts("report.points", points=f"{report.closed_points:g}")
        for number, outcome in enumerate(report.closed, 1):
            yield from _closed(number, outcome, texts)
    if report.open:
        yield f"\n## {texts('report.open')}"
        for answered in report.open:
            yield from _open(answered, texts)
    yield f"\n## {texts('report.study')}\n"
    yield from _study(report.study_plan, texts)
    if report.progress:
        yield f"\n## {texts('report.progress')}\n"
        yield from _progress(report.progress, texts)
    if report.next_study:
        yield f"\n## {texts('report.next')}\n"
        yield from _study(report.next_study, texts)


def _terms(report: Report, texts: Texts) -> Iterator[str]:
    """What was chosen that is not usual."""
    terms = [texts(f"report.mode.{report.mode}")]
    if report.level is not None:
        terms.append(texts("report.level", level=texts(f"web.level.{report.level}")))
    if report.minutes is not None:
        times = [o.used_seconds for o in report.closed] + [o.used_seconds for o in report.open]
        used = sum(time or 0.0 for time in times) / 60
        terms.append(texts("report.minutes", used=f"{used:.0f}", minutes=report.minutes))
    yield "\n" + " · ".join(terms)


def _scores(scores: Iterable[DimensionSummary], texts: Texts) -> Iterator[str]:
    yield f"\n## {texts('report.scores')}\n"
    header = (texts("report.dimension"), texts("report.score"), texts("report.graded"))
    yield f"| {' | '.join(header)} |\n|---|---|---|"
    for score in scores:
        mean = texts("report.none") if score.mean is None else f"{score.mean:g} / {score.scale[1]}"
        of = texts("report.of", graded=score.graded, total=score.graded + score.ungraded)
        yield f"| {escape(score.title)} | {mean} | {of} |"


def _closed(number: int, outcome: ClosedOutcome, texts: Texts) -> Iterator[str]:
    state = "skipped" if outcome.correct is None else "right" if outcome.correct else "wrong"
    yield f"\n**{number}. {escape(outcome.text)}** ({texts(f'report.{state}')})\n"
    yield texts("report.yours", chosen=", ".join(outcome.chosen) or "—", key=", ".join(outcome.key))
    for option in outcome.options:
        if option.id in outcome.key or option.id in outcome.chosen:
            yield f"- {option.id}) {escape(option.text)} — {escape(option.reason)}"
    if outcome.citation:
        yield from _cite(outcome.citation, texts)


def _open(outcome: OpenOutcome, texts: Texts) -> Iterator[str]:
    yield f"\n### {escape(outcome.title or outcome.question_id)}\n"
    if outcome.skipped:
        yield texts("report.skipped")
    if outcome.ungraded:
        yield texts("report.ungraded", reason=escape(outcome.ungraded))
    if outcome.hint_deduction:
        yield texts("report.hints", cost=f"{outcome.hint_deduction:g}")
    if outcome.attempts > 1:
        yield texts("report.attempts", count=outcome.attempts)
    if outcome.summary:
        yield escape(outcome.summary)
    for score in outcome.scores:
        yield from _score(score, texts)
    yield f"\n#### {texts('report.conversation')}\n"
    for turn in outcome.turns:
        who = "report.you" if turn.speaker is Speaker.CANDIDATE else "report.interviewer"
        said = turn.text or texts("report.skipped")
        yield f"**{texts(who)}:**\n{_quoted(said)}\n"
    if outcome.reference:
        yield f"#### {texts('report.reference')}\n\n{_quoted(outcome.reference)}"


def _score(score: OpenScore, texts: Texts) -> Iterator[str]:
    shown = texts("report.none") if score.score is None else f"{score.score} / {score.scale[1]}"
    yield f"\n#### {escape(score.title)}: {shown}\n"
    if score.feedback:
        yield escape(score.feedback) + "\n"
    for name in ("covered", "doubtful", "missing", "errors"):
        if texts_of := getattr(score, name):
            yield f"- {texts(f'report.{name}')}:"
            yield from (f"    - {escape(text)}" for text in texts_of)
    for citation in score.citations:
        yield from _cite(citation, texts)


def _study(items: Iterable[StudyItem], texts: Texts) -> Iterator[str]:
    number = 0
    for number, item in enumerate(items, 1):
        yield f"{number}. **{escape(item.heading)}**"
        reasons = "; ".join(escape(reason.rstrip(".")) for reason in item.reasons[:3])
        yield f"    - {texts('report.because', reasons=reasons)}"
        yield from (f"    {line}" for line in _cite(item.citation, texts))
    if not number:
        yield texts("report.nothing")


def _progress(sections: Sequence[SectionOutcome], texts: Texts) -> Iterator[str]:
    header = [texts(f"report.progress_{name}") for name in ("section", "known", "before", "due")]
    yield f"| {' | '.join(header)} |\n|---|---|---|---|"
    for section in sections[:_SECTIONS]:
        before = " → ".join(f"{point.share:.0%}" for point in section.points[-_POINTS:-1]) or "—"
        due = section.due.date().isoformat()
        yield f"| {escape(section.heading)} | {section.known:.0%} | {before} | {due} |"
    if len(sections) > _SECTIONS:
        yield "\n" + texts("report.progress_more", count=len(sections) - _SECTIONS)


def _cite(citation: Citation, texts: Texts) -> Iterator[str]:
    quote = escape(" ".join(citation.quote.split()))
    source, heading = escape(citation.origin), escape(citation.heading)
    yield "- " + texts("report.cite", source=source, heading=heading, quote=quote)
    for note in citation.notes:
        said = escape(note.text(texts.lang))
        yield "    - " + texts("report.note", note=said, page=escape(note.page))


def _quoted(text: str) -> str:
    return "\n".join(f"> {escape(line)}" for line in text.splitlines())
