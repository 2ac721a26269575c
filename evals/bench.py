"""``python -m evals bench``: how fast and how big the simulator is on this machine.

Prints medians beside the bars. Nothing here is a test: a busy machine is slower.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from evals.exams import write_exam
from simulator import resources
from simulator.domain import Frozen, Lang
from simulator.errors import InputError
from simulator.interview.bank import load_bank
from simulator.texts import Texts

_PROGRAM = (sys.executable, "-m", "simulator")
_LIMIT = 900  # seconds that a command may take
_GIGABYTE = 1e9


class Bar(Frozen):
    """A measurement and what it must not exceed, in `unit`."""

    name: str
    value: float
    limit: float
    unit: str
    runs: int

    @property
    def line(self) -> str:
        """For a terminal."""
        met = "met" if self.value <= self.limit else "MISSED"
        return (
            f"{self.name:44}{self.value:8.2f} {self.unit:3} bar {self.limit:g} {met}"
            f" (median of {self.runs})"
        )


def main(options: argparse.Namespace) -> int:
    """Print every bar; 1 when one is missed."""
    times: int = options.times
    judge = "auto" if options.with_model else "similarity"
    _first_question(judge)  # index and caches exist from here on
    bars = [
        _bar("python -m simulator --help", 0.4, "s", times, _help),
        _bar(
            "first question on screen, index exists",
            2.0,
            "s",
            times,
            lambda: _first_question(judge),
        ),
    ]
    if options.with_model:
        bars.append(_bar("one open answer graded", 20.0, "s", times, _grade))
    bars.append(_bar("1,000 exam questions imported", 10.0, "s", times, _import))
    bars.append(_bar("peak memory of a whole interview", 2.5, "GB", 1, lambda: _memory(judge)))
    for bar in bars:
        print(bar.line)
    if not options.with_model:
        print("without a language model; give --with-model to measure with it")
    return int(any(bar.value > bar.limit for bar in bars))


def _bar(name: str, limit: float, unit: str, times: int, measure: Callable[[], float]) -> Bar:
    value = statistics.median(measure() for _ in range(times))
    return Bar(name=name, value=value, limit=limit, unit=unit, runs=times)


def _help() -> float:
    began = time.monotonic()
    _run("--help")
    return time.monotonic() - began


def _first_question(judge: str) -> float:
    """Seconds from the start of a terminal interview to its first question."""
    shown = Texts(Lang.ES)("terminal.question", number=1)
    began = time.monotonic()
    with _interview("--lang", "es", "--judge", judge) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if shown in line:
                return time.monotonic() - began
    raise InputError("the interview ended without a question; run python -m simulator to see why")


def _grade() -> float:
    """Seconds that grading the reference answer of the first open question takes, model loaded."""
    question = load_bank([resources.folder("knowledge")], Lang.ES).open[0]
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer.txt"
        answer.write_text(question.reference, encoding="utf-8")
        shown = _run("grade", "--question", question.id, "--answer-file", str(answer), "--json")
    grade = json.loads(shown)
    if grade["ungraded"]:
        raise InputError(f"the answer was not graded: {grade['ungraded']}")
    return float(grade["seconds"])


def _import() -> float:
    """Seconds that importing 1,000 questions into an empty bank takes, the process included."""
    with tempfile.TemporaryDirectory() as folder:
        exam = Path(folder) / "exam.md"
        exam.write_text(write_exam(1000), encoding="utf-8")
        began = time.monotonic()
        shown = _run("questions", "import", str(exam), "--lang", "en", SIMULATOR_HOME=folder)
        seconds = time.monotonic() - began
    added = int(shown.splitlines()[-1].split()[0])
    if added < 990:
        raise InputError(f"{added} of 1,000 exam questions were read; run 'questions import'")
    return seconds


def _memory(judge: str) -> float:
    """Largest memory, in GB, of an interview from a file and its children together."""
    answers = resources.folder("evals") / "answer_sets" / "sample_interview.es.jsonl"
    command = [*_PROGRAM, "--answers", str(answers), "--judge", judge, "--json"]
    peak = 0
    process = subprocess.Popen(  # noqa: S603 - this program
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while process.poll() is None:
        peak = max(peak, sum(_bytes_of(pid) for pid in _family(process.pid)))
        time.sleep(0.05)
    if process.returncode:
        raise InputError("the sample interview failed; run it with --answers to see why")
    if not peak:
        raise InputError("memory can only be read from /proc; run this on Linux")
    return peak / _GIGABYTE


@contextmanager
def _interview(*options: str) -> Iterator[subprocess.Popen[str]]:
    """An interactive interview that is ended, and forgotten, when the block is left."""
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(  # noqa: S603 - this program
            [*_PROGRAM, *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=os.environ | {"SIMULATOR_DATABASE_URL": f"sqlite:///{folder}/bench.db"},
        )
        stop = threading.Timer(_LIMIT, process.kill)
        stop.start()
        try:
            yield process
        finally:
            stop.cancel()
            process.terminate()
            process.communicate()


def _run(*arguments: str, **environment: str) -> str:
    done = subprocess.run(  # noqa: S603 - this program
        [*_PROGRAM, *arguments],
        capture_output=True,
        text=True,
        timeout=_LIMIT,
        check=False,
        env=os.environ | environment,
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise InputError(f"python -m simulator {arguments[0]} failed: {last}")
    return done.stdout


def _family(pid: int) -> Iterator[int]:
    """A process and its descendants."""
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:
            continue
        for child in children:
            yield from _family(int(child))


def _bytes_of(pid: int) -> int:
    """Resident memory. What processes share counts in each: the sum is an upper bound."""
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0
