"""What a candidate says and then takes back ("… aunque pensándolo mejor"): the last word counts.

Pure. The turns of phrase are data (``knowledge/negation.yaml``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import chain

import yaml

from simulator import resources
from simulator.domain import Frozen
from simulator.grading.sentences import Sentence, fold, folded

_OWN = 5  # words of a sentence before its turn that are what the turn takes back
_PARAGRAPH = re.compile(r"\n\s*\n")
_BREAK = "\n\n"


class Withdrawn(Frozen):
    """Words taken back, ``original[start:end]``; what stands instead goes on to `until`."""

    start: int
    end: int
    until: int

    def touches(self, sentence: Sentence) -> bool:
        """Whether a piece of the answer holds any of them."""
        return sentence.start < self.end and self.start < sentence.end


def withdrawn(original: str, sentences: Sequence[Sentence]) -> tuple[Withdrawn, ...]:
    """What each turn takes back: what its sentence says before it or, where that is little or
    itself a doubt ("Aunque…"), back to the sentence that is doubted, in the same paragraph."""
    turn, _ = _patterns()
    found = []
    for number, sentence in enumerate(sentences):
        text, origins = folded(original[sentence.start : sentence.end])
        match = turn.search(text)
        if match is None:
            continue
        said = len(text[: match.start()].split())
        start = sentences[_since(number, said, original, sentences)].start
        end = sentence.start + origins[match.start()]
        if start < end:
            found.append(Withdrawn(start=start, end=end, until=sentence.end))
    return tuple(found)


def _since(number: int, said: int, original: str, sentences: Sequence[Sentence]) -> int:
    """The first sentence that a turn in this one, after `said` words, takes back."""
    _, doubt = _patterns()

    def follows(at: int) -> bool:
        gap = original[sentences[at - 1].end : sentences[at].start] if at else _BREAK
        return not _PARAGRAPH.search(gap)

    def doubts(at: int) -> bool:
        return bool(doubt.match(fold(sentences[at].text)))

    at = number
    if follows(at) and (said < _OWN or (doubts(at - 1) and _is_short(sentences[at - 1]))):
        at -= 1
    while follows(at) and doubts(at):
        at -= 1
    return at


def _is_short(sentence: Sentence) -> bool:
    return len(sentence.text.split()) < _OWN


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    path = resources.folder("knowledge") / "negation.yaml"
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    turn, doubt = (
        re.compile("|".join(chain.from_iterable(data[name].values()))) for name in ("turn", "doubt")
    )
    return turn, doubt
