from __future__ import annotations

import string
from pathlib import Path

import pytest
import yaml

from simulator import texts as texts_package
from simulator.domain import Lang
from simulator.texts import Texts

FOLDER = Path(texts_package.__file__).parent


def flat(tree: dict[object, object], prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in tree.items():
        name = f"{prefix}.{key}" if prefix else str(key)
        found |= flat(value, name) if isinstance(value, dict) else {name: str(value)}
    return found


def load(lang: Lang) -> dict[str, str]:
    return {
        f"{path.stem}.{key}": text
        for path in (FOLDER / lang).glob("*.yaml")
        for key, text in flat(yaml.safe_load(path.read_text(encoding="utf-8"))).items()
    }


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_both_languages_say_the_same_things() -> None:
    assert load(Lang.ES).keys() == load(Lang.EN).keys()


@pytest.mark.parametrize("key", sorted(load(Lang.ES)))
def test_both_languages_take_the_same_values(key: str) -> None:
    assert placeholders(load(Lang.ES)[key]) == placeholders(load(Lang.EN)[key])


def test_values_are_never_read_as_templates() -> None:
    said = Texts("es")("terminal.ungraded", reason="{options} {0}")
    assert said.endswith("{options} {0}")


def test_a_missing_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        Texts("es")("terminal.ungraded")


@pytest.mark.parametrize(
    ("words", "joined"),
    [((), ""), (("A",), "A"), (("A", "B"), "A y B"), (("A", "B", "C"), "A, B y C")],
)
def test_words_are_joined_as_in_a_sentence(words: tuple[str, ...], joined: str) -> None:
    assert Texts("es").join(words) == joined
