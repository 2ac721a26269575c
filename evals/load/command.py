"""The three bars of the page under load, each beside the same of a bare Gradio page."""

from __future__ import annotations

import argparse
import asyncio
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from evals.bench import Bar
from evals.load.people import Crowd, Life, Plan, chatter, crowd, interview
from evals.load.probe import chromium, reactions, usable
from simulator.errors import InputError, SimulatorError

_THINK = 2.0  # seconds between two events of one person; people take longer
_SAMPLES = 40  # events of the probe
_FLAT = 1.0  # megabytes a minute
_LIVES: dict[str, Life] = {"page": interview, "bare": chatter}
_MEGABYTE = 1e6


def main(argv: Sequence[str] | None = None) -> int:
    """Print every bar; 1 when one is missed, 2 where Chromium is missing."""
    options = _parser().parse_args(argv)
    try:
        bars = [*_usable(options.times), *_reaction(options.users)]
        bars += _endurance(options.many, options.minutes)
    except SimulatorError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    return int(any(bar.value > bar.limit for bar in bars))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="evals load", description=__doc__)
    parser.add_argument("--times", type=int, default=5, help="loads of each page")
    parser.add_argument("--users", type=int, default=20, help="people beside the probe")
    parser.add_argument("--many", type=int, default=50, help="people in the long run")
    parser.add_argument("--minutes", type=float, default=5.0, help="length of the long run")
    return parser


def _usable(times: int) -> Iterator[Bar]:
    """Both pages in one Chromium, in turns."""
    taken: dict[str, list[float]] = {"page": [], "bare": []}
    with _server("page") as ours, _server("bare") as bare, chromium() as browser:
        for url, which in ((ours.url, "page"), (bare.url, "bare")):
            usable(browser, url, which)  # what the server does once
        for _ in range(times):
            for url, which in ((ours.url, "page"), (bare.url, "bare")):
                taken[which].append(usable(browser, url, which))
    page, floor = (statistics.median(taken[which]) for which in ("page", "bare"))
    print(f"page usable: {page:.2f} s, bare Gradio {floor:.2f} s (medians of {times})")
    yield _said(Bar(name="usable, times a bare page", value=page / floor, limit=1.3, unit="×",
                    runs=times))  # fmt: skip


def _reaction(users: int) -> Iterator[Bar]:
    """A Chromium among people who hold interviews, and the same beside a bare page."""
    with chromium() as browser:
        for which in ("bare", "page"):
            with _server(which) as server:
                measure = partial(reactions, browser, server.url, which, _SAMPLES)
                seconds, found = _beside(server, which, users, measure)
            _described(f"{which}: event to reaction in Chromium, {users} people", seconds)
            _described(f"{which}: the same on the wire, theirs", found.reactions)
            if found.faults:
                raise InputError(f"people met faults: {found.faults[:3]}")
    yield _said(Bar(name="event to reaction on screen", value=statistics.median(seconds), limit=0.2,
                    unit="s", runs=len(seconds)))  # fmt: skip


def _endurance(many: int, minutes: float) -> Iterator[Bar]:
    """Everybody at once for long: faults, and how memory grows after the first third."""
    with _server("page") as server:
        memory: list[float] = []
        stop = threading.Event()
        watching = threading.Thread(target=_watch, args=(server.pid, memory, stop))
        watching.start()
        try:
            plan = Plan(many, interview, _THINK, seconds=minutes * 60)
            found = asyncio.run(crowd(server.url, plan))
        finally:
            stop.set()
            watching.join()
    _described(f"{many} people for {minutes:g} min, on the wire", found.reactions)
    print(f"interviews held: {found.interviews}; memory {memory[0]:.0f} → {memory[-1]:.0f} MB")
    for fault in found.faults[:5]:
        print(f"  {fault}")
    yield _said(Bar(name="errors and mixed states", value=len(found.faults), limit=0, unit="",
                    runs=1))  # fmt: skip
    late = memory[len(memory) // 3 :]
    slope = statistics.linear_regression(range(len(late)), late).slope * 60
    yield _said(Bar(name="memory, growth a minute", value=slope, limit=_FLAT, unit="MB", runs=1))


def _beside(
    server: _Server, which: str, users: int, measure: Callable[[], list[float]]
) -> tuple[list[float], Crowd]:
    """What `measure` finds while people use the server in a thread of their own."""
    plan = Plan(users, _LIVES[which], _THINK)
    found: list[Crowd] = []
    thread = threading.Thread(target=lambda: found.append(asyncio.run(crowd(server.url, plan))))
    thread.start()
    try:
        time.sleep(3 * _THINK)  # until all of them have come
        seconds = measure()
    finally:
        plan.over.set()
        thread.join()
    return seconds, found[0]


def _described(name: str, seconds: Sequence[float]) -> None:
    ranked = sorted(seconds)
    at95 = ranked[int(0.95 * (len(ranked) - 1))]
    print(f"{name}: median {statistics.median(ranked):.3f} s, 95 % {at95:.3f} s, n {len(ranked)}")


def _said(bar: Bar) -> Bar:
    print(bar.line, flush=True)
    return bar


def _watch(pid: int, memory: list[float], stop: threading.Event) -> None:
    """Resident megabytes of the server, once a second."""
    while True:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                memory.append(int(line.split()[1]) * 1024 / _MEGABYTE)
        if stop.wait(1):
            return


class _Server:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        self.pid = process.pid
        self.url = process.stdout.readline().strip()
        if not self.url:
            raise InputError("the server does not start; run python -m evals.load.server page DIR")


@contextmanager
def _server(which: str) -> Iterator[_Server]:
    with tempfile.TemporaryDirectory() as home:
        process = subprocess.Popen(  # noqa: S603 - this program
            [sys.executable, "-m", "evals.load.server", which, home],
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            yield _Server(process)
        finally:
            process.terminate()
            process.wait()
