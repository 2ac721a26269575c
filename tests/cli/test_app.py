from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import ROOT, complaint, simulate

GUIDE = ROOT / "knowledge" / "aws_guide.es.md"
SEED = ROOT / "knowledge" / "sources" / "aws_guide.es.seed.txt"


def test_help_lists_the_commands_of_the_contract(tmp_path: Path) -> None:
    done = simulate(tmp_path, "--help")
    assert done.returncode == 0
    for word in (
        "ingest",
        "grade",
        "web",
        "questions",
        "sessions",
        "models",
        "--answers",
        "--json",
    ):
        assert word in done.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--bogus",), "No such option"),
        (("--closed", "many"), "--closed"),
        (("--json",), "--answers"),
        (("--topics", "cobol", "--judge", "similarity"), "unknown topic cobol"),
        (("sessions", "show", "zz"), "there is no session"),
        (("sessions", "resume"), "no unfinished interview"),
        (("ingest", "/nonexistent.md"), "check the path"),
        (("guides", "delete", "none"), "no guide"),
        (("questions", "import", "/nonexistent.md"), "no such file"),
        (("models", "check", "none"), "choose one of"),
        (("grade", "--question", "", "--answer-file", str(GUIDE)), "question is empty"),
        (
            ("grade", "--question", "nope", "--answer-file", str(GUIDE)),
            "there is no question 'nope'",
        ),
        (("--guide", "x", "--judge", "similarity", "--answers", str(SEED)), "no guide 'x'"),
    ],
)
def test_bad_input_is_one_line_and_exit_2(
    tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    done = simulate(tmp_path, *arguments)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert says in complaint(done)


def test_the_shipped_guide_is_made_by_the_documented_command(tmp_path: Path) -> None:
    made = tmp_path / "made.md"
    done = simulate(tmp_path, "ingest", str(SEED), "--name", "aws", "--write", str(made))
    assert "34 sections, 34 added" in done.stdout
    assert made.read_bytes() == GUIDE.read_bytes()
    again = simulate(tmp_path, "ingest", str(SEED), "--name", "aws")
    assert "34 sections, 0 added, 0 removed" in again.stdout
    assert "aws  version" in simulate(tmp_path, "guides", "list").stdout


def test_the_shipped_bank_passes_its_own_check(tmp_path: Path) -> None:
    done = simulate(tmp_path, "questions", "check")
    assert done.returncode == 0, done.stdout
    assert "es: 120 closed, 16 open, en: 120 closed, 16 open; 0 problems" in done.stdout


def test_imported_questions_are_asked_without_a_citation(tmp_path: Path) -> None:
    exam = tmp_path / "exam.md"
    exam.write_text(
        "1. Which shell prints a line?\n    - A. echo\n    - B. cd\n    - C. ls\n"
        "    <details markdown=1><summary>Answer</summary>\n"
        "      Correct answer: A\n    </details>\n"
        "\n2. Broken\n",
        encoding="utf-8",
    )
    done = simulate(tmp_path, "questions", "import", str(exam), "--topic", "shell", "--lang", "en")
    assert done.returncode == 0, done.stderr
    assert "1 closed and 0 open questions added" in done.stdout
    answers = tmp_path / "a.txt"
    answers.write_text("A\n", encoding="utf-8")
    asked = simulate(
        tmp_path, "--answers", str(answers), "--topics", "shell", "--closed", "1", "--open", "0",
        "--lang", "en",
    )  # fmt: skip
    assert asked.returncode == 0, asked.stderr
    assert "1 of 1 right" in asked.stdout


def test_one_answer_to_a_question_of_ones_own(tmp_path: Path) -> None:
    answer = tmp_path / "answer.txt"
    answer.write_text("Pondría una cola SQS con DLQ y long polling.", encoding="utf-8")
    done = simulate(
        tmp_path, "grade", "--question", "¿Cómo desacoplas dos servicios en AWS?",
        "--answer-file", str(answer), "--json", "--judge", "similarity",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert '"ungraded": null' in done.stdout


def test_a_wrong_key_is_never_shown(tmp_path: Path) -> None:
    done = simulate(
        tmp_path, "grade", "--question", "real-time-orders", "--answer-file", str(GUIDE),
        OPENAI_API_KEY="sk-secret-0123456789", SIMULATOR_BASE_URL="http://127.0.0.1:9/v1",
        SIMULATOR_MODEL="m",
    )  # fmt: skip
    assert done.returncode == 3
    assert "sk-secret" not in done.stderr + done.stdout
