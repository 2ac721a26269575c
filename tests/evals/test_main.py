"""``python -m evals``: every command is there, and bad input is one line."""

from __future__ import annotations

import pytest

from evals.__main__ import main

COMMANDS = (
    "run", "report", "compare", "calibrate", "audit", "bench", "load",
    "attacks", "priors", "recognisers", "regrade", "retrieval",
)  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command, capsys):
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert f"evals {command}" in " ".join(capsys.readouterr().out.split())


def test_a_folder_that_is_no_run_is_one_line(tmp_path, capsys):
    for command in (["report"], ["regrade", str(tmp_path / "out")]):
        code = main([command[0], str(tmp_path / "none"), *command[1:]])
        assert code == 2
        assert capsys.readouterr().err.count("\n") == 1


def test_a_command_with_a_parser_of_its_own_fails_in_one_line_too(tmp_path, capsys):
    assert main(["regrade", str(tmp_path / "nothing"), str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: ")
    assert said.count("\n") == 1
