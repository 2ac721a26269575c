"""Citations by construction: sections that were retrieved, words that code copied."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from simulator.domain import Citation, Criterion, DimensionScore, Frozen, Section, Verdict
from simulator.grading.passages import Passage, passages
from simulator.grading.similarity import Matcher
from simulator.guide.citing import cite
from simulator.ports import Retriever, Vectors

PER_DIMENSION = 3
CLEAR = 0.09
"""Closeness (see `Quoter.closest`) from which a quote plainly speaks of a criterion: set by reading
the quotes of 90 criteria; below it the guide often says nothing on the point."""

_DEPTH = 8  # sections that the retriever brings for one criterion
_SAMPLE = 100  # passages of the guide that show what all of it has in common
_SHRINK = 0.2  # see similarity


class Cited(Frozen):
    """Scores with their citations. `retrieved` are the ids of every section that was brought for
    this answer: each cited id is one of them."""

    scores: tuple[DimensionScore, ...]
    retrieved: frozenset[str]


def cite_scores(
    scores: Sequence[DimensionScore],
    criteria: Sequence[Criterion],
    verdicts: Sequence[Verdict],
    retriever: Retriever,
    matcher: Matcher,
) -> Cited:
    """Give each score up to PER_DIMENSION citations, from the criteria that decided it.

    Only clear quotes are taken; a dimension that has none takes the clearest there is.
    """
    by_id = {criterion.id: criterion for criterion in criteria}
    spans = {v.criterion_id: v.span.text for v in verdicts if v.span}
    quoter = Quoter(retriever.sections(), matcher)
    retrieved: set[str] = set()
    cited = []
    for score in scores:
        clear: dict[Citation, None] = {}
        doubtful: dict[Citation, float] = {}
        for id_ in _deciding(score):
            if len(clear) == PER_DIMENSION:
                break
            sections = _retrieve(by_id[id_], spans.get(id_, ""), retriever)
            retrieved |= {section.id for section in sections}
            citation, closeness = quoter.closest(by_id[id_], _named(by_id[id_], sections))
            if citation is not None and closeness >= CLEAR:
                clear[citation] = None
            elif citation is not None:
                doubtful[citation] = closeness
        chosen = tuple(clear) or tuple(sorted(doubtful, key=lambda c: -doubtful[c])[:1])
        cited.append(score.model_copy(update={"citations": chosen}))
    return Cited(scores=tuple(cited), retrieved=frozenset(retrieved))


class Quoter:
    """Finds the words of a guide that speak of a criterion."""

    def __init__(self, guide: Sequence[Section], matcher: Matcher) -> None:
        self._matcher = matcher
        everything = [_in_context(s, passage) for s in guide for passage in passages(s)]
        sample = everything[:: 1 + len(everything) // _SAMPLE]
        self._centre = matcher.vectors(sample).mean(axis=0) if sample else 0.0

    def closest(
        self, criterion: Criterion, sections: Sequence[Section]
    ) -> tuple[Citation | None, float]:
        """The passage of these sections closest to the criterion, and how close, -1..1; None and
        -1 without any.

        Closeness: cosine centred on the guide, with the criterion's text and with its examples in
        equal parts, of the passage alone and under its heading in equal parts.
        """
        places = [(section, passage) for section in sections for passage in passages(section)]
        if not places:
            return None, -1.0
        texts = self._place([criterion.text, *criterion.examples])
        bare = self._place([passage.text for _, passage in places])
        grid = (bare + self._place([_in_context(*place) for place in places])) @ texts.T / 2
        closeness = (grid[:, 0] + grid.mean(axis=1)) / 2
        index = int(closeness.argmax())
        section, passage = places[index]
        return cite(section, passage.text), float(closeness[index])

    def _place(self, texts: Sequence[str]) -> Vectors:
        moved = self._matcher.vectors(texts) - self._centre
        placed: Vectors = moved / (np.linalg.norm(moved, axis=1, keepdims=True) + _SHRINK)
        return placed


def support(
    criterion: Criterion, citation: Citation, sections: Iterable[Section], matcher: Matcher
) -> float:
    """How well a citation supports a criterion: the share, 0..1, of the guide's passages that are
    less close to it. Chance is 0.5; evaluations count 0.9 and more as supported."""
    everywhere = [_in_context(s, passage) for s in sections for passage in passages(s)]
    if not everywhere:
        return 0.0
    own = f"{citation.heading}: {citation.quote}"
    closeness = matcher.closeness(criterion.text, [*everywhere, own])
    return float((closeness[:-1] < closeness[-1]).mean())


def _deciding(score: DimensionScore) -> list[str]:
    """Criterion ids by how much they explain the score: an error, then what is missing and what
    was covered in turns."""
    turns: list[str] = []
    for index in range(max(len(score.missing), len(score.covered))):
        turns += score.missing[index : index + 1] + score.covered[index : index + 1]
    return [*score.errors[:1], *turns, *score.errors[1:]]


def _retrieve(criterion: Criterion, span: str, retriever: Retriever) -> list[Section]:
    query = f"{criterion.text} {span}".strip()
    return [hit.section for hit in retriever.search(query, k=_DEPTH)]


def _named(criterion: Criterion, sections: Sequence[Section]) -> list[Section]:
    """Of the retrieved sections, those that the criterion names; the best one if it names none."""
    if not criterion.sections:
        return list(sections[:1])
    return [section for section in sections if section.key in criterion.sections]


def _in_context(section: Section, passage: Passage) -> str:
    return f"{section.heading}: {passage.text}"
