"""``python -m evals regrade DIR OUT``: what today's matcher and calibration make of a stored run.

The model's log-odds are kept, since they cost hours; similarity and wording are measured again and
everything after them is computed anew, except citations, which stay those of the run.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Sequence
from pathlib import Path

from evals.calibrate import rematched
from evals.commands import report
from evals.fitting import regrade
from evals.results import Result, read_results, read_run
from simulator.errors import InputError
from simulator.grading.calibration import load_calibrations


def again(folder: Path, out: Path) -> list[Result]:
    """Write the run `folder`, graded again, to the new folder `out`. Raises InputError."""
    run, results = read_run(folder), read_results(folder)
    if out.exists():
        raise InputError(f"{out} exists already; give a new folder")
    judges = {result.provenance["judge"] for result in results if "judge" in result.provenance}
    if len(judges) != 1:
        raise InputError(
            f"{folder} was judged by {sorted(judges) or 'nobody'}; one judge is needed"
        )
    calibration = load_calibrations().choose(
        judges.pop(), run.settings["model"], run.settings["embedder"]
    )
    graded = [result for result in results if result.ungraded is None and result.verdicts]
    made = [regrade(r, run.rubric, calibration) for r in rematched(graded, [folder])]
    rest = [result for result in results if result not in graded]
    shutil.copytree(folder, out)
    lines = "".join(f"{result.model_dump_json()}\n" for result in (*made, *rest))
    (out / "results.jsonl").write_text(lines, encoding="utf-8")
    return made


def main(argv: Sequence[str] | None = None) -> int:
    """Grade again and print the summary's table; 0. Raises SimulatorError."""
    parser = argparse.ArgumentParser(prog="evals regrade", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR", help="the --out of a run")
    parser.add_argument("out", type=Path, metavar="OUT", help="a new folder")
    options = parser.parse_args(argv)
    again(options.folder, options.out)
    return report(options.out)
