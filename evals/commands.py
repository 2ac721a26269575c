"""``evals run`` and ``evals report``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evals import dataset
from evals.results import read_results, read_run, write_json, write_whole
from evals.runner import Outcome, Run
from evals.setting import (
    NO_GUIDE,
    Options,
    complement_texts,
    make_checker,
    make_grader,
    open_guide,
    read_rubric,
    record,
)
from evals.summary import summarise
from simulator.assembly import Assembly
from simulator.domain import Lang
from simulator.errors import InputError
from simulator.settings import Settings

if TYPE_CHECKING:
    from simulator.llm.weights import ModelFile, Progress


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Grade an answer set; 0, or 3 when a model was needed and could not be reached at all."""
    if options.engine != "local":
        raise InputError("--engine ray does not exist yet; leave it out to run on this machine")
    chosen = Options(
        guide=options.guide,
        rubric=options.rubric,
        judge=options.judge,
        calibration=options.calibration,
    )
    if options.model is not None:
        settings = settings.model_copy(update={"model": options.model})
    with Assembly(settings) as assembly:
        rubric = read_rubric(chosen.rubric)
        answers = dataset.load(
            options.answers,
            rubric,
            assembly.bank,
            has_guide=chosen.guide != NO_GUIDE,
            split=options.split,
            lang=Lang(options.lang) if options.lang else None,
            limit=options.limit,
        )
        if answers.unused:
            _say(f"note: fields that nothing reads: {', '.join(answers.unused)[:200]}")
        assembly.prepare_model(chosen.judge, _show_download)
        with open_guide(assembly, chosen.guide, options.out / "guide") as guide:
            made_with = record(assembly, chosen, rubric, answers, guide)
            grader = make_grader(assembly, chosen, rubric)
            work = Run(
                options.out,
                made_with,
                answers,
                grader,
                guide[0] if guide else None,
                make_checker(assembly, guide),
            )
            outcome = work.grade(
                concurrency=options.concurrency,
                resume=options.resume,
                retry_errors=options.retry_errors,
            )
            if guide:
                write_whole(options.out / "guide.md", guide[1])
                for name, text in complement_texts(assembly, guide[0]).items():
                    write_whole(options.out / f"guide.{name}.md", text)
    print(_table(write_reports(options.out)))
    return _exit_code(outcome)


def report(folder: Path) -> int:
    """Write the summary and the page of a run again, and print the summary's table."""
    print(_table(write_reports(folder)))
    return 0


def write_reports(folder: Path) -> dict[str, Any]:
    """Write ``summary.json`` and ``report.html`` of a run; returns the summary."""
    from evals.report import page
    from evals.results import read_answers

    results, made_with = read_results(folder), read_run(folder)
    summary = summarise(results, made_with)
    write_json(folder / "summary.json", summary)
    write_whole(folder / "report.html", page(summary, results, read_answers(folder)))
    return summary


@contextmanager
def _show_download(model: ModelFile) -> Iterator[Callable[[Progress], None]]:
    """Lines on standard error while a model's file is fetched: one a tenth of the way."""
    _say(f"fetching {model.title} ({model.licence}), {model.bytes // 1_000_000} MB")
    said = -1

    def show(moment: Progress) -> None:
        nonlocal said
        tenth = moment.done * 10 // max(moment.total, 1)
        if tenth > said:
            said = tenth
            _say(f"{moment.stage}: {moment.done // 1_000_000} MB of {moment.total // 1_000_000}")

    yield show


def _exit_code(outcome: Outcome) -> int:
    if outcome.reached:
        return 0
    _say(
        f"error: the model could not be reached: {outcome.ungraded} answers are ungraded;"
        " check it and go on with --retry-errors"
    )
    return 3


def _table(summary: dict[str, Any]) -> str:
    """The main figures for a terminal."""
    columns = (
        "n",
        "ungraded",
        "coverage",
        "qwk",
        "pearson",
        "spearman",
        "mae",
        "exact",
        "adjacent",
    )
    lines = [f"{'':16}" + "".join(f"{name:>10}" for name in columns)]
    rows = {**summary["dimensions"], "overall": summary["overall"]}
    for name, row in rows.items():
        cells = [f"{_cell(row.get(column)):>10}" for column in columns]
        lines.append(f"{name[:15]:16}" + "".join(cells))
    criteria, citations = summary["criteria"], summary["citations"]
    if criteria["n"]:
        lines.append(
            f"verdicts: {criteria['n']} labelled, AUC {_cell(criteria['auc'])},"
            f" F1 {_cell(criteria['f1'])}, Brier {_cell(criteria['brier'])}"
        )
    if citations["n"]:
        lines.append(
            f"citations: {citations['n']}, real {_cell(citations['real'])},"
            f" supporting {_cell(citations['supported'])}"
        )
    return "\n".join(lines)


def _cell(value: float | int | None) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _say(line: str) -> None:
    print(line, file=sys.stderr)
