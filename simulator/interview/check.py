"""Checks a bank before it is asked: keys, quotes, sections, languages, balance, near-duplicates.

Loading has already refused what the domain refuses (a key outside the options, an id used twice).
What is here needs the guide, the rubric, the other language or the bank as a whole.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from simulator.domain import (
    ClosedKind,
    ClosedQuestion,
    Criterion,
    CriterionKind,
    Frozen,
    OpenQuestion,
    Rubric,
    Section,
)
from simulator.guide.citing import cite
from simulator.interview.bank import Bank
from simulator.interview.words import vocabulary, words_of
from simulator.ports import Embedder

_KEBAB = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
CRITERIA = (12, 20)
WEIGHTS = (1, 3)
MIN_EXAMPLES = 2
# A reason of fewer characters teaches nothing ("Correcto.", "No aplica.").
MIN_REASON = 15
# How far a share may stray from chance, in standard deviations: a fair bank passes a test of this
# width 99 times in 100, and a candidate who always says "B" gains nothing that matters.
DEVIATIONS = 2.6
# Fewer questions of a kind than this say nothing about balance.
MIN_FOR_BALANCE = 12
# Cosine of multilingual-e5-small from which two questions ask nearly the same. Measured: the 7,140
# pairs of the shipped bank, all different questions, reach 0.931 in Spanish and 0.943 in English;
# of six paraphrases written for this (0.926 to 0.975) three lie above.
NEAR_DUPLICATE = 0.945
# A probe gives an example away when it repeats half of its words in a row, and at least so many
# (or all of a shorter one): less is the scenario that both speak of.
LEAKED_WORDS = 4


class Problem(Frozen):
    """One fault: in which file and question, and what is wrong."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def check_bank(
    banks: Sequence[Bank],
    sections: Iterable[Section],
    rubric: Rubric,
    embedder: Embedder | None = None,
) -> list[Problem]:
    """Every problem of a bank, given once per language. Without an embedder, near-duplicates are
    not looked for."""
    by_key = {section.key: section for section in sections}
    problems: list[Problem] = []
    for bank in banks:
        for question in bank.closed:
            where = f"closed/{question.topic}.{question.lang}.yaml, '{question.id}'"
            problems += _named(where, _closed_faults(question, by_key))
        for open_question in bank.open:
            where = f"open/{open_question.id}.{open_question.lang}.yaml"
            problems += _named(where, _open_faults(open_question, by_key, rubric))
        problems += _named(f"closed/*.{bank.lang}.yaml", _balance_faults(bank.closed))
        if embedder:
            problems += _named(f"closed/*.{bank.lang}.yaml", _near_duplicates(bank, embedder))
    for one, other in combinations(banks, 2):
        problems += _language_problems(one, other)
    return problems


def _named(where: str, faults: Iterable[str]) -> list[Problem]:
    return [Problem(where=where, what=fault) for fault in faults]


# --- Closed questions ----------------------------------------------------------------------------


def _closed_faults(question: ClosedQuestion, sections: dict[str, Section]) -> Iterator[str]:
    if not _KEBAB.fullmatch(question.id):
        yield "the id must be lower-case words joined by hyphens"
    yield from _quote_faults(question, sections)
    texts = Counter(" ".join(words_of(option.text)) for option in question.options)
    if repeated := [text for text, count in texts.items() if count > 1]:
        yield f"two options say '{repeated[0]}'; rewrite one"
    for option in question.options:
        if len(option.reason.strip()) < MIN_REASON:
            yield f"the reason of {option.id} says nothing; explain why it is right or wrong"
    if question.kind is ClosedKind.MULTIPLE:
        numbers = vocabulary().numbers
        said = {numbers.get(word, word) for word in words_of(question.text)}
        if not said & {len(question.key), str(len(question.key))}:
            yield f"the text does not say to choose {len(question.key)}; add it"
    if question.kind is ClosedKind.TRUE_FALSE and len(question.options) != 2:
        yield "a true/false question has exactly two options"


