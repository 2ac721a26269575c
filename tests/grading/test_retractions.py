import pytest

from simulator.grading.retractions import withdrawn
from simulator.grading.screen import screen


def _back(text: str) -> list[str]:
    answer = screen([text], "Diseña un sistema.")
    return [text[b.start : b.end].strip() for b in withdrawn(answer.original, answer.sentences)]


@pytest.mark.parametrize(
    ("text", "back"),
    [
        (
            "Pondría una cola entre los dos. Pensándolo mejor, que se llamen directo.",
            "Pondría una cola entre los dos.",
        ),
        (
            "Las contraseñas irían todas a Secrets Manager, o no, mejor en el archivo.",
            "Las contraseñas irían todas a Secrets Manager",
        ),
        (
            "Los logs se guardan treinta días. Aunque un auditor los puede pedir, así que no.",
            "Los logs se guardan treinta días.",
        ),
        (
            "Each partner gets its own role. But it's much work, so in the end one key for all.",
            "Each partner gets its own role. But it's much work, so",
        ),
        (
            "Mandaría los fallidos a una DLQ, aunque son cuatro por semana, mejor que se borren.",
            "Mandaría los fallidos a una DLQ, aunque son cuatro por semana",
        ),
        (
            "I'd put a queue there, although it adds a hop, so leave it synchronous.",
            "I'd put a queue there,",
        ),
        (
            "Iba a dar FullAccess a todos los equipos, pero mejor una política por función.",
            "Iba a dar FullAccess a todos los equipos,",
        ),
        ("I'd cache the reads. Scratch that, the database will cope.", "I'd cache the reads."),
    ],
)
def test_the_last_word_counts(text: str, back: str) -> None:
    assert _back(text) == [back]


@pytest.mark.parametrize(
    "text",
    [
        "Pondría una cola, aunque sea más cara, porque el fraude tarda minutos.",
        "El usuario no espera a que se notifique al grupo. Al final del mes se archiva todo.",
        "No pondría REST API, sino HTTP API, que es mejor y cuesta menos.",
        "I'd rather use DynamoDB, so no joins are needed. In the ending phase we archive.",
        "Primero una cola.\n\nPensándolo mejor, ya no tengo más que decir.",
    ],
)
def test_a_reason_or_a_contrast_takes_nothing_back(text: str) -> None:
    assert _back(text) == []


def test_what_stands_instead_goes_on_to_the_end_of_the_sentence() -> None:
    text = "Pondría una caché de lecturas en memoria, o mejor no, directo a la base."
    answer = screen([text], "Diseña un sistema.")
    (back,) = withdrawn(answer.original, answer.sentences)
    assert text[back.end : back.until] == "o mejor no, directo a la base."
    assert back.touches(answer.sentences[0])
