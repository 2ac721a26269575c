from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator import resources
from simulator.domain import (
    ClosedKind,
    ClosedQuestion,
    Criterion,
    Dimension,
    Lang,
    Level,
    OpenQuestion,
    Option,
    Rubric,
    Section,
)
from simulator.grading.rubric import load_rubric
from simulator.guide.chunking import sections as cut
from simulator.guide.shipped import shipped_guides, text_of
from simulator.interview.bank import Bank, load_bank
from simulator.interview.check import check_bank
from simulator.ports import Vectors

RUBRIC = Rubric(dimensions=(Dimension(name="architecture"),))
TEXT = "- Usa **colas** para desacoplar\n- FIFO conserva el orden"
SECTION = Section(
    id="s",
    guide="g",
    key="queues/architecture",
    service="queues",
    aspect="architecture",
    heading_path=("Colas",),
    text=TEXT,
    start=0,
    end=len(TEXT),
)


def closed(**changes: Any) -> ClosedQuestion:
    fields: dict[str, Any] = {
        "id": "queues-order",
        "lang": Lang.ES,
        "topic": "queues",
        "aspect": "architecture",
        "level": Level.MID,
        "kind": ClosedKind.SINGLE,
        "text": "¿Qué cola conserva el orden?",
        "options": tuple(
            Option(id=id, text=text, reason="Una razón que enseña algo.")
            for id, text in zip("ABCD", ("Standard", "FIFO", "Tópico", "Bus"), strict=True)
        ),
        "key": ("B",),
        "section": "queues/architecture",
        "quote": "FIFO conserva el orden",
    }
    return ClosedQuestion(**{**fields, **changes})


def criterion(number: int = 0, **changes: Any) -> Criterion:
    fields: dict[str, Any] = {
        "id": f"claim-{number}",
        "text": "Pone una cola entre las partes.",
        "dimension": "architecture",
        "weight": 2,
        "sections": ("queues/architecture",),
        "examples": ("Entre ambas partes metería una cola de mensajes.", "con cola"),
        "probe": "¿Qué pasa si la segunda parte se cae?",
    }
    return Criterion(**{**fields, **changes})


def open_question(**changes: Any) -> OpenQuestion:
    fields: dict[str, Any] = {
        "id": "orders",
        "lang": Lang.ES,
        "topics": ("queues",),
        "text": "Diseña un sistema de pedidos.",
        "criteria": tuple(criterion(number) for number in range(12)),
        "reference": "Pondría una cola.",
    }
    return OpenQuestion(**{**fields, **changes})


def with_criterion(**changes: Any) -> OpenQuestion:
    criteria = (*(criterion(number) for number in range(11)), criterion(11, **changes))
    return open_question(criteria=criteria)


def problems(*questions: ClosedQuestion | OpenQuestion) -> list[str]:
    bank = Bank(
        lang=Lang.ES,
        closed=tuple(q for q in questions if isinstance(q, ClosedQuestion)),
        open=tuple(q for q in questions if isinstance(q, OpenQuestion)),
    )
    return [str(problem) for problem in check_bank([bank], [SECTION], RUBRIC)]


def test_a_good_bank_has_no_problems() -> None:
    assert problems(closed(), open_question()) == []


def test_imported_questions_without_section_and_own_ones_without_criteria_are_fine() -> None:
    assert problems(closed(section=None, quote=None), open_question(criteria=())) == []


OPTIONS = closed().options


@pytest.mark.parametrize(
    ("question", "what"),
    [
        (closed(id="Queues_Order"), "lower-case words"),
        (closed(section="queues/none"), "no section 'queues/none'"),
        (closed(quote="FIFO pierde el orden"), "the quote is not in 'queues/architecture'"),
        (closed(quote="Usa colas"), "the guide has 'Usa **colas'"),
        (closed(quote=None), "section and quote go together"),
        (
            closed(options=(*OPTIONS[:3], OPTIONS[3].model_copy(update={"text": "fifo."}))),
            "two options say 'fifo'",
        ),
        (
            closed(options=(OPTIONS[0].model_copy(update={"reason": "No."}), *OPTIONS[1:])),
            "the reason of A says nothing",
        ),
        (closed(kind=ClosedKind.MULTIPLE, key=("A", "B")), "does not say to choose 2"),
        (closed(kind=ClosedKind.TRUE_FALSE), "exactly two options"),
    ],
)
def test_faults_of_closed_questions(question: ClosedQuestion, what: str) -> None:
    found = problems(question)
    assert len(found) == 1
    assert found[0].startswith(f"closed/queues.es.yaml, '{question.id}': ")
    assert what in found[0]


