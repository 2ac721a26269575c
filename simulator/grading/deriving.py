"""Criteria for a question that has none: from the guide, or from a reference answer."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from simulator.domain import Criterion, CriterionKind, OpenQuestion, Rubric, Section
from simulator.grading.passages import passages
from simulator.grading.sentences import split, visible
from simulator.grading.similarity import Matcher
from simulator.ports import Retriever
from simulator.texts import Texts

MOST = 18
_SECTIONS = 4  # sections a dimension
_WORDS = 2  # words that a line must have to claim something


def derive(
    question: OpenQuestion, rubric: Rubric, retriever: Retriever | None, matcher: Matcher
) -> tuple[Criterion, ...]:
    """Up to MOST criteria. Lines of the sections retrieved for each dimension; without a guide,
    sentences of the question's reference; else none.

    A guide says more on a topic than one answer should: of each dimension's lines, the half that
    is closest to the question is required and the rest is a bonus.
    """
    if retriever is not None:
        found = _from_guide(question, rubric, retriever, matcher)
        if found:
            return found
    return _from_reference(question, rubric, matcher)


def _from_guide(
    question: OpenQuestion, rubric: Rubric, retriever: Retriever, matcher: Matcher
) -> tuple[Criterion, ...]:
    texts = Texts(question.lang)
    share = max(1, MOST // len(rubric.dimensions))
    criteria: list[Criterion] = []
    for dimension in rubric.dimensions:
        title = dimension.title.get(question.lang, dimension.name)
        query = f"{question.text.strip()} {title}"
        hits = retriever.search(query, k=_SECTIONS, dimension=dimension.name)
        if not hits and len(rubric.dimensions) == 1:
            hits = retriever.search(query, k=_SECTIONS)
        claims = claims_of([hit.section for hit in hits[:_SECTIONS]], texts)[:share]
        required = closest_half([claim.text for claim in claims], question.text, matcher)
        criteria += [criterion(claim, dimension.name, required) for claim in claims]
    return tuple(criteria)


@dataclass(frozen=True)
class Claim:
    """A line of a section as something that an answer may say."""

    section: Section
    number: int
    line: str
    text: str


def claims_of(sections: Sequence[Section], texts: Texts) -> list[Claim]:
    """The claims of these sections, a line of each in turns."""
    return [
        Claim(s, number, line, texts("grading.derived", topic=_topic(s), line=line))
        for s, number, line in _in_turns(sections)
    ]


def criterion(claim: Claim, dimension: str, required: Collection[str]) -> Criterion:
    """The claim as a criterion: required where its text is among those, else a bonus."""
    return Criterion(
        id=f"{claim.section.key}#{claim.number}",
        text=claim.text,
        dimension=dimension,
        kind=CriterionKind.REQUIRED if claim.text in required else CriterionKind.BONUS,
        sections=(claim.section.key,),
        examples=(claim.line,),
    )


def _from_reference(
    question: OpenQuestion, rubric: Rubric, matcher: Matcher
) -> tuple[Criterion, ...]:
    names = [dimension.name for dimension in rubric.dimensions]
    titles = [d.title.get(question.lang, d.name) for d in rubric.dimensions]
    sentences = [visible(question.reference[a:b]) for a, b in split(question.reference)]
    claims = [sentence for sentence in sentences if len(sentence.split()) > _WORDS][:MOST]
    return tuple(
        Criterion(
            id=f"reference#{number}",
            text=claim,
            dimension=names[matcher.nearest(claim, titles)[0]],
        )
        for number, claim in enumerate(claims, start=1)
    )


def _in_turns(sections: Sequence[Section]) -> Iterator[tuple[Section, int, str]]:
    """One line of each section after another, so that none fills the list alone."""
    lines = [
        [
            (section, number, _plain(passage.text))
            for number, passage in enumerate(passages(section), start=1)
            if len(passage.text.split()) >= _WORDS
        ]
        for section in sections
    ]
    for turn in zip_longest(*lines):
        yield from (line for line in turn if line is not None)


def closest_half(claims: Sequence[str], text: str, matcher: Matcher) -> set[str]:
    """The half of the claims that is closest to a text."""
    if not claims:
        return set()
    closeness = matcher.closeness(text, claims)
    order = sorted(range(len(claims)), key=lambda i: -float(closeness[i]))
    return {claims[i] for i in order[: (len(claims) + 1) // 2]}


def _plain(text: str) -> str:
    """A passage as one line of prose: no emphasis, its items one after another."""
    line = visible(re.sub(r"[*`]+", "", text))
    return re.sub(r"\s[-+]\s", ", ", re.sub(r":\s[-+]\s", ": ", line))


def _topic(section: Section) -> str:
    return section.heading_path[0] if section.heading_path else section.service
