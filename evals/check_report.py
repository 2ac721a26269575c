"""``python -m evals.check_report REPORT.json``: is a report what it promises to be?

Scores must be whole numbers of their scale or null with a reason, and every quote must stand at
its offsets in the guide. Prints what is wrong, one line each; exit 1 when anything is.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from simulator.domain import Citation
from simulator.guide.shipped import text_of
from simulator.sessions.report import OpenOutcome, Report


def problems(report: Report, text_of: Callable[[str], str]) -> Iterator[str]:
    """Everything in the report that cannot be true of the text that a guide's name stands for."""
    if not report.finished:
        yield "the interview is not finished"
    for citation in citations(report):
        if text_of(citation.guide)[citation.start : citation.end] != citation.quote:
            where = f"{citation.start} in {citation.guide}"
            yield f"the quote '{citation.quote[:60]}' is not at {where}"
    for outcome in report.open:
        yield from _scores(outcome)


def citations(report: Report) -> Iterable[Citation]:
    """Every citation of a report."""
    yield from (outcome.citation for outcome in report.closed if outcome.citation)
    yield from (item.citation for item in report.study_plan)
    for outcome in report.open:
        for score in outcome.scores:
            yield from score.citations


def _scores(outcome: OpenOutcome) -> Iterator[str]:
    name = outcome.question_id
    if outcome.ungraded or outcome.skipped:
        if outcome.scores:
            yield f"{name} is ungraded or skipped and has scores"
        return
    if not outcome.scores:
        yield f"{name} has neither scores nor a reason"
    for score in outcome.scores:
        low, high = score.scale
        if score.score is None or not low <= score.score <= high:
            yield f"{name}: {score.dimension} is {score.score}, outside {low}–{high}"
        if not score.citations:
            yield f"{name}: {score.dimension} cites nothing"


def main(arguments: list[str]) -> int:
    """Check the report named by the one argument."""
    report = Report.model_validate_json(Path(arguments[0]).read_text(encoding="utf-8"))
    found = list(problems(report, text_of))
    for problem in found:
        print(problem)
    if not found:
        scored = sum(len(outcome.scores) for outcome in report.open)
        print(f"{scored} scores in range, {len(list(citations(report)))} citations real")
    return 1 if found or not report.open else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
