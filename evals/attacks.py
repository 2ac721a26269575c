"""Attacks on the grader: ``python -m evals attacks --out DIR``.

Three questions. Does a hostile answer alone get a score that it has not earned? Does one appended
to an honest answer move its score? Do changes that say nothing new (case, order, accents) move it,
and does taking a point out ever raise it?

Hostile answers are data, ``attack_sets/*.jsonl``, rows of an answer set: ``evals run`` reads them
too. Floods are made here: their size is what they attack with.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from evals import dataset
from evals.damage import Trial, summarise, table
from evals.dataset import AnswerSet, Item
from evals.metamorphic import Fault, check
from evals.results import write_json, write_whole
from evals.setting import NO_GUIDE, Options, make_grader, open_guide, read_rubric
from simulator import resources
from simulator.assembly import Assembly
from simulator.domain import Grade, Section
from simulator.errors import InputError, SimulatorError
from simulator.ports import Grader, Hit, Retriever
from simulator.settings import Settings

PARTS = ("alone", "appended", "metamorphic")
_BASES = ("weak", "good")
_FLOOD = 50_000  # words


class Shelf:
    """A guide that can be read and not searched: scores need no more, and citing takes longer."""

    def __init__(self, retriever: Retriever) -> None:
        self._retriever = retriever
        self.guide = retriever.guide
        self.version = retriever.version
        self.versions = retriever.versions

    def search(self, query: str, **filters: Any) -> list[Hit]:
        """Nothing."""
        del query, filters
        return []

    def section(self, key: str) -> Section | None:
        """The section with this key, or None."""
        return self._retriever.section(key)

    def sections(self) -> list[Section]:
        """Every section."""
        return self._retriever.sections()


class Attacker:
    """Grades attacks with one grader; honest answers are graded once and kept."""

    def __init__(self, grader: Grader, retriever: Retriever | None) -> None:
        self._grader = grader
        self._retriever = retriever
        self._before: dict[str, Grade] = {}

    def grade(self, item: Item, answer: Sequence[str] | None = None) -> Grade:
        """The grade of an item, or of another answer to its question."""
        turns = item.row.answer if answer is None else tuple(answer)
        return self._grader.grade(item.question, turns, self._retriever, item.row.lang)

    def alone(self, attack: Item) -> Trial:
        """A hostile answer on its own."""
        return self._trial(attack, self.grade(attack))

    def appended(self, attack: Item, base: Item) -> Trial:
        """A hostile answer at the end of the last turn of an honest one."""
        if base.row.id not in self._before:
            self._before[base.row.id] = self.grade(base)
        *turns, last = base.row.answer
        joined = "\n\n".join((last, *attack.row.answer))
        trial = self._trial(attack, self.grade(base, (*turns, joined)))
        before = _scores(self._before[base.row.id])
        return trial.model_copy(update={"base": base.row.id, "before": before})

    def _trial(self, attack: Item, grade: Grade) -> Trial:
        return Trial(
            id=attack.row.id,
            kind=attack.row.kind or "unknown",
            scores=_scores(grade),
            flags=grade.flags,
            ungraded=grade.ungraded,
            seconds=round(grade.seconds, 3),
        )


def floods(items: Sequence[Item]) -> Iterator[Item]:
    """Answers of 50,000 words to the questions of the first items: one word, the question's words,
    and the names of its criteria."""
    for number, item in enumerate(items[:3], start=1):
        claims = " ".join(criterion.id.replace("-", " ") for criterion in item.question.criteria)
        words = ("excelente", item.question.text, claims)[number - 1].split()
        text = " ".join((words * (_FLOOD // len(words) + 1))[:_FLOOD])
        changes: dict[str, Any] = {"id": f"flood-{number:02}", "kind": "flood", "answer": (text,)}
        yield item.model_copy(update={"row": item.row.model_copy(update=changes)})


def pairs(attacks: Sequence[Item], honest: Sequence[Item]) -> Iterator[tuple[Item, Item]]:
    """Each attack with a weak and a good honest answer: in its language, and to its own question
    where there is one; else honest answers take turns."""
    for number, attack in enumerate(attacks):
        for kind in _BASES:
            fitting = [item for item in honest if item.row.kind == kind]
            for alike in ("question_id", "lang"):
                wanted = getattr(attack.row, alike)
                fitting = [i for i in fitting if getattr(i.row, alike) == wanted] or fitting
            if fitting:
                yield attack, fitting[number % len(fitting)]


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Grade every attack; 0 when each bar is met, 1 when one is missed."""
    if (options.out / "attacks.jsonl").exists():
        raise InputError(f"{options.out} already holds attacks; use another --out")
    options.out.mkdir(parents=True, exist_ok=True)
    if options.model is not None:
        settings = settings.model_copy(update={"model": options.model})
    chosen = Options(guide=options.guide, judge=options.judge, calibration=options.calibration)
    began = time.monotonic()
    with ExitStack() as stack:
        assembly = stack.enter_context(Assembly(settings))
        rubric = read_rubric(None)
        has_guide = chosen.guide != NO_GUIDE

        def read(path: Path, **limits: Any) -> AnswerSet:
            return dataset.load(path, rubric, assembly.bank, has_guide=has_guide, **limits)

        attacks = [*read(options.attacks).items]
        attacks = [*attacks, *floods(attacks)][:: options.every]
        honest = read(options.answers, split="validation").items
        guide = stack.enter_context(open_guide(assembly, chosen.guide, options.out / "guide"))
        retriever = guide[0] if guide else None
        grader = make_grader(assembly, chosen, rubric)
        attacker = Attacker(grader, Shelf(retriever) if retriever else None)
        trials = []
        for attack in attacks if "alone" in options.parts else ():
            trials.append(attacker.alone(attack))
            _say(f"alone: {trials[-1].id}")
        for attack, base in pairs(attacks, honest) if "appended" in options.parts else ():
            trials.append(attacker.appended(attack, base))
            _say(f"appended: {trials[-1].id}")
        faults: list[Fault] = []
        checked: dict[str, int] = {}
        if "metamorphic" in options.parts:
            faults, checked = check(
                Attacker(grader, retriever).grade, _spread(honest, options.sample)
            )
    summary = summarise(trials, faults, checked, {d.name: d.scale[0] for d in rubric.dimensions})
    summary |= {"judge": options.judge, "seconds": round(time.monotonic() - began, 1)}
    lines = "".join(f"{json.dumps(t.model_dump(), ensure_ascii=False)}\n" for t in trials)
    write_whole(options.out / "attacks.jsonl", lines)
    write_json(options.out / "summary.json", summary)
    print(table(summary))
    bars = [summary["alone"], summary["appended"], *summary["metamorphic"].values()]
    return int(bool(summary["ungraded"]) or any(bar["met"] is False for bar in bars))


