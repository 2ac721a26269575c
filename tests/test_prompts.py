from __future__ import annotations

import pytest

from simulator import resources
from simulator.domain import Lang
from simulator.errors import InputError
from simulator.prompts import Prompt, load


def test_a_value_is_inserted_as_data() -> None:
    prompt = Prompt("judge", "Say {{what}}.")
    assert prompt.fill(what="{{what}} {x} \\1") == "Say {{what}} {x} \\1."


@pytest.mark.parametrize("values", [{}, {"what": "a", "who": "b"}, {"who": "b"}])
def test_unknown_and_missing_variables_are_errors(values: dict[str, str]) -> None:
    with pytest.raises(InputError, match="takes"):
        Prompt("judge", "Say {{what}}.").fill(**values)


def test_an_unknown_prompt_is_an_error() -> None:
    with pytest.raises(InputError, match="no prompt"):
        load("nonexistent", Lang.ES)


def test_every_prompt_exists_in_both_languages_with_the_same_variables() -> None:
    names = {path.name.split(".")[0] for path in resources.folder("prompts").glob("*.md")}
    assert names
    for name in names:
        assert load(name, Lang.ES).variables == load(name, Lang.EN).variables
