"""Every sentence that the product says to a person, one folder per language.

A key is ``FILE.name``: `Texts("es")("interview.correct", option="B")` takes ``correct`` of
``es/interview.yaml`` and fills its ``{option}``. Values are inserted as they are and never read as
templates.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import yaml

from simulator.domain import Lang


class Texts:
    """The texts of one language. Calling with an unknown key or a missing value raises KeyError."""

    def __init__(self, lang: Lang | str) -> None:
        self.lang = Lang(lang)
        self._texts = _load(self.lang)

    def __call__(self, key: str, /, **values: object) -> str:
        """The text under `key`, with its values filled in."""
        return self._texts[key].format(**values)

    def join(self, words: Sequence[str]) -> str:
        """The words as a list in a sentence: "A, B y C"."""
        if len(words) < 2:
            return "".join(words)
        return ", ".join(words[:-1]) + self._texts["interview.join_last"] + words[-1]

    def has(self, key: str) -> bool:
        """Whether there is a text under this key."""
        return key in self._texts


@cache
def _load(lang: Lang) -> dict[str, str]:
    texts: dict[str, str] = {}
    for path in sorted((Path(__file__).parent / lang).glob("*.yaml")):
        texts |= _flatten(yaml.safe_load(path.read_text(encoding="utf-8")), f"{path.stem}.")
    return texts


def _flatten(tree: dict[str, object], prefix: str) -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, value in tree.items():
        if isinstance(value, dict):
            flat |= _flatten(value, f"{prefix}{name}.")
        else:
            flat[f"{prefix}{name}"] = str(value)
    return flat
