"""The separate step that checks citations: are they real, and do they support their criterion?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evals.results import CheckedCitation
from simulator.domain import Citation, Criterion, Grade, Section
from simulator.grading.citations import support
from simulator.grading.similarity import Matcher
from simulator.ports import Retriever

SUPPORTED = 0.9
"""Support from which a citation counts as supporting (chance is 0.5)."""


class CitationChecker:
    """Checks citations. `texts` are the whole guides, by name, that offsets point into."""

    def __init__(self, retriever: Retriever, texts: Mapping[str, str], matcher: Matcher) -> None:
        self._sections = retriever.sections()
        self._by_id = {section.id: section for section in self._sections}
        self._texts = texts
        self._matcher = matcher
        self._known: dict[tuple[str, Citation], float] = {}

    def check(self, grade: Grade) -> tuple[CheckedCitation, ...]:
        """Every citation of a grade, once, with its dimension, reality and support."""
        retrieved = frozenset(grade.provenance.get("retrieved", "").split())
        checked: dict[Citation, CheckedCitation] = {}
        for score in grade.scores:
            deciding = {*score.covered, *score.missing, *score.errors}
            criteria = [c for c in grade.criteria if c.id in deciding]
            for citation in score.citations:
                if citation not in checked:
                    checked[citation] = CheckedCitation(
                        section_id=citation.section_id,
                        quote=citation.quote,
                        start=citation.start,
                        end=citation.end,
                        guide=citation.guide,
                        heading=citation.heading,
                        dimension=score.dimension,
                        real=citation.section_id in retrieved
                        and is_quoted(citation, self._texts.get(citation.guide, "")),
                        support=self._support(citation, criteria),
                    )
        return tuple(checked.values())

    def _support(self, citation: Citation, criteria: Sequence[Criterion]) -> float | None:
        """The support for the criterion that it serves best, of those that name its section."""
        section = self._by_id.get(citation.section_id)
        naming = [c for c in criteria if section is not None and section.key in c.sections]
        return max((self._of(c, citation) for c in naming or criteria), default=None)

    def _of(self, criterion: Criterion, citation: Citation) -> float:
        key = (criterion.text, citation)
        if key not in self._known:
            sections: list[Section] = self._sections
            self._known[key] = round(support(criterion, citation, sections, self._matcher), 4)
        return self._known[key]


def is_quoted(citation: Citation | CheckedCitation, text: str) -> bool:
    """Whether the quote stands at its offsets in a guide's text."""
    return bool(citation.quote) and text[citation.start : citation.end] == citation.quote
