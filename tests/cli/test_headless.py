from __future__ import annotations

import json
from pathlib import Path

import pytest

from simulator.cli.headless import Row, parse, read
from simulator.errors import InputError
from simulator.guide.shipped import text_of
from simulator.sessions.report import Report
from tests.cli.running import ROOT, complaint, simulate

SAMPLE = ROOT / "evals" / "answer_sets" / "sample_interview.es.jsonl"


def test_json_lines_carry_questions_and_turns() -> None:
    text = '{"question_id": "q", "answer": ["a", "b"], "kind": "x"}\n\n{"answer": "c"}\n'
    assert parse(text) == [Row(question_id="q", answer=("a", "b")), Row(answer="c")]


def test_plain_text_is_an_answer_a_line_or_between_rules() -> None:
    assert [row.turns for row in parse("la b\n\nB y D\n")] == [("la b",), ("B y D",)]
    blocks = parse("la b\n---\nUso SQS.\n\nY Lambda.\n---\n")
    assert [row.turns for row in blocks] == [("la b",), ("Uso SQS.\n\nY Lambda.",)]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        (" \n\n", "empty"),
        ('{"answer": "a"}\n{"answer": 3}', "line 2"),
        ('{"answer": "a"}\n{broken', "line 2"),
        ('{"question_id": "q"}', "line 1"),
        ('{"answer": []}', "line 1"),
        ('{"answer": ' + "[" * 100_000, "line 1"),
    ],
)
def test_a_broken_answers_file_names_the_line(text: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        parse(text)


def test_unreadable_files_say_what_to_do(tmp_path: Path) -> None:
    binary = tmp_path / "b"
    binary.write_bytes(b"\xff\xfe\x00\x01")
    for source, says in ((str(binary), "UTF-8"), (str(tmp_path / "no"), "check the path")):
        with pytest.raises(InputError, match=says):
            read(source)


def test_a_whole_interview_from_the_sample_answers(tmp_path: Path) -> None:
    done = simulate(tmp_path, "--answers", str(SAMPLE), "--json", "--judge", "similarity")
    assert done.returncode == 0, done.stderr
    report = Report.model_validate_json(done.stdout)
    assert report.finished
    assert (report.closed_correct, report.closed_total) == (4, 5)
    assert [outcome.question_id for outcome in report.open] == ["real-time-orders", "url-shortener"]
    sources = set()
    for outcome in report.open:
        assert {score.dimension for score in outcome.scores} == {
            "architecture", "performance", "security",
        }  # fmt: skip
        for score in outcome.scores:
            assert score.score in range(1, 6)
            for citation in score.citations:
                text = text_of(citation.guide)
                assert text[citation.start : citation.end] == citation.quote
                sources.add(citation.source)
    assert sources == {"Guía de AWS", "Complemento de la guía"}
    assert sum(s.mean or 0 for s in report.scores) > 3
    shown = simulate(tmp_path, "sessions", "show", report.session_id[:6])
    assert shown.stdout.startswith("# Informe de la entrevista")
    exported = simulate(tmp_path, "sessions", "export", report.session_id, "--format", "json")
    assert Report.model_validate_json(exported.stdout) == report


def test_answers_in_order_reach_the_questions_of_a_seed(tmp_path: Path) -> None:
    answers = tmp_path / "answers.txt"
    answers.write_text("la a\nla a\n", encoding="utf-8")
    options = ("--closed", "2", "--open", "0", "--seed", "5", "--json")
    runs = [simulate(tmp_path, "--answers", str(answers), *options) for _ in range(2)]
    first, second = (json.loads(done.stdout)["closed"] for done in runs)
    assert [q["question_id"] for q in first] == [q["question_id"] for q in second]
    assert first[0]["chosen"] == ["A"]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ('{"question_id": "nope", "answer": "a"}', "there is no question 'nope'"),
        ("{broken", "line 1"),
    ],
)
def test_bad_answers_are_one_line_and_exit_2(tmp_path: Path, rows: str, says: str) -> None:
    answers = tmp_path / "answers.jsonl"
    answers.write_text(rows, encoding="utf-8")
    done = simulate(tmp_path, "--answers", str(answers), "--json", "--open", "0")
    assert done.returncode == 2
    assert done.stdout == ""
    assert says in complaint(done)


def test_an_unreachable_endpoint_is_exit_3_before_anything_starts(tmp_path: Path) -> None:
    done = simulate(
        tmp_path, "--answers", str(SAMPLE), "--json", "--model", "m",
        SIMULATOR_BASE_URL="http://127.0.0.1:9/v1",
    )  # fmt: skip
    assert done.returncode == 3
    assert done.stdout == ""
    assert "http://127.0.0.1:9/v1" in done.stderr
    assert simulate(tmp_path, "sessions", "list").stdout == ""
