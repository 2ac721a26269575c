"""One whole run, from an answer set to its reports: what the command and the page both do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from evals.dataset import AnswerSet
from evals.report import page
from evals.results import read_answers, read_results, read_run, write_json, write_whole
from evals.runner import Outcome, Run, Watch
from evals.setting import Options, complement_texts, make_checker, make_grader, open_guide, record
from evals.summary import summarise
from simulator.assembly import Assembly
from simulator.domain import Rubric


def grade_set(
    assembly: Assembly,
    chosen: Options,
    rubric: Rubric,
    answers: AnswerSet,
    folder: Path,
    *,
    concurrency: int = 1,
    resume: bool = False,
    retry_errors: bool = False,
    watch: Watch | None = None,
) -> Outcome:
    """Grade a set into `folder`; see `Run.grade`. Raises InputError, GuideError, StorageError."""
    with open_guide(assembly, chosen.guide, folder / "guide") as guide:
        work = Run(
            folder,
            record(assembly, chosen, rubric, answers, guide),
            answers,
            make_grader(assembly, chosen, rubric),
            guide[0] if guide else None,
            make_checker(assembly, guide),
        )
        outcome = work.grade(
            concurrency=concurrency, resume=resume, retry_errors=retry_errors, watch=watch
        )
        if guide:
            write_whole(folder / "guide.md", guide[1])
            for name, text in complement_texts(assembly, guide[0]).items():
                write_whole(folder / f"guide.{name}.md", text)
    return outcome


def write_reports(folder: Path) -> dict[str, Any]:
    """Write ``summary.json`` and ``report.html`` of a run; returns the summary."""
    results, made_with = read_results(folder), read_run(folder)
    summary = summarise(results, made_with)
    write_json(folder / "summary.json", summary)
    write_whole(folder / "report.html", page(summary, results, read_answers(folder)))
    return summary
