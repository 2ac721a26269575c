"""Another subject from end to end: an operating-systems exam, one dimension from 0 to 10, points as
weights, its own guide or none; the real embedder, no language model."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from evals.__main__ import main
from tests.evals.builders import BAD, GOOD, GUIDE, QUESTION, RUBRIC, row, write_rows


@pytest.fixture(scope="module")
def exam(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exam")
    (folder / "rubric.yaml").write_text(RUBRIC, encoding="utf-8")
    (folder / "guide.md").write_text(GUIDE, encoding="utf-8")
    rows = [
        row("good", GOOD, kind="good"),
        row("turns", [GOOD[:60], GOOD[60:]]),
        row("bad", BAD, labels={"points": 0}),
        row("empty", "", labels={"points": 0}),
        row("unlabelled", GOOD, labels={}),
    ]
    write_rows(folder / "exam.jsonl", rows)
    return folder


def environ(folder: Path) -> Mapping[str, str]:
    return {"SIMULATOR_HOME": str(folder / "home"), "SIMULATOR_CACHE": str(folder / "cache")}


def evaluate(exam: Path, out: Path, *more: str) -> int:
    arguments = ["run", str(exam / "exam.jsonl"), "--out", str(out), "--judge", "similarity"]
    rubric = ["--rubric", str(exam / "rubric.yaml")]
    return main([*arguments, *rubric, *more], environ(exam))


def read(out: Path) -> dict[str, dict[str, Any]]:
    lines = (out / "results.jsonl").read_text(encoding="utf-8").splitlines()
    return {result["id"]: result for result in map(json.loads, lines)}


def test_an_exam_with_its_own_guide(
    exam: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert evaluate(exam, out, "--guide", str(exam / "guide.md")) == 0
    found = read(out)
    assert found["good"]["scores"]["points"] >= 6
    assert found["turns"]["scores"]["points"] >= 6
    assert found["bad"]["scores"]["points"] <= 2
    assert found["empty"]["scores"] == {"points": 0}
    assert [v["weight"] for v in found["good"]["verdicts"]] == [4, 4, 2]
    guide = (out / "guide.md").read_text(encoding="utf-8")
    citations = [c for result in found.values() for c in result["citations"]]
    assert citations
    assert all(guide[c["start"] : c["end"]] == c["quote"] for c in citations)
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert summary["dimensions"]["points"]["n"] == 4
    assert summary["dimensions"]["points"]["scale"] == [0, 10]
    assert summary["citations"]["real"] == 1.0
    assert summary["manifest"]["settings"]["judge"] == "similarity"
    assert "<!doctype html>" in (out / "report.html").read_text(encoding="utf-8")
    assert "points" in capsys.readouterr().out
    assert main(["audit", str(out)], environ(exam)) == 0
    assert "all real" in capsys.readouterr().out


def test_the_same_exam_without_a_guide_cites_nothing(exam: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert evaluate(exam, out, "--guide", "none", "--limit", "3") == 0
    found = read(out)
    assert found["good"]["scores"]["points"] > found["bad"]["scores"]["points"]
    assert found["good"]["citations"] == []
    assert not (out / "guide.md").exists()


def test_criteria_come_from_a_reference_where_none_are_given(exam: Path, tmp_path: Path) -> None:
    fields = {"question": QUESTION, "reference": GOOD, "labels": {"points": 5}}
    rows = [fields | {"id": "good", "answer": GOOD}, fields | {"id": "bad", "answer": BAD}]
    path = write_rows(tmp_path / "set.jsonl", rows)
    arguments = ["run", str(path), "--out", str(tmp_path / "out"), "--guide", "none"]
    rubric = ["--rubric", str(exam / "rubric.yaml"), "--judge", "similarity"]
    assert main([*arguments, *rubric], environ(exam)) == 0
    found = read(tmp_path / "out")
    assert len(found["good"]["verdicts"]) == 3
    assert found["good"]["scores"]["points"] > found["bad"]["scores"]["points"]


def test_a_bad_row_stops_before_anything_is_written(
    exam: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_rows(tmp_path / "set.jsonl", [row("a"), row("b", labels={"points": 12})])
    arguments = ["run", str(path), "--out", str(tmp_path / "out"), "--judge", "similarity"]
    assert main([*arguments, "--rubric", str(exam / "rubric.yaml")], environ(exam)) == 2
    error = capsys.readouterr().err
    assert error.strip() == (
        "error: set.jsonl, line 2: label points is 12, outside 0 to 10; fix it"
    )
    assert not (tmp_path / "out").exists()


def test_an_unreachable_model_leaves_everything_ungraded_and_exits_3(
    exam: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = {"SIMULATOR_BASE_URL": "http://127.0.0.1:9/v1", "OPENAI_API_KEY": "x"}
    arguments = ["run", str(exam / "exam.jsonl"), "--out", str(tmp_path / "out"), "--limit", "1"]
    more = ["--rubric", str(exam / "rubric.yaml"), "--guide", "none", "--model", "nobody"]
    assert main([*arguments, *more], {**environ(exam), **nowhere}) == 3
    (only,) = read(tmp_path / "out").values()
    assert only["ungraded"]
    assert only["scores"] == {"points": None}
    assert "--retry-errors" in capsys.readouterr().err


def test_only_the_local_engine_exists(
    exam: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate(exam, tmp_path / "out", "--engine", "ray") == 2
    assert "does not exist yet" in capsys.readouterr().err
