from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from evals.compare import Change, compare, main
from evals.results import Result, Writer, write_json
from simulator.errors import InputError
from tests.evals.builders import exam_rubric, record, result


def folder_of(path: Path, results: Sequence[Result], **settings: str) -> Path:
    path.mkdir()
    with Writer(path) as writer:
        writer.keep(results)
    write_json(path / "run.json", record(exam_rubric(path), **settings).model_dump(mode="json"))
    return path


def change(found: Sequence[Change], metric: str) -> Change:
    return next(c for c in found if (c.dimension, c.metric) == ("points", metric))


LABELS = [0, 2, 4, 6, 8, 10, 1, 3, 5, 7]


def test_a_better_run_is_more_than_noise(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a = folder_of(tmp_path / "a", [result(str(n), y, 10 - y) for n, y in enumerate(LABELS)])
    b = folder_of(
        tmp_path / "b", [result(str(n), y, y) for n, y in enumerate(LABELS)], model="better"
    )
    found = compare(a, b)
    assert found.settings == {"model": ("fake", "better")}
    qwk = change(found.changes, "qwk")
    assert (qwk.before, qwk.after) == (pytest.approx(-1, abs=0.1), 1.0)
    assert qwk.is_more_than_noise
    assert change(found.changes, "mae").is_more_than_noise
    assert found.moved[0][2:] in ((10, 0), (0, 10))
    assert main(a, b) == 0
    shown = capsys.readouterr().out
    assert "more than noise" in shown
    assert "model: fake → better" in shown


def test_one_score_that_moved_is_within_noise(tmp_path: Path) -> None:
    before = [result(str(n), y, y) for n, y in enumerate(LABELS)]
    after = [before[0].model_copy(update={"scores": {"points": 1}}), *before[1:]]
    found = compare(folder_of(tmp_path / "a", before), folder_of(tmp_path / "b", after))
    assert change(found.changes, "mae").is_more_than_noise is False
    assert found.moved == (("0", "points", 0, 1),)


def test_answers_of_one_run_alone_are_counted_not_compared(tmp_path: Path) -> None:
    a = folder_of(tmp_path / "a", [result("x", 1, 1), result("y", 2, 2)])
    b = folder_of(tmp_path / "b", [result("x", 1, None)])
    found = compare(a, b)
    assert (found.n, found.only) == (1, (1, 0))
    assert found.changes == ()
    assert found.moved == (("x", "points", 1, None),)


def test_runs_without_a_common_answer_are_refused(tmp_path: Path) -> None:
    a = folder_of(tmp_path / "a", [result("x", 1, 1)])
    b = folder_of(tmp_path / "b", [result("y", 1, 1)])
    with pytest.raises(InputError, match="no answer in common"):
        compare(a, b)
    with pytest.raises(InputError, match="no run"):
        compare(a, tmp_path / "missing")
