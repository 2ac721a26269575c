"""The page's fixed texts, so that one event can say all of them in another language."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import gradio as gr

from simulator.texts import Texts

# The values of each group of choices; their words are under the group's key.
_CHOICES = {
    "web.level": ("any", "junior", "mid", "senior"),
    "web.mode": ("practice", "exam"),
}

_NOTHING: Mapping[str, str] = MappingProxyType({})


class Labels:
    """Which text each component carries: ``labels.of(component, label="web.start.level")``."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._keys: list[tuple[Any, dict[str, str], Mapping[str, str]]] = []

    def of(self, component: Any, values: Mapping[str, str] = _NOTHING, /, **keys: str) -> Any:
        """Remember the keys of the component's texts, and give it those of the first language.

        `values` fill the texts in.
        """
        self._keys.append((component, keys, values))
        for name, text in self._said(keys, values, self._texts).items():
            setattr(component, name, text)
        return component

    @property
    def components(self) -> list[Any]:
        """The components that carry texts."""
        return [component for component, _, _ in self._keys]

    def updates(self, texts: Texts) -> dict[Any, Any]:
        """Every component in the language of `texts`."""
        return {
            component: gr.update(**self._said(keys, values, texts))
            for component, keys, values in self._keys
        }

    @staticmethod
    def _said(keys: dict[str, str], values: Mapping[str, str], texts: Texts) -> dict[str, Any]:
        said: dict[str, Any] = {
            name: texts(key, **values) for name, key in keys.items() if name != "choices"
        }
        if "choices" in keys:
            said["choices"] = [
                (texts(f"{keys['choices']}.{name}"), name) for name in _CHOICES[keys["choices"]]
            ]
        return said
