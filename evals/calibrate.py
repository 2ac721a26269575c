"""``python -m evals calibrate DIR…``: from labelled runs to an entry of calibration.json.

Only questions of the train split are used (with ``--with-validation``, those of validation too);
answers to test questions are dropped, whatever the folders hold.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evals import dataset, fitting
from evals.fitting import Outcome
from evals.metrics import Metric, auc
from evals.results import (
    Result,
    RunRecord,
    read_answers,
    read_results,
    read_run,
    write_json,
)
from simulator import resources
from simulator.domain import Lang, Rubric
from simulator.errors import InputError
from simulator.grading.calibration import Calibration, load_calibrations
from simulator.grading.screen import screen
from simulator.grading.similarity import Matcher
from simulator.interview.bank import load_bank

_MEASURED = {"similarity", "margin", "opposed", "falsity"}
_SHOWN = ("qwk", "mae", "exact", "adjacent")


def main(options: argparse.Namespace) -> int:
    """Fit, print the figures before and after, and write the entry; 0."""
    runs = [read_run(folder) for folder in options.folders]
    run = _one_kind(runs)
    split = options.split_file or resources.folder("evals") / "answer_sets" / "split.yaml"
    parts = ["train", *(["validation"] if options.with_validation else [])]
    results = usable(options.folders, split, parts)
    if options.rematch:
        results = rematched(results, options.folders)
    more = usable(options.scores_from, split, parts) if options.scores_from else []
    if options.rematch:
        more = rematched(more, options.scores_from)
    base = _base(run, results)
    if options.as_default:
        base = base.model_copy(update={"model": None})
    rubric = run.rubric
    path = options.out or resources.folder("knowledge") / "calibration.json"

    before = fitting.outcome_of(results, rubric)
    after = fitting.cross_validate(results, rubric, base, more)
    fitted = fitting.fit(results, rubric, base, more)
    print(table(before, after, rubric))
    print(_coefficients(fitted))
    source = _provenance(results, runs, parts, after, rubric)
    source |= {"answers_for_scores": len(more)} if more else {}
    entry = fitted.model_copy(update={"source": source})
    if options.dry_run:
        print("nothing written")
    else:
        write_entry(path, entry)
        print(f"written to {path}")
    return 0


def usable(folders: Sequence[Path], split_file: Path, parts: Sequence[str]) -> list[Result]:
    """Graded, fully labelled results whose question is in one of the parts of the split.

    Raises InputError when there are too few questions to cross-validate.
    """
    wanted = frozenset[str]().union(*(dataset.questions_in(split_file, part) for part in parts))
    found: dict[str, Result] = {}
    for folder in folders:
        for result in read_results(folder):
            labelled = result.labels and any(v.label is not None for v in result.verdicts)
            if result.question_id in wanted and result.ungraded is None and labelled:
                found[result.id] = result
    results = [found[id_] for id_ in sorted(found)]
    questions = {result.question_id for result in results}
    if len(questions) < 3:
        raise InputError(
            f"{len(questions)} questions of {' and '.join(parts)} have graded answers with labels"
            " and 'met'; at least 3 are needed: run more of the answer set"
        )
    return results


def rematched(results: Sequence[Result], folders: Sequence[Path]) -> list[Result]:
    """The results with similarity measured again by today's matcher.

    What a model said is kept: it costs hours, this costs seconds. Raises InputError for a question
    that is not in the bank as it was graded.
    """
    from simulator.llm.embeddings import E5Embedder

    matcher = Matcher(E5Embedder())
    banks = {lang: load_bank([resources.folder("knowledge")], lang) for lang in Lang}
    answers = {id_: answer for folder in folders for id_, answer in read_answers(folder).items()}
    made = []
    for result in results:
        question = banks[result.lang].open_question(result.question_id)
        if [c.id for c in question.criteria] != [v.criterion_id for v in result.verdicts]:
            raise InputError(f"{result.id}: '{question.id}' has other criteria now; run it again")
        screened = screen(answers[result.id].answer, question.text)
        if result.verdicts[0].similarity is None or screened.decided:
            made.append(result)
            continue
        verdicts = tuple(
            verdict.model_copy(update=match.model_dump(include=_MEASURED))
            for verdict, match in zip(
                result.verdicts, matcher.match(question, screened), strict=True
            )
        )
        made.append(result.model_copy(update={"verdicts": verdicts}))
    return made


def write_entry(path: Path, entry: Calibration) -> None:
    """Put the entry in a calibration file in the place of the one for the same judge, model and
    embedder; other entries stay as they are."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        entries = list(content["entries"])
    except FileNotFoundError:
        entries = []
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(f"{path}: not a calibration file; check --out") from None
    made = entry.model_dump(mode="json", by_alias=True)
    kept = [other for other in entries if _whose(other) != _whose(made)]
    write_json(path, {"entries": [*kept, made]})
    load_calibrations(path)


