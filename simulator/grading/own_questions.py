"""Open questions derived from a person's own guide: one a topic, criteria from its sections."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from simulator.domain import Criterion, Lang, OpenQuestion, Rubric, Section
from simulator.grading.deriving import MOST, Claim, claims_of, closest_half, criterion
from simulator.grading.passages import passages
from simulator.grading.similarity import Matcher
from simulator.texts import Texts

MOST_QUESTIONS = 24
_FEWEST_LINES = 3  # a topic with less to say is no question of its own
_NAMED = 4  # headings that a question names

OnQuestion = Callable[[int, int], None]


@dataclass(frozen=True)
class Topic:
    """A part of a guide that one question is about. `key` is unique in the guide."""

    key: str
    title: str
    sections: tuple[Section, ...]


def topics(sections: Sequence[Section]) -> list[Topic]:
    """The topics that a guide has enough to say about; the whole guide where no part has."""
    groups: dict[str, list[Section]] = {}
    for section in sections:
        groups.setdefault(section.service, []).append(section)
    found = [_topic(key, own) for key, own in groups.items() if _lines(own) >= _FEWEST_LINES]
    if not found and sections:
        found = [_topic(sections[0].service, list(sections))]
    return found[:MOST_QUESTIONS]


def derive_questions(
    guide: str,
    sections: Sequence[Section],
    rubric: Rubric,
    matcher: Matcher,
    lang: Lang,
    on_question: OnQuestion = lambda _done, _total: None,
) -> list[OpenQuestion]:
    """A question for each topic of the guide, marked with the guide's name."""
    found = topics(sections)
    made = []
    for number, topic in enumerate(found, start=1):
        question = _question(guide, topic, rubric, matcher, lang)
        if question.criteria:
            made.append(question)
        on_question(number, len(found))
    return made


def _question(
    guide: str, topic: Topic, rubric: Rubric, matcher: Matcher, lang: Lang
) -> OpenQuestion:
    texts = Texts(lang)
    headings = list(dict.fromkeys(_last(s) for s in topic.sections if _last(s) != topic.title))
    named = texts.join([f"«{heading}»" for heading in headings[:_NAMED]])
    key = "guide.question.named" if named else "guide.question.plain"
    digest = hashlib.sha256(f"{guide}\0{topic.key}".encode()).hexdigest()[:10]
    slug = re.sub(r"[^a-z0-9]+", "-", topic.key.casefold()).strip("-")[:40]
    text = texts(key, guide=guide, topic=topic.title, headings=named)
    question = OpenQuestion(
        id=f"derived-{slug or 'topic'}-{digest}",
        lang=lang,
        title=texts("guide.question.title", topic=topic.title),
        text=text,
        hint=texts("guide.question.hint", headings=named) if named else "",
        derived_from=guide,
    )
    return question.model_copy(update={"criteria": _criteria(question, topic, rubric, matcher)})


def _criteria(
    question: OpenQuestion, topic: Topic, rubric: Rubric, matcher: Matcher
) -> tuple[Criterion, ...]:
    """Lines of the topic's sections: of each dimension's, the half closest to the question is
    required. A section that names no dimension of the rubric gives each line to the nearest."""
    texts = Texts(question.lang)
    names = [dimension.name for dimension in rubric.dimensions]
    titles = [d.title.get(question.lang, d.name) for d in rubric.dimensions]
    by_dimension: dict[str, list[Claim]] = {name: [] for name in names}
    for claim in claims_of(topic.sections, texts)[:MOST]:
        own = claim.section.dimension
        name = own if own in by_dimension else names[matcher.nearest(claim.line, titles)[0]]
        by_dimension[name].append(claim)
    made = []
    for name, claims in by_dimension.items():
        required = closest_half([claim.text for claim in claims], question.text, matcher)
        made += [
            criterion(claim, name, required).model_copy(
                update={"probe": texts("guide.question.probe", heading=_last(claim.section))}
            )
            for claim in claims
        ]
    return tuple(made)


def _topic(key: str, sections: Sequence[Section]) -> Topic:
    path = sections[0].heading_path
    shared = [part for part in path if all(part in s.heading_path for s in sections)]
    return Topic(key, shared[-1] if shared else path[0] if path else key, tuple(sections))


def _lines(sections: Sequence[Section]) -> int:
    return sum(len(passages(section)) for section in sections)


def _last(section: Section) -> str:
    return section.heading_path[-1] if section.heading_path else section.key
