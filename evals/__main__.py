"""``python -m evals``: grade answer sets, and measure the grader, the retrieval and the speed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Protocol

from simulator.errors import SimulatorError
from simulator.settings import Settings

_OWN = {
    "attacks": "hostile answers alone and appended, metamorphic checks",
    "interviews": "simulated candidates sit whole interviews; checks of the interviewer",
    "load": "how soon the page answers many people at once, beside bare Gradio",
    "priors": "ask about blank answers ahead of time, for knowledge/priors.json",
    "reasons": "learn what false reasons sound like, for knowledge/reasons.json",
    "recognisers": "learn the bank's questions ahead of time, for knowledge/recognisers.json",
    "regrade": "what today's matcher and calibration make of a stored run",
    "retrieval": "how often search finds the right section",
}
"""Commands with a parser of their own."""
_ELSEWHERE = {"load": "evals.load.command"}
JUDGES = ("auto", "logprobs", "structured", "similarity")


class Command(Protocol):
    """A module with a command line of its own."""

    def main(self, argv: Sequence[str] | None = None) -> int:
        """Run it; the exit code."""


def main(argv: Sequence[str] | None = None, environ: Mapping[str, str] | None = None) -> int:
    """Run one command. Exit codes: 0, 2 bad input, 3 no model, 130 after Ctrl-C.

    `environ` replaces this process's environment as the source of settings.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        if arguments[:1] and arguments[0] in _OWN:
            command: Command = import_module(_ELSEWHERE.get(arguments[0], f"evals.{arguments[0]}"))
            return command.main(arguments[1:])
        return _commands(_parser().parse_args(arguments), environ)
    except SimulatorError as error:
        print("error: " + " ".join(str(error).split()), file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return 130


def _commands(options: argparse.Namespace, environ: Mapping[str, str] | None) -> int:
    if options.command == "run":
        from evals.commands import run

        return run(options, Settings.from_environment(environ))
    if options.command == "report":
        from evals.commands import report

        return report(options.folder)
    if options.command == "compare":
        from evals import compare

        return compare.main(options.before, options.after)
    if options.command == "calibrate":
        from evals import calibrate

        return calibrate.main(options)
    if options.command == "audit":
        from evals import audit

        return audit.main(options, Settings.from_environment(environ))
    from evals import bench

    return bench.main(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="evals", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_run(commands)
    report = commands.add_parser("report", help="write summary.json and report.html of a run again")
    report.add_argument("folder", type=Path, metavar="DIR", help="the --out of a run")
    compare = commands.add_parser("compare", help="what changed between two runs, beyond noise")
    compare.add_argument("before", type=Path, metavar="A", help="the --out of a run")
    compare.add_argument("after", type=Path, metavar="B", help="the --out of another run")
    _add_calibrate(commands)
    audit = commands.add_parser("audit", help="verify every citation of stored grades again")
    audit.add_argument("folder", type=Path, nargs="?", metavar="DIR", help="the --out of a run")
    audit.add_argument("--sessions", action="store_true", help="the interviews of this machine")
    _add_bench(commands)
    for name, what in _OWN.items():
        commands.add_parser(name, help=f"{what} (own --help)")
    return parser


def _add_run(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    run = commands.add_parser("run", help="grade an answer set")
    run.add_argument(
        "answers", type=Path, metavar="ANSWERS", help="a .jsonl or .csv file or a folder"
    )
    run.add_argument("--out", type=Path, required=True, metavar="DIR", help="where results go")
    run.add_argument(
        "--columns",
        default="",
        metavar="FIELD=COLUMN,…",
        help="columns of a .csv file: answer, question or question_id, id, labels.DIMENSION, …",
    )
    run.add_argument(
        "--guide",
        help="a Markdown file, the name of an ingested guide, or 'none'; the shipped one without",
    )
    run.add_argument("--rubric", type=Path, help="dimensions and scales (YAML)")
    run.add_argument("--model", help="'embedded', a GGUF file, or a model of the endpoint")
    run.add_argument(
        "--judge", choices=JUDGES, default="auto", help="'similarity' uses no language model"
    )
    run.add_argument("--calibration", type=Path, help="coefficients (JSON); the shipped without")
    run.add_argument(
        "--concurrency", type=_positive, default=1, metavar="N", help="answers at once"
    )
    run.add_argument("--resume", action="store_true", help="go on with the results in DIR")
    run.add_argument(
        "--retry-errors", action="store_true", help="go on, and grade again what is ungraded"
    )
    run.add_argument("--limit", type=_positive, metavar="N", help="only the first N answers")
    run.add_argument("--split", choices=("train", "validation", "test"), help="only its questions")
    run.add_argument("--lang", choices=("es", "en"), help="only answers in this language")
    run.add_argument(
        "--engine", choices=("local", "ray"), default="local", help="only 'local' exists"
    )


def _add_calibrate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    calibrate = commands.add_parser(
        "calibrate", help="fit the judge's coefficients and cut points to labelled runs"
    )
    calibrate.add_argument("folders", type=Path, nargs="+", metavar="DIR", help="--out of runs")
    calibrate.add_argument(
        "--scores-from",
        type=Path,
        nargs="+",
        default=[],
        metavar="DIR",
        help="runs without a model over more answers: where to ask one, and the cut points",
    )
    calibrate.add_argument("--out", type=Path, help="the calibration file to update")
    calibrate.add_argument("--split-file", type=Path, help="split.yaml; the shipped one without")
    calibrate.add_argument(
        "--with-validation", action="store_true", help="fit on validation questions as well"
    )
    calibrate.add_argument(
        "--rematch",
        action="store_true",
        help="measure similarity and wording again, keep what the model said",
    )
    calibrate.add_argument(
        "--as-default",
        action="store_true",
        help="write it for every model without an entry of its own",
    )
    calibrate.add_argument("--dry-run", action="store_true", help="print figures, write nothing")


def _add_bench(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    bench = commands.add_parser("bench", help="speed and memory on this machine")
    bench.add_argument("--times", type=_positive, default=3, metavar="N", help="runs of each")
    bench.add_argument("--with-model", action="store_true", help="also what needs the model")


def _positive(text: str) -> int:
    try:
        value = int(text)
    except ValueError:
        value = 0
    if value < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number from 1")
    return value


if __name__ == "__main__":
    sys.exit(main())
