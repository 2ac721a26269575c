"""Answer sets graded in the background, over real folders and guides."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from evals.batch import MAX_ACTIVE, MAX_ROWS, FolderBatches
from evals.batch_store import MAX_BYTES
from evals.results import Result
from simulator.batch import Batch, BatchStatus
from simulator.errors import InputError
from tests.evals.builders import write_rows
from tests.fakes import HashAssembly

QUESTION = "real-time-orders"
ANSWER = "Pongo una cola SQS para desacoplar y reintentar, con permisos mínimos de IAM."


@pytest.fixture
def assembly(tmp_path: Path) -> Iterator[HashAssembly]:
    with HashAssembly(tmp_path / "home") as made:
        yield made


@pytest.fixture
def batches(assembly: HashAssembly) -> Iterator[FolderBatches]:
    with FolderBatches(assembly, "logprobs") as made:
        yield made
        assembly.gate.set()


def handed_in(batches: FolderBatches, folder: Path, count: int = 3) -> str:
    rows = [{"id": f"r{n}", "question_id": QUESTION, "answer": ANSWER} for n in range(count)]
    return batches.accept(write_rows(folder / "a.jsonl", rows), "mis respuestas.jsonl").id


def until(look: Callable[[], Batch], wanted: Callable[[Batch], bool]) -> Batch:
    deadline = time.monotonic() + 240
    while not wanted(now := look()):
        assert time.monotonic() < deadline, now
        time.sleep(0.02)
    return now


def ended(batches: FolderBatches, id_: str) -> Batch:
    return until(lambda: batches.batch(id_), lambda batch: not batch.active)


def test_a_set_is_graded_as_the_command_grades_it(batches: FolderBatches, tmp_path: Path) -> None:
    id_ = handed_in(batches, tmp_path)
    assert batches.batch(id_).status is BatchStatus.DRAFT
    assert batches.recent() == []
    batches.begin(id_, {}, None)
    batch = ended(batches, id_)
    assert (batch.status, batch.done, batch.total, batch.ungraded) == ("finished", 3, 3, 0)
    assert batch.usage.calls > 0
    lines = batches.download(id_, "results.jsonl").splitlines()
    results = [Result.model_validate_json(line) for line in lines]
    row = batches.rows(id_)[0]
    assert row.scores == results[0].scores
    assert batches.download(id_, "report.html").startswith("<!doctype html>")
    assert json.loads(batches.download(id_, "summary.json"))["answers"] == 3
    assert [one.id for one in batches.recent()] == [id_]
    assert batches.recent([]) == []


def test_a_row_is_what_was_graded(batches: FolderBatches, tmp_path: Path) -> None:
    id_ = handed_in(batches, tmp_path, 1)
    batches.begin(id_, {}, None)
    ended(batches, id_)
    graded = batches.row(id_, "r0")
    grade = graded.exchange.grade
    assert grade is not None
    assert graded.exchange.answers == (ANSWER,)
    assert graded.question.id == QUESTION
    security = next(score for score in grade.scores if score.dimension == "security")
    named = {c.id for c in grade.criteria if c.dimension == "security"}
    assert {*security.covered, *security.missing, *security.errors} <= named
    assert {*security.covered, *security.missing}
    assert security.feedback
    assert grade.citations
    assert all(citation.guide == "aws_guide.es" for citation in grade.citations)
    with pytest.raises(InputError, match="no graded answer"):
        batches.row(id_, "nope")


def test_a_cancelled_batch_keeps_what_is_done_and_goes_on(
    batches: FolderBatches, assembly: HashAssembly, tmp_path: Path
) -> None:
    assembly.gate.clear()
    id_ = handed_in(batches, tmp_path)
    batches.begin(id_, {}, None)
    running = until(lambda: batches.batch(id_), lambda b: b.status is BatchStatus.RUNNING)
    assert (running.done, running.total) == (0, 3)
    batches.cancel(id_)
    assembly.gate.set()
    stopped = ended(batches, id_)
    assert stopped.status is BatchStatus.STOPPED
    assert stopped.done < 3
    batches.go_on(id_)
    assert ended(batches, id_).status is BatchStatus.FINISHED
    assert [row.id for row in batches.rows(id_)] == ["r0", "r1", "r2"]


def test_a_model_that_is_down_is_said_and_retried(
    batches: FolderBatches, assembly: HashAssembly, tmp_path: Path
) -> None:
    assembly.down = True
    id_ = handed_in(batches, tmp_path, 2)
    batches.begin(id_, {}, None)
    failed = ended(batches, id_)
    assert (failed.status, failed.ungraded) == (BatchStatus.FAILED, 2)
    assert "could not be reached" in failed.failure
    assert batches.rows(id_)[0].ungraded == "the model is down"
    assembly.down = False
    batches.go_on(id_)
    healed = ended(batches, id_)
    assert (healed.status, healed.ungraded) == (BatchStatus.FINISHED, 0)


def test_another_process_finds_what_was_left(assembly: HashAssembly, tmp_path: Path) -> None:
    with FolderBatches(assembly, "similarity") as first:
        id_ = handed_in(first, tmp_path)
        first.begin(id_, {}, None)
        ended(first, id_)
    with FolderBatches(assembly, "similarity") as second:
        assert second.batch(id_).status is BatchStatus.FINISHED
        assert len(second.rows(id_)) == 3
        second.delete(id_)
        with pytest.raises(InputError, match="does not exist"):
            second.batch(id_)


def test_a_table_is_mapped(batches: FolderBatches, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"Caso;Dijo;Seguridad\n{QUESTION};{ANSWER};4\n", encoding="utf-8")
    upload = batches.accept(path, "t.csv")
    assert upload.columns == ("Caso", "Dijo", "Seguridad")
    assert upload.guess == {}
    mapped = {"question_id": "Caso", "answer": "Dijo", "labels.security": "Seguridad"}
    batches.begin(upload.id, mapped, None)
    assert ended(batches, upload.id).status is BatchStatus.FINISHED
    assert batches.rows(upload.id)[0].labels == {"security": 4}


def test_what_cannot_be_graded_is_refused_in_one_line(
    batches: FolderBatches, assembly: HashAssembly, tmp_path: Path
) -> None:
    page = tmp_path / "a.txt"
    page.write_text("hola", encoding="utf-8")
    with pytest.raises(InputError, match="is no answer set"):
        batches.accept(page, "a.txt")
    big = tmp_path / "big.jsonl"
    big.write_bytes(b" " * (MAX_BYTES + 1))
    with pytest.raises(InputError, match="over 5 MB"):
        batches.accept(big, "big.jsonl")
    many = handed_in(batches, tmp_path, MAX_ROWS + 1)
    with pytest.raises(InputError, match=f"{MAX_ROWS + 1} answers"):
        batches.begin(many, {}, None)
    broken = tmp_path / "b.jsonl"
    broken.write_text('{"id": "a"}\n', encoding="utf-8")
    draft = batches.accept(broken, "../../respuestas.jsonl").id
    with pytest.raises(InputError, match=r"respuestas\.jsonl, line 1: answer"):
        batches.begin(draft, {}, None)
    assembly.gate.clear()
    for _ in range(MAX_ACTIVE):
        batches.begin(handed_in(batches, tmp_path), {}, None)
    with pytest.raises(InputError, match="waiting already"):
        batches.begin(handed_in(batches, tmp_path), {}, None)
    for batch in batches.recent():
        batches.cancel(batch.id)


@pytest.mark.parametrize("id_", ["", "..", "../../etc", "20250101000000-000000000000"])
def test_an_unknown_id_is_one_line(batches: FolderBatches, id_: str) -> None:
    with pytest.raises(InputError, match="does not exist"):
        batches.batch(id_)