def _quote_faults(question: ClosedQuestion, sections: dict[str, Section]) -> Iterator[str]:
    if question.section is None and question.quote is None:
        return
    if question.section is None or question.quote is None:
        yield "section and quote go together; add the other one"
    elif (section := sections.get(question.section)) is None:
        yield f"there is no section '{question.section}' in the guide"
    elif question.quote not in section.text:
        citation = cite(section, question.quote)
        near = f"; the guide has '{citation.quote}'" if citation else ""
        yield f"the quote is not in '{question.section}' as it stands{near}"


def _balance_faults(questions: Iterable[ClosedQuestion]) -> Iterator[str]:
    """Positions of keys far from chance, and keys that are the longest option too often."""
    groups: dict[tuple[ClosedKind, int], list[ClosedQuestion]] = defaultdict(list)
    for question in questions:
        groups[question.kind, len(question.options)].append(question)
    for (kind, options), group in sorted(groups.items()):
        total = len(group)
        if total < MIN_FOR_BALANCE:
            continue
        placed = Counter(id for question in group for id in question.key)
        chance = sum(placed.values()) / total / options
        for option in group[0].options:
            if _strays(placed[option.id], total, chance):
                yield (
                    f"{kind}: {option.id} is right in {placed[option.id]} of {total}, "
                    f"chance gives {chance:.0%}; move some keys"
                )
        if kind is ClosedKind.SINGLE:
            longest = sum(_longest_is_right(question) for question in group)
            if _strays(longest, total, 1 / options) and longest / total > 1 / options:
                yield (
                    f"{kind}: the longest option is right in {longest} of {total}, chance gives "
                    f"{1 / options:.0%}; lengthen wrong options or shorten right ones"
                )


def _strays(count: int, total: int, chance: float) -> bool:
    return abs(count - total * chance) > DEVIATIONS * math.sqrt(total * chance * (1 - chance))


def _longest_is_right(question: ClosedQuestion) -> bool:
    lengths = {option.id: len(option.text) for option in question.options}
    longest = [id for id, length in lengths.items() if length == max(lengths.values())]
    return len(longest) == 1 and longest[0] in question.key


def _near_duplicates(bank: Bank, embedder: Embedder) -> Iterator[str]:
    if len(bank.closed) < 2:
        return
    vectors = embedder.passages([_substance(question) for question in bank.closed])
    cosines = vectors @ vectors.T
    for first, second in combinations(range(len(bank.closed)), 2):
        cosine = float(cosines[first, second])
        if cosine >= NEAR_DUPLICATE:
            yield (
                f"'{bank.closed[first].id}' and '{bank.closed[second].id}' ask nearly the same "
                f"(cosine {cosine:.3f}); change or drop one"
            )


def _substance(question: ClosedQuestion) -> str:
    """What a question is about: its text and the options that are right."""
    if question.kind is ClosedKind.TRUE_FALSE:
        return question.text
    right = (option.text for option in question.options if option.id in question.key)
    return " ".join([question.text, *right])


# --- Open questions ------------------------------------------------------------------------------


def _open_faults(
    question: OpenQuestion, sections: dict[str, Section], rubric: Rubric
) -> Iterator[str]:
    """Faults of an open question. One without criteria gets them from the guide when asked."""
    if not _KEBAB.fullmatch(question.id):
        yield "the id must be lower-case words joined by hyphens"
    services = {section.service for section in sections.values()}
    for topic in question.topics:
        if topic not in services:
            yield f"topic '{topic}' is no service of the guide"
    if not question.criteria:
        return
    if not CRITERIA[0] <= len(question.criteria) <= CRITERIA[1]:
        yield f"{len(question.criteria)} criteria; {CRITERIA[0]} to {CRITERIA[1]} are needed"
    counts = Counter(criterion.id for criterion in question.criteria)
    for id in (id for id, count in counts.items() if count > 1):
        yield f"criterion '{id}': the id repeats"
    names = [dimension.name for dimension in rubric.dimensions]
    for criterion in question.criteria:
        for fault in _criterion_faults(criterion, sections, names):
            yield f"criterion '{criterion.id}': {fault}"
    required = [c for c in question.criteria if c.kind is CriterionKind.REQUIRED]
    for name in names:
        if not any(c.dimension == name and c.sections for c in required):
            yield f"no required criterion of '{name}' names a section to cite"
    if not question.reference.strip():
        yield "there is no reference answer"


