from __future__ import annotations

from simulator.grading.wording import shared_words

GROUPS = [
    ("Cifra los mensajes de la cola.", "cifrado en reposo con claves propias"),
    ("Reintenta los mensajes que fallan.", "reintentos y cola de mensajes muertos"),
]


def test_distinctive_words_say_which_criterion_a_piece_is_about() -> None:
    table = shared_words(GROUPS, ["ciframos todo con claves", "habrá reintentos si fallan"])
    assert table.shape == (2, 2)
    assert table[0, 0] > 3 * table[0, 1]
    assert table[1, 1] > 3 * table[1, 0]


def test_words_that_all_criteria_use_say_little() -> None:
    shared, own = shared_words(GROUPS, ["mensajes cola", "claves reposo"])[:, 0]
    assert own > 2 * shared


def test_a_long_piece_must_share_more() -> None:
    short, long = shared_words(
        GROUPS, ["claves", "claves " + " ".join(f"palabra{n}" for n in range(40))]
    )
    assert short[0] > long[0] > 0


def test_nothing_in_common_is_zero() -> None:
    assert not shared_words(GROUPS, ["", "¡!", "zzz"]).any()
