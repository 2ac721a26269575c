"""The screen's rules: the patterns and limits of ``knowledge/screen.yaml``, compiled."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from itertools import chain

import yaml

from simulator import resources
from simulator.domain import Frozen


class Limits(Frozen):
    """Thresholds of the screen; ``knowledge/screen.yaml`` says what each one is."""

    chars: int
    blob: int
    pasted_question: float
    pasted_guide: float
    guide_words: int
    run: int
    list_words: float
    list_function: float
    claims: float
    name: int
    names: int
    spelt: int
    talk: int
    stream_function: float
    scraps: int


class Rules(Frozen):
    """The screen's data, compiled."""

    limits: Limits
    dont_know: re.Pattern[str]
    bare: re.Pattern[str]
    to_the_grader: re.Pattern[str]
    as_a_grader: re.Pattern[str]
    claims: re.Pattern[str]
    bare_claims: re.Pattern[str]
    languages: dict[str, frozenset[str]]
    confusables: dict[int, str]
    caps: dict[str, float]

    @property
    def function_words(self) -> frozenset[str]:
        """Function words of every language."""
        return frozenset().union(*self.languages.values())


@cache
def load_rules() -> Rules:
    """The rules that ship with the project."""
    path = resources.folder("knowledge") / "screen.yaml"
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    letters = chain.from_iterable(table.items() for table in data["confusables"].values())
    return Rules(
        limits=Limits.model_validate(data["limits"]),
        dont_know=_compile(data["dont_know"]),
        bare=_compile(data["bare"]),
        to_the_grader=_compile(data["to_the_grader"]),
        as_a_grader=_compile(data["as_a_grader"]),
        claims=_compile(data["claims"]),
        bare_claims=_compile(data["bare_claims"]),
        languages={lang: frozenset(w.split()) for lang, w in data["function_words"].items()},
        confusables={ord(odd): plain for odd, plain in letters},
        caps=data["caps"],
    )


def cap_of(flags: Iterable[str]) -> float:
    """The raw score, 0..1, that an answer with these flags can reach at most."""
    caps = load_rules().caps
    return min((caps[flag] for flag in flags if flag in caps), default=1.0)


def _compile(groups: dict[str, list[str]]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for group in groups.values() for pattern in group))
