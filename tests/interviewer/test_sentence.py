from __future__ import annotations

import pytest

from simulator.domain import Criterion, Lang, OpenQuestion
from simulator.interviewer.sentence import fault

GAP = Criterion(
    id="dlq",
    text="Manda a una DLQ los pagos que agotan sus reintentos.",
    dimension="performance",
    examples=("Lo que no se cobró queda en una dead letter queue.",),
    probe="¿Dónde termina un pago que no se pudo procesar?",
)
OTHER = Criterion(id="kms", text="Cifra la cola con KMS.", dimension="security", probe="¿Y?")
QUESTION = OpenQuestion(
    id="q", lang=Lang.ES, text="Diseña un servicio que cobra 50 pagos.", criteria=(GAP, OTHER)
)
SAID = ["Encolo cada pago en SQS."]


@pytest.mark.parametrize(
    "sentence",
    [
        "Si un pago no se pudo procesar, ¿dónde termina?",
        "Dijiste «encolo cada pago en SQS»; ¿dónde termina un pago que no se pudo procesar?",
    ],
)
def test_a_plain_question_passes(sentence: str) -> None:
    assert fault(sentence, GAP, QUESTION, SAID, Lang.ES) is None


@pytest.mark.parametrize(
    ("sentence", "why"),
    [
        ("¿Dónde?", "length"),
        ("¿Dónde termina un pago " + "que no se pudo procesar " * 20 + "?", "length"),
        ("Un pago que no se pudo procesar termina mal.", "no_question"),
        ("¿Dónde termina? ¿Y quién lo ve? ¿Y cuándo lo revisas tú?", "no_question"),
        ("Where does a payment end that could not be processed?", "language"),
        ("¿Mandas a una DLQ un pago que no se pudo procesar?", "leak"),
        ("¿Qué haces con un pago que agota sus reintentos?", "leak"),
        ("¿Dónde termina un pago, y lo cifras con KMS?", "leak"),
        ("¿Dónde terminan los 900 pagos que no se pueden procesar?", "number"),
        ("Dijiste «uso una cola muerta»; ¿dónde termina un pago?", "quote"),
        ("¿Dónde termina **un pago** que no se pudo procesar?", "markup"),
    ],
)
def test_what_leaks_or_is_no_question_does_not(sentence: str, why: str) -> None:
    assert fault(sentence, GAP, QUESTION, SAID, Lang.ES) == why


def test_a_word_that_the_candidate_used_is_no_leak() -> None:
    sentence = "¿Qué haces con un pago que agota sus reintentos?"
    said = ["Cuando se agotan los reintentos aviso."]
    assert fault(sentence, GAP, QUESTION, said, Lang.ES) is None