def table(before: Outcome, after: Outcome, rubric: Rubric) -> str:
    """Agreement by dimension, as graded and leaving one question out."""
    head = f"{'':16}" + "".join(f"{name:>18}" for name in _SHOWN)
    lines = [head, f"{'':16}" + f"{'before':>9}{'after':>9}" * len(_SHOWN)]
    was, now = before.agreement(rubric), after.agreement(rubric)
    for name in now:
        cells = "".join(f"{_cell(was[name][m]):>9}{_cell(now[name][m]):>9}" for m in _SHOWN)
        lines.append(f"{name[:15]:16}{cells}")
    lines.append(f"AUC of verdicts: {_cell(_auc(before))} before, {_cell(_auc(after))} after")
    count = len(next(iter(after.pairs.values())))
    return "\n".join([*lines, f"after: {count} answers, each graded without its question"])


def _one_kind(runs: Sequence[RunRecord]) -> RunRecord:
    """The run that stands for all: they must share what a calibration belongs to."""
    first = runs[0]
    for run in runs[1:]:
        for name in ("model", "judge", "embedder", "prompts"):
            if run.settings.get(name) != first.settings.get(name):
                raise InputError(f"the runs were made with different {name}; calibrate them apart")
    return first


def _base(run: RunRecord, results: Sequence[Result]) -> Calibration:
    judges = {result.provenance.get("judge", "") for result in results} - {""}
    judge = judges.pop() if len(judges) == 1 else run.settings["judge"]
    model = run.settings["model"]
    return Calibration(
        judge=judge,
        model=None if judge == "similarity" else model,
        embedder=run.settings.get("embedder"),
        coefficients={},
    )


def _provenance(
    results: Sequence[Result],
    runs: Sequence[RunRecord],
    parts: Sequence[str],
    after: Outcome,
    rubric: Rubric,
) -> dict[str, str | int | float]:
    """How the numbers were made, for the data file."""
    run = runs[0]
    hashes = sorted(
        {
            f"{name}.{result.lang}={value}"
            for result in results
            for name, value in result.provenance.items()
            if name.startswith(("judge_", "structured_"))
        }
    )
    figures: dict[str, str | int | float] = {}
    for name, row in after.agreement(rubric).items():
        for metric in ("qwk", "mae", "adjacent"):
            value = row[metric]
            if value is not None:
                figures[f"loqo_{metric}_{name}"] = round(value, 3)
    facts: dict[str, str | int | float] = {
        "made": "python -m evals calibrate",
        "from_model": run.settings["model"],
        "date": datetime.now(UTC).date().isoformat(),
        "split": "+".join(parts),
        "answers": len(results),
        "questions": len({result.question_id for result in results}),
        "verdicts": len(after.truths),
        "answer_set": "+".join(sorted({str(r.answer_set["sha256"]) for r in runs})),
        "guide": run.settings["guide"],
        "prompts": " ".join(hashes) or "none",
        "loqo_auc": round(_auc(after) or 0.0, 3),
    }
    return facts | figures


def _auc(outcome: Outcome) -> Metric:
    return auc(outcome.truths, outcome.probabilities)


def _coefficients(fitted: Calibration) -> str:
    rows: dict[str, dict[str, float]] = {"all": fitted.coefficients, **fitted.overrides}
    lines = ["coefficients"]
    for name, row in rows.items():
        lines.append(f"  {name:10}" + "  ".join(f"{k} {v:+.3f}" for k, v in row.items()))
    worth = fitted.mix.model_dump()
    lines.append("mix  " + "  ".join(f"{name} {value:g}" for name, value in worth.items()))
    lines.append("cut points")
    lines += [f"  {name:14}{', '.join(map(str, cuts))}" for name, cuts in fitted.cuts.items()]
    return "\n".join(lines)


def _whose(entry: dict[str, Any]) -> tuple[Any, ...]:
    return entry.get("judge"), entry.get("model"), entry.get("embedder")


def _cell(value: Metric) -> str:
    return "–" if value is None else f"{value:.3f}"
