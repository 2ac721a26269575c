"""Prompts live in ``prompts/NAME.LANG.md``; this loads and fills them.

Variables are written ``{{name}}``. A variable that is unknown or missing is an error, and a value
is inserted as data: nothing in it is ever read as a template.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache

from simulator import resources
from simulator.domain import Lang
from simulator.errors import InputError

_VARIABLE = re.compile(r"\{\{(\w+)\}\}")


class Prompt:
    """One prompt in one language. `hash` identifies its text in a grade's provenance."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self.variables = frozenset(_VARIABLE.findall(text))
        self.hash = hashlib.sha256(text.encode()).hexdigest()[:12]

    def fill(self, **values: str) -> str:
        """The prompt with every variable replaced. Raises InputError on any mismatch."""
        if values.keys() != self.variables:
            raise InputError(
                f"prompt '{self.name}' takes {sorted(self.variables)}, got {sorted(values)}"
            )
        return _VARIABLE.sub(lambda match: values[match.group(1)], self.text)


@cache
def load(name: str, lang: Lang) -> Prompt:
    """The prompt ``prompts/NAME.LANG.md``. Raises InputError when there is none."""
    path = resources.folder("prompts") / f"{name}.{lang}.md"
    if not path.is_file():
        raise InputError(f"there is no prompt '{path.name}' in the prompts folder; add the file")
    return Prompt(name, path.read_text(encoding="utf-8").strip())
