from __future__ import annotations

import pytest

from simulator.domain import (
    Clarification,
    Criterion,
    Exchange,
    Lang,
    OpenQuestion,
    Phase,
    Speaker,
    Turn,
    TurnKind,
)
from simulator.interview.moves import Gap, Inquiry, InquiryKind
from simulator.interview.speech import change, clarify, follow_up, quoted_once, shortened
from simulator.texts import Texts

TEXTS = Texts(Lang.ES)
CRITERION = Criterion(id="c", text="Pone una cola.", dimension="d", probe="¿Y si falla?")


@pytest.mark.parametrize(
    ("said", "quoted"),
    [
        ("Uso SQS.", "Uso SQS"),
        ("  Uso SQS;  ", "Uso SQS"),
        ("El API guarda todo, lo encola y responde 202 a quien lo pidió", "El API guarda todo"),
        (" ".join("abcdefghijklmnop"), "a b c d e f g h i j k l"),
        ("dijo «basta»", ""),
        ("una\nlínea", ""),
        ("<script>", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_a_quote_is_the_literal_beginning_or_nothing(said: str, quoted: str) -> None:
    assert shortened(said) == quoted
    assert quoted in said


def test_a_follow_up_quotes_the_candidate_where_there_is_something_to_quote() -> None:
    plain = follow_up(Gap(criterion=CRITERION), 1, TEXTS)
    assert plain == "Gracias. Profundicemos un poco: ¿Y si falla?"
    quoting = follow_up(Gap(criterion=CRITERION, said="Uso SQS."), 2, TEXTS)
    assert quoting == "Dijiste «Uso SQS». Una más antes de cerrar: ¿Y si falla?"


def test_the_same_words_are_quoted_once_in_a_try() -> None:
    gap = Gap(criterion=CRITERION, said="Uso SQS.")
    asked = Turn(speaker=Speaker.INTERVIEWER, kind=TurnKind.QUESTION, text="¿Cómo?")
    first = Turn(
        speaker=Speaker.INTERVIEWER, kind=TurnKind.FOLLOW_UP, text=follow_up(gap, 1, TEXTS)
    )
    fresh = Exchange(question_id="q", phase=Phase.OPEN, turns=(asked,))
    probed = fresh.model_copy(update={"turns": (asked, first)})
    again = fresh.model_copy(update={"turns": (asked, first, asked)})
    assert quoted_once(gap, fresh) == gap
    assert quoted_once(gap, probed).said == ""
    assert quoted_once(gap, again) == gap


def test_clarifications_are_the_banks_facts_and_nothing_else() -> None:
    facts = (Clarification(ask="a", give="Son 500."), Clarification(ask="b", give="No."))
    question = OpenQuestion(
        id="q", lang=Lang.ES, text="…", clarifications=facts, change="Cambió: {todo}."
    )
    known = Inquiry(kind=InquiryKind.FACT, facts=(1, 0))
    assert clarify(question, known, TEXTS) == "No. Son 500."
    unknown = clarify(question, Inquiry(kind=InquiryKind.UNKNOWN), TEXTS)
    aside = clarify(question, Inquiry(kind=InquiryKind.ASIDE), TEXTS)
    assert "asume" in unknown
    assert "/saltar" in aside
    assert change(question, TEXTS).endswith("Cambió: {todo}.")
