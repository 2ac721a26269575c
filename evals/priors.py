"""``python -m evals priors``: ask about blank answers ahead of time.

What a model says of a blank answer is constant for a prompt and half of the cost of a first grade,
so the bank's are shipped in ``knowledge/priors.json``. Run it again after a change of the bank, of
the judge's prompts or of the default model; what is known already is not asked again.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from simulator.assembly import Assembly
from simulator.domain import Lang
from simulator.grading.grader import RubricGrader
from simulator.grading.priors import Priors, shipped_priors
from simulator.settings import Settings


def collect(assembly: Assembly, path: Path) -> int:
    """Fill the file with the priors of the bank's open questions; returns how many questions.

    Raises a ModelError when the model cannot be used; what was learned before is kept.
    """
    priors = Priors(path, shipped=Path(os.devnull))
    grader = RubricGrader(
        assembly.embedder, assembly.rubric, assembly.model, judge="logprobs", priors=priors
    )
    done = 0
    for lang in Lang:
        for question in assembly.bank(lang).open:
            grader.prepare(question)
            done += 1
            print(f"{done} {question.id} ({lang})", file=sys.stderr)
    return done


def main(argv: Sequence[str] | None = None) -> int:
    """Collect with the model of the settings; 0. Raises SimulatorError."""
    argparse.ArgumentParser(prog="evals priors", description=__doc__).parse_args(argv)
    with Assembly(Settings.from_environment()) as assembly:
        collect(assembly, shipped_priors())
    return 0
