"""Reads the YAML and JSON that people write: safely, within bounds, with errors that say where.

YAML is parsed by libyaml where it is there (about ten times faster). Aliases are refused: banks
and rubrics need none, and nested ones make a short file explode when it is walked ("billion
laughs"). Depth is bounded: some 50,000 open brackets crash libyaml's composer.
"""

from __future__ import annotations

from pathlib import Path

import yaml
from pydantic import ValidationError

from simulator.errors import BankError

MAX_BYTES = 8_000_000
MAX_EVENTS = 500_000
MAX_DEPTH = 20
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_text(path: Path) -> str:
    """The UTF-8 text of a data file. Raises BankError when unreadable or over MAX_BYTES."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BankError(
                f"{path}: over {MAX_BYTES // 1_000_000} MB; split it into smaller files"
            )
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise BankError(f"{path}: not UTF-8 text; save it as UTF-8") from None
    except FileNotFoundError:
        raise BankError(f"{path}: no such file; check the path") from None
    except OSError as error:
        raise BankError(f"{path}: cannot be read ({error.strerror}); check the path") from None


def read_yaml(path: Path) -> object:
    """The content of a YAML (or JSON) file. Raises BankError that names the file and the line."""
    return parse_yaml(read_text(path), path.name)


def parse_yaml(text: str, name: str) -> object:
    """The content of YAML text; `name` is what errors call it."""
    try:
        _check_shape(text, name)
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader, see above
    except (yaml.YAMLError, ValueError) as error:
        raise BankError(f"{name}: not valid YAML, {_where(error)}; fix that line") from None


def parse_items(text: str, name: str) -> list[tuple[int, object]]:
    """The items of a YAML list, each with its line, counted from 1. Raises BankError."""
    items = parse_yaml(text, name)
    if items is None:
        return []
    if not isinstance(items, list):
        raise BankError(f"{name}: must be a list of questions; start each one with '- '")
    node = yaml.compose(text, Loader=_Loader)
    assert node is not None
    lines = [child.start_mark.line + 1 for child in node.value]
    return list(zip(lines, items, strict=True))


def first_fault(error: ValidationError) -> str:
    """The first fault of a validation as ``field: what is wrong``, without the offending value."""
    fault = error.errors(include_url=False, include_input=False)[0]
    field = ".".join(str(part) for part in fault["loc"])
    message = fault["msg"].removeprefix("Value error, ")
    if fault["type"] == "string_type":
        message += " (put it in quotes)"
    return f"{field}: {message}" if field else message


def _check_shape(text: str, name: str) -> None:
    """Refuse what hurts when loaded, event by event: libyaml's own composer recurses in C."""
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=_Loader)):
        if isinstance(event, yaml.AliasEvent):
            fault = "uses an alias (*name); write the value out"
        elif count > MAX_EVENTS:
            fault = f"is past {MAX_EVENTS} values; split the file"
        elif depth > MAX_DEPTH:
            fault = f"is nested over {MAX_DEPTH} deep; flatten it"
        else:
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            continue
        line = event.start_mark.line + 1 if event.start_mark else "?"
        raise BankError(f"{name}: line {line} {fault}")


def _where(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = " ".join(str(getattr(error, "problem", None) or error).split())[:200]
    return f"line {mark.line + 1}: {problem}" if mark else problem