@pytest.mark.parametrize("text", ["Elige. (Elige DOS.)", "Choose TWO", "Marca 2 opciones"])
def test_a_multiple_question_says_how_many(text: str) -> None:
    assert problems(closed(kind=ClosedKind.MULTIPLE, key=("A", "B"), text=text)) == []


@pytest.mark.parametrize(
    ("question", "what"),
    [
        (open_question(topics=("none",)), "topic 'none' is no service"),
        (open_question(criteria=tuple(map(criterion, range(11)))), "11 criteria; 12 to 20"),
        (open_question(criteria=tuple(map(criterion, range(21)))), "21 criteria; 12 to 20"),
        (with_criterion(id="claim-0"), "criterion 'claim-0': the id repeats"),
        (with_criterion(dimension="taste"), "dimension 'taste' is not in the rubric"),
        (with_criterion(weight=7), "weight 7 is outside"),
        (with_criterion(sections=("queues/none",)), "no section 'queues/none'"),
        (with_criterion(examples=("con cola",)), "1 examples"),
        (with_criterion(probe=" "), "has no probe"),
        (
            with_criterion(probe="¿Metería una cola de mensajes entre ambas?"),
            "gives an example away: 'meteria una cola de'",
        ),
        (with_criterion(probe="¿Y con cola?"), "gives an example away: 'con cola'"),
        (open_question(reference=""), "no reference answer"),
        (
            open_question(criteria=tuple(criterion(n, sections=()) for n in range(12))),
            "no required criterion of 'architecture'",
        ),
    ],
)
def test_faults_of_open_questions(question: OpenQuestion, what: str) -> None:
    found = problems(question)
    assert len(found) == 1
    assert found[0].startswith("open/orders.es.yaml: ")
    assert what in found[0]


def many(keys: str) -> list[ClosedQuestion]:
    return [closed(id=f"queues-{number}", key=(key,)) for number, key in enumerate(keys)]


def test_keys_that_pile_up_on_a_letter_are_reported() -> None:
    assert problems(*many("ABCD" * 6)) == []
    found = problems(*many("B" * 14 + "ACDACDACDA"))
    assert len(found) == 1
    assert "closed/*.es.yaml: single: B is right in 14 of 24" in found[0]


def test_right_options_that_are_the_longest_are_reported() -> None:
    questions = [
        question.model_copy(
            update={
                "options": tuple(
                    o.model_copy(update={"text": o.text + " y mucho más texto"})
                    if o.id in question.key
                    else o
                    for o in question.options
                )
            }
        )
        for question in many("ABCD" * 6)
    ]
    assert "the longest option is right in 24 of 24" in problems(*questions)[0]


class WordEmbedder:
    """One axis a word: the cosine is the share of words in common."""

    identity = "words"
    dimension = 64

    def queries(self, texts: Sequence[str]) -> Vectors:
        return self.passages(texts)

    def passages(self, texts: Sequence[str]) -> Vectors:
        words = sorted({word for text in texts for word in text.split()})
        vectors = np.array([[word in text.split() for word in words] for text in texts], np.float32)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def test_two_questions_that_ask_the_same_are_reported() -> None:
    bank = Bank(
        lang=Lang.ES,
        closed=(closed(), closed(id="queues-twin"), closed(id="queues-x", text="¿Otra cosa?")),
    )
    found = check_bank([bank], [SECTION], RUBRIC, WordEmbedder())
    assert len(found) == 1
    assert "'queues-order' and 'queues-twin' ask nearly the same (cosine 1.000)" in found[0].what


def test_two_languages_must_agree() -> None:
    es = Bank(lang=Lang.ES, closed=(closed(), closed(id="queues-es")), open=(open_question(),))
    en = Bank(
        lang=Lang.EN,
        closed=(closed(lang=Lang.EN, key=("A",)),),
        open=(
            open_question(
                lang=Lang.EN, criteria=(criterion(0, weight=1), *map(criterion, range(1, 12)))
            ),
        ),
    )
    found = [str(problem) for problem in check_bank([es, en], [SECTION], RUBRIC)]
    assert found == [
        "closed/queues.en.yaml: 'queues-es' is missing, es has it",
        "closed/queues.en.yaml, 'queues-order': key differs from the one in es",
        "open/orders.en.yaml: criterion 'claim-0': weight differs from the one in es",
    ]


def test_the_shipped_bank_has_no_problems() -> None:
    knowledge = resources.folder("knowledge")
    banks = [load_bank([Path(knowledge)], lang) for lang in Lang]
    guide = [section for name in shipped_guides() for section in cut(text_of(name), name)]
    found = check_bank(banks, guide, load_rubric())
    assert [str(problem) for problem in found] == []
    for bank in banks:
        assert len(bank.closed) >= 48
        assert len(bank.open) >= 6
        assert all(question.section for question in bank.closed)
        assert all(question.criteria for question in bank.open)
