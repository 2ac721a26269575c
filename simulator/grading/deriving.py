"""Criteria for a question that has none: from the guide, or from a reference answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
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
        lines = list(_in_turns([hit.section for hit in hits[:_SECTIONS]]))[:share]
        claims = [
            (section, number, texts("grading.derived", topic=_topic(section), line=line))
            for section, number, line in lines
        ]
        required = _closest_half([claim for _, _, claim in claims], question.text, matcher)
        criteria += [
            Criterion(
                id=f"{section.key}#{number}",
                text=claim,
                dimension=dimension.name,
                kind=CriterionKind.REQUIRED if claim in required else CriterionKind.BONUS,
                sections=(section.key,),
                examples=(line,),
            )
            for (section, number, claim), (_, _, line) in zip(claims, lines, strict=True)
        ]
    return tuple(criteria)


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


def _closest_half(claims: Sequence[str], text: str, matcher: Matcher) -> set[str]:
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
