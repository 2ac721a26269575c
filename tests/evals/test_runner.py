from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from evals.results import Writer, read_results
from evals.runner import Outcome
from simulator.errors import InputError
from tests.evals.builders import WordGrader, read_set, result, row, run

ROOT = Path(__file__).resolve().parents[2]


def quiet() -> io.StringIO:
    return io.StringIO()


def lines(folder: Path) -> list[str]:
    return (folder / "out" / "results.jsonl").read_text(encoding="utf-8").splitlines()


def test_every_answer_becomes_one_line_of_the_contract(tmp_path: Path) -> None:
    answers = read_set(tmp_path, [row("a", "uno dos tres", met=["c1"], kind="weak"), row("b")])
    out = quiet()
    outcome = run(tmp_path, answers, WordGrader()).grade(progress=out)
    assert outcome == Outcome(done=2, ungraded=0, reached=True)
    first = next(json.loads(line) for line in lines(tmp_path) if '"id":"a"' in line)
    assert first["scores"] == {"points": 3}
    assert first["raw"] == {"points": 0.3}
    assert first["ungraded"] is None
    assert first["labels"] == {"points": 10}
    assert (first["kind"], first["lang"]) == ("weak", "es")
    assert [v["label"] for v in first["verdicts"]] == [True, False, False]
    assert first["usage"]["calls"] == 1
    assert {"citations", "flags", "seconds", "question_id"} <= first.keys()
    assert "2/2 graded" in out.getvalue()


def test_results_do_not_depend_on_order_or_concurrency(tmp_path: Path) -> None:
    rows = [row(str(number), "palabra " * number) for number in range(1, 9)]
    (tmp_path / "one").mkdir()
    (tmp_path / "many").mkdir()
    for name, chosen, concurrency in (("one", rows, 1), ("many", rows[::-1], 4)):
        answers = read_set(tmp_path / name, chosen)
        run(tmp_path / name, answers, WordGrader()).grade(concurrency=concurrency, progress=quiet())
    one, many = (read_results(tmp_path / name / "out") for name in ("one", "many"))
    assert one == many
    assert len(one) == 8


def test_a_folder_with_results_is_not_written_over(tmp_path: Path) -> None:
    answers = read_set(tmp_path, [row("a")])
    run(tmp_path, answers, WordGrader()).grade(progress=quiet())
    before = lines(tmp_path)
    with pytest.raises(InputError, match="--resume"):
        run(tmp_path, answers, WordGrader()).grade(progress=quiet())
    with pytest.raises(InputError, match="made with another model"):
        run(tmp_path, answers, WordGrader(), model="b").grade(resume=True, progress=quiet())
    assert lines(tmp_path) == before


def test_resuming_grades_only_what_is_missing_torn_or_changed(tmp_path: Path) -> None:
    rows = [row(name, f"respuesta {name}") for name in "abcd"]
    run(tmp_path, read_set(tmp_path, rows), WordGrader()).grade(progress=quiet())
    path = tmp_path / "out" / "results.jsonl"
    whole = {json.loads(line)["id"]: line for line in lines(tmp_path)}
    path.write_text(f"{whole['a']}\n{whole['b']}\n{whole['c'][:60]}", encoding="utf-8")
    rows[1] = row("b", "otra respuesta b")
    grader = WordGrader()
    run(tmp_path, read_set(tmp_path, rows), grader).grade(resume=True, progress=quiet())
    assert sorted(grader.graded) == ["otra respuesta b", "respuesta c", "respuesta d"]
    assert sorted(json.loads(line)["id"] for line in lines(tmp_path)) == ["a", "b", "c", "d"]


def test_resuming_with_a_filter_loses_no_result(tmp_path: Path) -> None:
    rows = [row("a", "una"), row("b", "dos")]
    run(tmp_path, read_set(tmp_path, rows), WordGrader()).grade(progress=quiet())
    fewer = read_set(tmp_path, rows, limit=1)
    run(tmp_path, fewer, WordGrader()).grade(resume=True, progress=quiet())
    assert [r.id for r in read_results(tmp_path / "out")] == ["a", "b"]


def test_a_failure_leaves_an_answer_ungraded_and_the_run_goes_on(tmp_path: Path) -> None:
    rows = [row("a", "mala"), row("b", "buena respuesta")]
    answers = read_set(tmp_path, rows)
    failing = WordGrader(failing=lambda answer: answer == "mala")
    outcome = run(tmp_path, answers, failing).grade(progress=quiet())
    assert outcome == Outcome(done=2, ungraded=1, reached=True)
    bad = read_results(tmp_path / "out")[0]
    assert (bad.ungraded, bad.scores) == ("no answer from it", {"points": None})

    healed = WordGrader()
    run(tmp_path, answers, healed).grade(resume=True, progress=quiet())
    assert healed.graded == []
    outcome = run(tmp_path, answers, healed).grade(retry_errors=True, progress=quiet())
    assert healed.graded == ["mala"]
    assert outcome.ungraded == 0
    assert len(lines(tmp_path)) == 2


def test_a_model_that_never_answers_is_told(tmp_path: Path) -> None:
    answers = read_set(tmp_path, [row("a"), row("b")])
    outcome = run(tmp_path, answers, WordGrader(failing=lambda _: True)).grade(progress=quiet())
    assert outcome == Outcome(done=2, ungraded=2, reached=False)


def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    with Writer(tmp_path), pytest.raises(InputError, match="another run"), Writer(tmp_path):
        pass
    with Writer(tmp_path) as writer:
        writer.add(result("a", 1, 1))
    assert [r.id for r in read_results(tmp_path)] == ["a"]


def test_a_broken_line_that_is_not_the_last_is_named(tmp_path: Path) -> None:
    good = result("a", 1, 1).model_dump_json()
    (tmp_path / "results.jsonl").write_text(f"{good}\n{{\n{good}\n", encoding="utf-8")
    with pytest.raises(InputError, match="line 2"):
        read_results(tmp_path)


SLOW = """
import sys, time
from pathlib import Path
from tests.evals.builders import WordGrader, read_set, row, run

def slow(answer):
    time.sleep(0.05)
    return False

folder = Path(sys.argv[1])
rows = [row(f"{n:03}", f"respuesta {n}") for n in range(200)]
run(folder, read_set(folder, rows), WordGrader(failing=slow)).grade()
"""


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX")
def test_a_killed_run_goes_on_where_it_was(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW, str(tmp_path)], cwd=ROOT, stderr=subprocess.DEVNULL
    )
    path = tmp_path / "out" / "results.jsonl"
    until = time.monotonic() + 60
    while not (path.is_file() and path.read_bytes().count(b"\n") >= 5):
        assert time.monotonic() < until
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    kept = [r.id for r in read_results(tmp_path / "out")]
    assert 5 <= len(kept) < 200
    rows = [row(f"{n:03}", f"respuesta {n}") for n in range(200)]
    grader = WordGrader()
    run(tmp_path, read_set(tmp_path, rows), grader).grade(resume=True, progress=quiet())
    assert len(grader.graded) == 200 - len(kept)
    assert len(read_results(tmp_path / "out")) == 200
