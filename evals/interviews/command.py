"""The command: candidates × languages × seeds, every check over every sitting."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from evals import dataset
from evals.interviews import grades, keeping, leaks, order, rounds
from evals.interviews.aim import labelled_aim
from evals.interviews.candidates import Candidate, Part, load_candidates
from evals.interviews.check import Check, Tally, tally
from evals.interviews.evidence import Case
from evals.interviews.remembering import RememberingEmbedder
from evals.interviews.sitting import SECOND_TRIES, config_of, sit
from evals.results import write_json, write_whole
from evals.setting import complement_texts
from simulator import resources
from simulator.assembly import Assembly
from simulator.domain import InterviewConfig, Lang
from simulator.errors import InputError, SimulatorError
from simulator.ports import Embedder
from simulator.sessions.store import SessionStore
from simulator.settings import Settings

CHECKS: list[Check] = [
    *order.CHECKS, *leaks.CHECKS, *rounds.CHECKS, *grades.CHECKS, *keeping.CHECKS,
]  # fmt: skip
_BEST = ("excellent", "good")
_SHOWN = 8  # failures printed of one check


class RememberingAssembly(Assembly):
    """The same parts; what was embedded once is not embedded again."""

    @cached_property
    def embedder(self) -> Embedder:
        """The sentence embeddings."""
        return RememberingEmbedder(super().embedder)


def aim(settings: Settings) -> int:
    """Print the aim of follow-ups by the labels of each split; 0 when the bar is met on test."""
    folder = resources.folder("evals") / "answer_sets" / "open"
    with RememberingAssembly(settings) as assembly:
        grader = assembly.grader(InterviewConfig(judge="similarity"))
        splits: tuple[dataset.Split, ...] = ("train", "validation", "test")
        for split in splits:
            rows = dataset.load(folder, assembly.rubric, assembly.bank, split=split).items
            found = labelled_aim(rows, grader)
            print(f"{split}: {found}")
    return int(found.share < rounds.AIM)


class Stage:
    """Where interviews are held: one assembly for all, sessions in a folder of their own."""

    def __init__(self, assembly: Assembly, store: SessionStore) -> None:
        self._assembly = assembly
        self._parts = replace(assembly.parts(), store=store)
        guide = assembly.retriever(assembly.default_guide)
        self._guides = {guide.guide: assembly.guides.text(guide.version)}
        self._guides |= complement_texts(assembly, guide)
        folder = resources.folder("evals") / "answer_sets" / "open"
        self._answers: dict[Lang, dict[str, list[str]]] = {lang: {} for lang in Lang}
        for item in dataset.load(folder, assembly.rubric, assembly.bank).items:
            if item.row.kind == _BEST[0]:
                known = self._answers[item.row.lang]
                known.setdefault(item.question.id, []).append("\n\n".join(item.row.answer))

    def hold(
        self, candidate: Candidate, config: InterviewConfig, second_tries: int = SECOND_TRIES
    ) -> Case:
        """One interview, whole, and what its checks read."""
        bank = self._assembly.bank(candidate.lang)
        part = Part(candidate, bank, self._answers[candidate.lang], config.seed)
        return Case(
            sitting=sit(self._parts, part, config, second_tries),
            bank=bank,
            rubric=self._assembly.rubric,
            guides=self._guides,
            worth=candidate.worth,
        )


@contextmanager
def open_stage(settings: Settings, folder: Path) -> Iterator[Stage]:
    """A stage whose sessions are in `folder`; the indexes are those of the settings."""
    store = SessionStore(f"sqlite:///{folder / 'interviews.db'}")
    try:
        with RememberingAssembly(settings) as assembly:
            yield Stage(assembly, store)
    finally:
        store.close()


def table(tallies: Sequence[Tally]) -> str:
    """Each check with what passed of what applied, and every failure with its session."""
    lines = [f"{'check':45}{'sessions':>12}{'cases':>14}"]
    for one in tallies:
        mark = "" if one.met else "  FAILED"
        bar = f"  {one.share:.1%}, bar {one.bar:.0%}" if one.bar < 1 else ""
        sessions, cases = f"{one.clean}/{one.sittings}", f"{one.passed}/{one.cases}"
        lines.append(f"{one.name:45}{sessions:>12}{cases:>14}{bar}{mark}")
        failures = one.failures if not one.met else ()
        lines += [f"    {name}: {why}" for name, why in failures[:_SHOWN]]
        if len(failures) > _SHOWN:
            lines.append(f"    and {len(failures) - _SHOWN} more; see --out")
    return "\n".join(lines)


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Hold every interview; 0 when each check passes, 1 when one fails."""
    if options.model is not None:
        settings = settings.model_copy(update={"model": options.model})
    candidates = load_candidates()
    known = sorted({candidate.name for candidate in candidates})
    if strangers := [name for name in options.only or () if name not in known]:
        raise InputError(f"no candidate '{strangers[0]}'; choose from {', '.join(known)}")
    chosen = [c for c in candidates if not options.only or c.name in options.only]
    began = time.monotonic()
    cases: list[Case] = []
    with tempfile.TemporaryDirectory() as folder, open_stage(settings, Path(folder)) as stage:
        for candidate in chosen:
            for seed in range(options.first, options.first + options.seeds):
                lang, judge = candidate.lang, options.judge
                config = config_of(seed, lang, judge, options.closed, options.open)
                case = stage.hold(candidate, config)
                cases.append(case)
                print(f"{case.sitting.name}: {len(case.sitting.lines)} lines", file=sys.stderr)
    tallies = [tally(check, cases) for check in CHECKS]
    shown = table(tallies)
    seconds = time.monotonic() - began
    total = f"{len(cases)} interviews, {len(CHECKS)} checks, {seconds:.0f} s, judge {options.judge}"
    print(f"{shown}\n{total}")
    idle = [one.name for one in tallies if not one.cases]
    if idle:
        print(f"applied to nothing: {', '.join(idle)}")
    if options.out is not None:
        _write(options.out, cases, tallies, f"{shown}\n{total}\n")
    return int(any(not one.met for one in tallies))


def _write(folder: Path, cases: Sequence[Case], tallies: Sequence[Tally], shown: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / "checks.txt", shown)
    write_json(folder / "checks.json", {one.name: one.model_dump(mode="json") for one in tallies})
    lines = [case.sitting.model_dump_json() for case in cases]
    write_whole(folder / "sittings.jsonl", "".join(f"{line}\n" for line in lines))


def main(argv: Sequence[str] | None = None, environ: Mapping[str, str] | None = None) -> int:
    """The command. Exit codes: 0 every check passes, 1 one fails, 2 bad input, 3 no model."""
    options = _parser().parse_args(argv)
    try:
        if options.labelled:
            return aim(Settings.from_environment(environ))
        return run(options, Settings.from_environment(environ))
    except SimulatorError as error:
        print("error: " + " ".join(str(error).split()), file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="evals interviews", description=__doc__)
    parser.add_argument("--seeds", type=int, default=20, metavar="N", help="interviews of each")
    parser.add_argument("--first", type=int, default=0, metavar="SEED", help="the first seed")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="only these candidates")
    parser.add_argument("--closed", type=int, default=5, metavar="N", help="closed questions")
    parser.add_argument("--open", type=int, default=2, metavar="N", help="open questions")
    parser.add_argument(
        "--judge", choices=("auto", "logprobs", "structured", "similarity"), default="similarity"
    )
    parser.add_argument("--model", help="'embedded', a GGUF file, or a model of the endpoint")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where results go")
    parser.add_argument(
        "--labelled", action="store_true", help="only the aim of follow-ups, by labelled answers"
    )
    return parser