def main(argv: Sequence[str] | None = None, environ: Mapping[str, str] | None = None) -> int:
    """The command. Exit codes: 0 every bar met, 1 one missed, 2 bad input, 3 no model."""
    options = _parser().parse_args(argv)
    try:
        return run(options, Settings.from_environment(environ))
    except SimulatorError as error:
        print("error: " + " ".join(str(error).split()), file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return 130


def _scores(grade: Grade) -> dict[str, int | None]:
    return {score.dimension: score.score for score in grade.scores}


def _spread(items: Sequence[Item], count: int) -> list[Item]:
    """That many items, evenly spread over all."""
    return list(items[:: max(1, len(items) // count)][:count])


def _say(line: str) -> None:
    print(line, file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    folder = resources.folder("evals")
    parser = argparse.ArgumentParser(prog="evals attacks", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where results go")
    parser.add_argument("--attacks", type=Path, default=folder / "attack_sets", help="hostile rows")
    parser.add_argument(
        "--answers", type=Path, default=folder / "answer_sets" / "open", help="honest answers"
    )
    parser.add_argument("--guide", help="as in 'evals run'")
    parser.add_argument(
        "--judge", choices=("auto", "logprobs", "structured", "similarity"), default="similarity"
    )
    parser.add_argument("--model", help="'embedded', a GGUF file, or a model of the endpoint")
    parser.add_argument("--calibration", type=Path, help="coefficients (JSON)")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS, help="what to check")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="one attack of every N")
    parser.add_argument(
        "--sample", type=int, default=20, metavar="N", help="honest answers of metamorphic checks"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
