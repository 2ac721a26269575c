"""One clause of a closed answer: which options its words name, and what else they say.

Every word is a pick, known to say nothing, or unknown; a clause with unknown words names nothing
for certain. The vocabulary is data: answer_words.yaml.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from simulator.domain import ClosedKind, ClosedQuestion
from simulator.interview.words import BREAKS, MENTION, vocabulary, words_of

_NUMBER = re.compile(r"(\d+)(?:[a-z]+)?")


@dataclass
class Clause:
    """What the words between two breaks say, as option ids and flags.

    `named` options were picked by letter, position or polarity, `numbers` by a bare digit, which
    may be a quantity; `mentioned` ones stand there with their whole text. `outside`: it names an
    option that the question does not have. `marked`: a word like "opción" introduces the pick.
    """

    named: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)
    mentioned: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)
    outside: bool = False
    marked: bool = False
    hedged: bool = False
    negated: bool = False

    @property
    def picks(self) -> set[str]:
        """Options named in any way but by their text."""
        return self.named | self.numbers


def read_clause(question: ClosedQuestion, words: list[str]) -> Clause:
    """Read the folded words of one clause."""
    if (polarity := _polarity_at_the_end(question, words)) is not None:
        return Clause(named={polarity})
    if run := _run_of_letters(question, words):
        return Clause(named=run)
    clause = Clause(marked=bool(vocabulary().markers & set(words)))
    if words[0] in vocabulary().asking:
        clause.unknown.add(words[0])
    first = len(words)
    for index, word in enumerate(words):
        before = words[index - 1] if index else ""
        after = words[index + 1] if index + 1 < len(words) else ""
        _read_word(question, clause, before, word, after)
        first = min(first, index) if clause.named else first
    if clause.unknown:
        clause.numbers.clear()
    named = (option for option in question.options if option.id in clause.named)
    repeated = {word for option in named for word in words_of(option.text)}
    clause.unknown -= repeated - set(words[:first])  # "la B provisioned", not "provisioned a B"
    return clause


def marks(question: ClosedQuestion, tokens: list[str]) -> set[str]:
    """Options that free text seems to name: a letter or position after a word like "opción"."""
    marked = set()
    ids = {option.id.casefold(): option.id for option in question.options}
    known = vocabulary()
    for index, (before, word) in enumerate(pairwise(tokens)):
        after = tokens[index + 2] if index + 2 < len(tokens) else ""
        ends = not after or after in BREAKS or after in known.markers
        if before in known.letter_markers and word in ids:
            marked.add(ids[word])
        elif before in known.markers and (_NUMBER.fullmatch(word) or ends):
            marked.update(_at(question, _position(word, before)))
    return marked


def is_position(word: str) -> bool:
    """Whether a word alone could be a letter or a position: "b", "2", "2da"."""
    return len(word) == 1 or _NUMBER.fullmatch(word) is not None


def says_something(word: str) -> bool:
    """Whether a word can tell one option from another."""
    known = vocabulary()
    empty = known.fillers | known.joins | known.hedges | known.retractions | known.negations
    if word in empty or word in known.ordinals or known.because.fullmatch(word):
        return False
    return len(word) > 2 or (len(word) == 2 and not word.isalpha())


def _read_word(
    question: ClosedQuestion, clause: Clause, before: str, word: str, after: str
) -> None:
    known = vocabulary()
    if word.startswith(MENTION):
        clause.mentioned.add(word.removeprefix(MENTION).upper())
    elif (polarity := _polarity(question, word, known.truth)) is not None:
        clause.named.add(polarity)
    elif len(word) == 1 and word.isalpha() and word not in known.hedges:
        _read_letter(question, clause, before, word, after)
    elif (position := _position(word, before, listing=bool(clause.picks))) is not None:
        _read_position(question, clause, before, word, after, position)
    elif word in known.hedges | known.retractions:
        clause.hedged = True
    elif word in known.negations:
        clause.negated = True
    elif word not in known.fillers | known.joins:
        clause.unknown.add(word)


def _read_letter(
    question: ClosedQuestion, clause: Clause, before: str, letter: str, after: str
) -> None:
    known = vocabulary()
    options = {option.id.casefold(): option.id for option in question.options}
    if before not in known.letter_markers:
        listed = not after or is_position(after) or after in known.joins | known.copulas
        leads = not before or is_position(before) or before in known.joins | known.fillers
        if letter in known.lone_only and not (leads and listed):
            return
        if letter in known.joins_between and len(before) > 1 and len(after) > 1:
            return
    if letter in options:
        clause.named.add(options[letter])
    elif letter not in known.joins | known.fillers and not (
        letter in known.joins_between and before and after
    ):
        clause.outside = True


def _read_position(
    question: ClosedQuestion, clause: Clause, before: str, word: str, after: str, position: int
) -> None:
    known = vocabulary()
    found = _at(question, position)
    if not found:
        clause.outside = True
        if before not in known.markers:
            clause.unknown.add(word)
        return
    if word.isdigit():
        plural = before in known.plurals and after not in known.joins
        others = (words_of(o.text) for o in question.options if o.id not in found)
        alone = not before and not after
        is_text = any(words == [word] if alone else word in words for words in others)
        is_text = is_text and before not in known.markers
        if plural or is_text or {before, after} & known.ordinals.keys():
            clause.hedged = True
    bare = word.isdigit() and before not in known.markers
    (clause.numbers if bare else clause.named).update(found)


def _position(word: str, before: str, *, listing: bool = False) -> int | None:
    """The position that a word names: "2", "2da", "segunda", and "dos" only after a marker, or
    where a list goes on."""
    known = vocabulary()
    if number := _NUMBER.fullmatch(word):
        return int(number[1][:4])
    if word in known.ordinals:
        return known.ordinals[word]
    if word in known.numbers and (before in known.markers or (listing and before in known.joins)):
        return known.numbers[word]
    return None


def _at(question: ClosedQuestion, position: int | None) -> set[str]:
    """The option at a position from 1, or from the end when negative; empty where there is none."""
    ids = [option.id for option in question.options]
    if position is None or not 1 <= abs(position) <= len(ids):
        return set()
    return {ids[position - 1 if position > 0 else position]}


def _run_of_letters(question: ClosedQuestion, words: list[str]) -> set[str]:
    """Options typed together, as in "bd" or "las bd"."""
    options = {option.id.casefold(): option.id for option in question.options}
    *rest, last = words
    known = (vocabulary().markers | vocabulary().plurals) - {"la"}
    if len(last) < 2 or len(set(last)) < len(last) or not set(rest) <= known:
        return set()
    return {options[letter] for letter in last} if options.keys() >= set(last) else set()


def _polarity(question: ClosedQuestion, word: str, lists: dict[bool, frozenset[str]]) -> str | None:
    """The option of a true/false question that a word stands for."""
    if question.kind is not ClosedKind.TRUE_FALSE:
        return None
    wanted = next((truth for truth, words in lists.items() if word in words), None)
    if wanted is None:
        return None
    spoken = vocabulary().truth[wanted] | vocabulary().truth_at_the_end[wanted]
    return next((o.id for o in question.options if spoken & set(words_of(o.text)[:1])), None)


def _polarity_at_the_end(question: ClosedQuestion, words: list[str]) -> str | None:
    at_the_end = vocabulary().truth_at_the_end
    *rest, last = words
    if not set(rest) <= vocabulary().fillers - at_the_end[True] - at_the_end[False]:
        return None
    return _polarity(question, last, at_the_end)