def _criterion_faults(
    criterion: Criterion, sections: dict[str, Section], dimensions: list[str]
) -> Iterator[str]:
    if not _KEBAB.fullmatch(criterion.id):
        yield "the id must be lower-case words joined by hyphens"
    if criterion.dimension not in dimensions:
        yield f"dimension '{criterion.dimension}' is not in the rubric"
    if not WEIGHTS[0] <= criterion.weight <= WEIGHTS[1]:
        yield f"weight {criterion.weight:g} is outside {WEIGHTS[0]}–{WEIGHTS[1]}"
    for key in criterion.sections:
        if key not in sections:
            yield f"there is no section '{key}' in the guide"
    if len(criterion.examples) < MIN_EXAMPLES:
        yield f"{len(criterion.examples)} examples; at least {MIN_EXAMPLES} are needed"
    if not criterion.probe.strip():
        yield "has no probe"
    for example in criterion.examples:
        if leaked := _shared_run(criterion.probe, example):
            yield f"the probe gives an example away: '{leaked}'"


def _shared_run(probe: str, example: str) -> str | None:
    """The first run of an example's words, long enough to give it away, that the probe has."""
    said, told = words_of(probe), words_of(example)
    length = min(len(told), max(LEAKED_WORDS, math.ceil(len(told) / 2)))
    runs = {tuple(said[place : place + length]) for place in range(len(said) - length + 1)}
    for place in range(len(told) - length + 1):
        if length and tuple(told[place : place + length]) in runs:
            return " ".join(told[place : place + length])
    return None


# --- Two languages -------------------------------------------------------------------------------


def _language_problems(one: Bank, other: Bank) -> Iterator[Problem]:
    """What two languages of a bank disagree on. Imported questions may stand in one language."""
    for bank, twin in ((one, other), (other, one)):
        known = {q.id for q in twin.closed} | {q.id for q in twin.open}
        for question in bank.closed:
            if question.section and question.id not in known:
                where = f"closed/{question.topic}.{twin.lang}.yaml"
                yield Problem(where=where, what=f"'{question.id}' is missing, {bank.lang} has it")
        for open_question in bank.open:
            if open_question.criteria and open_question.id not in known:
                where = f"open/{open_question.id}.{twin.lang}.yaml"
                yield Problem(where=where, what=f"is missing, {bank.lang} has it")
    closed = {question.id: question for question in one.closed}
    for question in other.closed:
        if question.id in closed:
            where = f"closed/{question.topic}.{other.lang}.yaml, '{question.id}'"
            yield from _named(where, _closed_differences(closed[question.id], question))
    open_ = {question.id: question for question in one.open}
    for open_question in other.open:
        if open_question.id in open_:
            where = f"open/{open_question.id}.{other.lang}.yaml"
            yield from _named(where, _open_differences(open_[open_question.id], open_question))


def _closed_differences(one: ClosedQuestion, other: ClosedQuestion) -> Iterator[str]:
    for name in ("topic", "aspect", "level", "kind", "key", "section", "quote"):
        if getattr(one, name) != getattr(other, name):
            yield f"{name} differs from the one in {one.lang}"
    if [option.id for option in one.options] != [option.id for option in other.options]:
        yield f"the options differ from those in {one.lang}"


def _open_differences(one: OpenQuestion, other: OpenQuestion) -> Iterator[str]:
    for name in ("level", "topics"):
        if getattr(one, name) != getattr(other, name):
            yield f"{name} differs from the one in {one.lang}"
    if len(one.clarifications) != len(other.clarifications):
        yield f"the clarifications are not as many as in {one.lang}"
    ours = [criterion.id for criterion in other.criteria]
    if [criterion.id for criterion in one.criteria] != ours:
        yield f"the criteria are not those in {one.lang}, in the same order"
        return
    for mine, theirs in zip(other.criteria, one.criteria, strict=True):
        for name in ("dimension", "weight", "kind", "sections"):
            if getattr(mine, name) != getattr(theirs, name):
                yield f"criterion '{mine.id}': {name} differs from the one in {one.lang}"
