"""Runs the command line as a person does: in a process of its own, with a home of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def environment(home: Path, **more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("SIMULATOR_", "OPENAI_"))}
    return kept | {"SIMULATOR_HOME": str(home), "SIMULATOR_CACHE": str(home / "cache")} | more


def simulate(
    home: Path, *arguments: str, typed: str = "", **more: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "simulator", *arguments],
        input=typed,
        capture_output=True,
        text=True,
        env=environment(home, **more),
        cwd=ROOT,
        timeout=240,
        check=False,
    )


def complaint(done: subprocess.CompletedProcess[str]) -> str:
    """The one line on standard error of a command that failed."""
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith("error: ")
    return line
