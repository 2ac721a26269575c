from __future__ import annotations

import pytest

from simulator.interview.commands import Command, command, looks_like_command


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("/pausa", Command.PAUSE),
        (" /SALTAR ", Command.SKIP),
        ("/pista", Command.HINT),
        ("/salir\n", Command.QUIT),
        ("/hint", Command.HINT),
        ("/quit", Command.QUIT),
        ("saltar", None),
        ("/pausa por favor", None),
        ("", None),
    ],
)
def test_commands_of_both_languages(text: str, wish: Command | None) -> None:
    assert command(text) is wish


@pytest.mark.parametrize(
    ("text", "looks"),
    [("/pauss", True), ("/", True), ("/api/v1/orders sería la ruta", False), ("b", False)],
)
def test_a_mistyped_command_is_not_taken_for_an_answer(text: str, looks: bool) -> None:
    assert looks_like_command(text) is looks
