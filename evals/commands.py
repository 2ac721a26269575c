"""``evals run`` and ``evals report``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evals import dataset
from evals.grading import grade_set, write_reports
from evals.runner import Outcome
from evals.setting import NO_GUIDE, Options, read_rubric
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
            columns=_columns(options.columns),
        )
        if answers.unused:
            _say(f"note: fields that nothing reads: {', '.join(answers.unused)[:200]}")
        assembly.prepare_model(chosen.judge, _show_download)
        outcome = grade_set(
            assembly,
            chosen,
            rubric,
            answers,
            options.out,
            concurrency=options.concurrency,
            resume=options.resume,
            retry_errors=options.retry_errors,
        )
    print(_table(write_reports(options.out)))
    return _exit_code(outcome)


def report(folder: Path) -> int:
    """Write the summary and the page of a run again, and print the summary's table."""
    print(_table(write_reports(folder)))
    return 0


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


def _columns(given: str) -> dict[str, str]:
    """``answer=Respuesta,question=Pregunta`` as a mapping. Raises InputError."""
    pairs = [pair.partition("=") for pair in given.split(",") if pair.strip()]
    if any(not (name and column) for name, _, column in pairs):
        raise InputError("--columns takes FIELD=COLUMN pairs with commas between; fix it")
    return {name.strip(): column.strip() for name, _, column in pairs}


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
