"""Citations by construction: sections that were retrieved, words that code copied."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from simulator.domain import Citation, Criterion, DimensionScore, Frozen, Section, Verdict
from simulator.grading.passages import Passage, passages
from simulator.grading.similarity import Matcher
from simulator.guide.citing import cite
from simulator.ports import Retriever

PER_DIMENSION = 3
_DEPTH = 8  # sections that the retriever brings for one criterion


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
    """Give each score up to PER_DIMENSION citations, from the criteria that decided it."""
    by_id = {criterion.id: criterion for criterion in criteria}
    spans = {v.criterion_id: v.span.text for v in verdicts if v.span}
    retrieved: set[str] = set()
    cited = []
    for score in scores:
        found: dict[Citation, None] = {}
        for id_ in _deciding(score):
            if len(found) == PER_DIMENSION:
                break
            sections = _retrieve(by_id[id_], spans.get(id_, ""), retriever)
            retrieved |= {section.id for section in sections}
            citation = quote(by_id[id_], _named(by_id[id_], sections), matcher)
            if citation is not None:
                found[citation] = None
        cited.append(score.model_copy(update={"citations": tuple(found)}))
    return Cited(scores=tuple(cited), retrieved=frozenset(retrieved))


def quote(criterion: Criterion, sections: Sequence[Section], matcher: Matcher) -> Citation | None:
    """The passage of these sections that is closest to the criterion; None without any."""
    places = [(section, passage) for section in sections for passage in passages(section)]
    if not places:
        return None
    index, _ = matcher.nearest(criterion.text, [_in_context(*place) for place in places])
    section, passage = places[index]
    return cite(section, passage.text)


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
