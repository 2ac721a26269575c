from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evals.dataset import load
from simulator import resources
from simulator.domain import CriterionKind, Lang
from simulator.errors import InputError
from simulator.grading.rubric import load_rubric
from simulator.interview.bank import load_bank
from tests.evals.builders import exam_rubric, no_bank, read_set, row, write_rows


def shipped(lang: Lang) -> Any:
    return load_bank([resources.folder("knowledge")], lang)


def test_a_row_brings_its_own_question_criteria_and_weights(tmp_path: Path) -> None:
    (item,) = read_set(tmp_path, [row("a", ["uno", "dos"])]).items
    assert item.row.answer == ("uno", "dos")
    assert item.question.id.startswith("own-")
    assert [c.weight for c in item.question.criteria] == [4, 4, 2]
    assert [c.id for c in item.question.criteria] == ["c1", "c2", "c3"]
    assert item.question.criteria[0].kind is CriterionKind.REQUIRED


def test_a_row_names_a_question_of_the_bank(tmp_path: Path) -> None:
    path = write_rows(
        tmp_path / "a.jsonl",
        [{"id": "a", "question_id": "real-time-orders", "answer": "x", "met": [], "lang": "en"}],
    )
    (item,) = load(path, load_rubric(), shipped).items
    assert item.question.lang is Lang.EN
    assert len(item.question.criteria) >= 12


BROKEN = [
    ("{", "not valid JSON"),
    ("[1]", "must be an object"),
    ('{"id": "a", "question": "q"}', "answer: Field required"),
    ('{"id": "a", "question": "q", "answer": []}', "answer"),
    ('{"id": "a", "question": "q", "answer": 3}', "answer"),
    ('{"id": "a", "answer": "x"}', "needs 'question' or 'question_id'"),
    ('{"id": "a", "question_id": "nope", "answer": "x"}', "no question 'nope'"),
    ('{"id": "a", "question": "q", "answer": "x", "labels": {"style": 3}}', "no dimension"),
    ('{"id": "a", "question": "q", "answer": "x", "labels": {"points": 11}}', "outside 0 to 10"),
    ('{"id": "a", "question": "q", "answer": "x", "labels": {"points": NaN}}', "outside"),
    (
        '{"id": "a", "question": "q", "answer": "x", "criteria": [{"text": "t", "weight": 0}]}',
        "weight",
    ),
    (
        '{"id": "a", "question": "q", "answer": "", "criteria": [{"text": "t", "dimension": "s"}]}',
        "criterion 1 has the dimension 's'",
    ),
    ('{"id": "a", "question": "q", "answer": "x", "met": ["zz"]}', "'met' names 'zz'"),
    ('{"id": "ok", "question": "q", "answer": "x"}', "already at"),
    ("[" * 100_000, "nested too deep"),
]


@pytest.mark.parametrize(("line", "fault"), BROKEN)
def test_a_bad_row_is_named_by_file_and_line(tmp_path: Path, line: str, fault: str) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(f"{json.dumps(row('ok'))}\n\n{line}\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load(path, exam_rubric(tmp_path), no_bank)
    message = str(caught.value)
    assert message.startswith("set.jsonl, line 3: ")
    assert fault in message
    assert "\n" not in message


def test_bytes_that_are_not_utf8_are_named_by_line(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_bytes(json.dumps(row("ok")).encode() + b"\n\xff\xfe\n")
    with pytest.raises(InputError, match="line 2: not UTF-8"):
        load(path, exam_rubric(tmp_path), no_bank)


@pytest.mark.parametrize("name", ["missing.jsonl", "."])
def test_nothing_to_read_is_said(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="check the path"):
        load(tmp_path / name, load_rubric(), no_bank)


def test_without_a_guide_a_row_needs_criteria_or_a_reference(tmp_path: Path) -> None:
    bare = {"id": "a", "question": "q", "answer": "x"}
    with pytest.raises(InputError, match="'criteria' or 'reference'"):
        read_set(tmp_path, [bare], has_guide=False)
    assert read_set(tmp_path, [bare | {"reference": "Porque sí es así."}], has_guide=False).items


def test_a_folder_is_filtered_by_split_language_and_limit(tmp_path: Path) -> None:
    folder = tmp_path / "open"
    folder.mkdir()
    (tmp_path / "split.yaml").write_text("train: [q1]\ntest: [q2]\n")
    write_rows(folder / "b.jsonl", [row("b1", question_id="q2")])
    rows = [row("a1", question_id="q1"), row("a2", question_id="q1", lang="en")]
    write_rows(folder / "a.jsonl", rows)
    rubric = exam_rubric(tmp_path)

    def ids(**filters: Any) -> list[str]:
        return [item.row.id for item in load(folder, rubric, no_bank, **filters).items]

    assert ids() == ["a1", "a2", "b1"]
    assert ids(split="train") == ["a1", "a2"]
    assert ids(split="train", lang=Lang.EN) == ["a2"]
    assert ids(limit=1) == ["a1"]
    with pytest.raises(InputError, match="has no list 'validation'"):
        ids(split="validation")
    with pytest.raises(InputError, match="no answers to grade"):
        ids(split="test", lang=Lang.EN)


def test_fields_that_nothing_reads_are_told(tmp_path: Path) -> None:
    assert read_set(tmp_path, [row("a", label=3, author="x")]).unused == ("author", "label")


def test_the_digest_of_a_row_follows_what_is_graded(tmp_path: Path) -> None:
    one, two, three = read_set(
        tmp_path, [row("a"), row("b", labels={"points": 2}), row("c", "otra cosa")]
    ).items
    assert one.digest == two.digest != three.digest


def test_the_shipped_answer_sets_are_whole() -> None:
    """Every shipped row is valid, with a `met` of real criteria, and in one part of the split."""
    folder = resources.folder("evals") / "answer_sets" / "open"
    banks = {lang: shipped(lang) for lang in Lang}
    whole = load(folder, load_rubric(), banks.__getitem__)
    parts = [
        load(folder, load_rubric(), banks.__getitem__, split=split).items
        for split in ("train", "validation", "test")
    ]
    assert sum(len(part) for part in parts) == len(whole.items)
    assert len({item.row.id for part in parts for item in part}) == len(whole.items)
    assert whole.unused == ()
