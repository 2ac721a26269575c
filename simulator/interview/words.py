"""The words of closed answers: how text is folded and cut, and the vocabulary around an option."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

from simulator.yaml_files import read_yaml

_TOKEN = re.compile(
    r"\d+(?:a|o|da|do|ra|ro|ta|to|er|st|nd|rd|th)(?![^\W_])"  # 2da, 3ª, 1st
    r"|(?<![^\W_])-?\d+[.,]\d+|(?<![^\W_])-\d+"
    r"|§[a-h]"
    r"|[^\W_]+(?:'[a-z]+)?"
    r"|[&+/]"
    r"|[,.;:!?()\[\]=\n]"
)
_DASH = re.compile(r"\s[-–—]+\s")
BREAKS = frozenset(",.;:!?()[]=\n")
MENTION = "§"  # "§b" stands for the whole text of option B


@dataclass(frozen=True)
class Words:
    """What answer_words.yaml holds; `numbers` and `ordinals` map a word to its position."""

    empty: re.Pattern[str]
    because: re.Pattern[str]
    fillers: frozenset[str]
    joins: frozenset[str]
    lone_only: frozenset[str]
    joins_between: frozenset[str]
    markers: frozenset[str]
    plurals: frozenset[str]
    letter_markers: frozenset[str]
    copulas: frozenset[str]
    asking: frozenset[str]
    hedges: frozenset[str]
    retractions: frozenset[str]
    negations: frozenset[str]
    numbers: dict[str, int]
    ordinals: dict[str, int]
    truth: dict[bool, frozenset[str]]
    truth_at_the_end: dict[bool, frozenset[str]]


@cache
def vocabulary() -> Words:
    """The words of both languages."""
    data = cast(dict[str, object], read_yaml(Path(__file__).with_name("answer_words.yaml")))

    def words(key: str) -> frozenset[str]:
        return frozenset(str(data[key]).split())

    def positions(key: str) -> dict[str, int]:
        lists = cast(dict[int, str], data[key])
        return {word: place for place, text in lists.items() for word in text.split()}

    def pattern(key: str) -> re.Pattern[str]:
        return re.compile(rf"\b(?:{'|'.join(cast(list[str], data[key]))})(?![^\W_])")

    return Words(
        empty=pattern("empty_phrases"),
        because=pattern("because"),
        fillers=words("fillers"),
        joins=words("joins"),
        lone_only=words("lone_only"),
        joins_between=words("joins_between"),
        markers=words("markers"),
        plurals=words("plurals"),
        letter_markers=words("letter_markers"),
        copulas=words("copulas"),
        asking=words("asking"),
        hedges=words("hedges"),
        retractions=words("retractions"),
        negations=words("negations"),
        numbers=positions("numbers"),
        ordinals=positions("ordinals"),
        truth={True: words("true"), False: words("false")},
        truth_at_the_end={True: words("true_at_the_end"), False: words("false_at_the_end")},
    )


def fold(text: str) -> str:
    """Lower case without accents, compatibility forms and curly apostrophes made plain."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace(MENTION, " ")
    bare = unicodedata.normalize("NFD", plain)
    return "".join(letter for letter in bare if not unicodedata.combining(letter))


def tokens(folded: str) -> list[str]:
    """Words and breaks of folded text, in order."""
    return _TOKEN.findall(_DASH.sub(" ; ", folded))


def words_of(text: str) -> list[str]:
    """The words of raw text, folded, without breaks."""
    return [token for token in tokens(fold(text)) if token not in BREAKS]
