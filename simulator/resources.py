"""Where the data that ships with the project lives: beside the package in a checkout, inside it
in an installed wheel."""

from __future__ import annotations

from pathlib import Path

from simulator.errors import InputError

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """Path of a shipped data folder (``knowledge``, ``prompts`` or ``evals``).

    Raises InputError when the installation lacks it.
    """
    for candidate in (_PACKAGE / "_data" / name, _PACKAGE.parent / name):
        if candidate.is_dir():
            return candidate
    raise InputError(f"the folder '{name}' is missing from this installation; reinstall it")
