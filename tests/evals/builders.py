"""A small subject of its own for the evaluation tests: an operating-systems exam from 0 to 10."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from evals.dataset import AnswerSet, load
from evals.results import Result, RunRecord
from evals.runner import Run
from simulator.domain import (
    Criterion,
    DimensionScore,
    Grade,
    Lang,
    OpenQuestion,
    Rubric,
    Usage,
    Verdict,
)
from simulator.grading.rubric import load_rubric
from simulator.interview.bank import Bank
from simulator.ports import Retriever

RUBRIC = "dimensions:\n  - name: points\n    title: {es: Puntos, en: Points}\n    scale: [0, 10]\n"
GUIDE = """# Planificación

### Turnos

- Round robin reparte la CPU en turnos de un quantum fijo
- Un quantum muy corto gasta el tiempo en cambios de contexto

### Prioridades

- La inanición se evita con envejecimiento de prioridades
"""
QUESTION = "Explica cómo reparte la CPU el algoritmo round robin y qué pasa con su quantum."
CRITERIA = [
    {"text": "Dice que cada proceso recibe la CPU por turnos de un quantum fijo.", "weight": 4},
    {"text": "Explica que un quantum corto gasta tiempo en cambios de contexto.", "weight": 4},
    {"text": "Explica que un quantum largo se parece a atender por orden de llegada.", "weight": 2},
]
GOOD = (
    "Cada proceso recibe la CPU por turnos de un quantum fijo. Si el quantum es corto se gasta"
    " tiempo en cambios de contexto. Con un quantum largo se parece a atender por orden de llegada."
)
BAD = "Los procesos esperan a que el usuario apague la pantalla y elija un color."


def row(id_: str, answer: str | list[str] = GOOD, **fields: Any) -> dict[str, Any]:
    """A row of the exam, with its own criteria in points."""
    criteria = [{**criterion, "dimension": "points"} for criterion in CRITERIA]
    given = {"id": id_, "question": QUESTION, "answer": answer, "criteria": criteria}
    return given | {"labels": {"points": 10}} | fields


def write_rows(path: Path, rows: Sequence[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows))
    return path


def exam_rubric(folder: Path) -> Rubric:
    path = folder / "rubric.yaml"
    path.write_text(RUBRIC, encoding="utf-8")
    return load_rubric(path)


def no_bank(lang: Lang) -> Bank:
    return Bank(lang=lang)


def read_set(folder: Path, rows: Sequence[dict[str, Any]], **options: Any) -> AnswerSet:
    path = write_rows(folder / "answers.jsonl", rows)
    return load(path, exam_rubric(folder), no_bank, **options)


def record(rubric: Rubric, **settings: str) -> RunRecord:
    return RunRecord(
        settings={"model": "fake", "judge": "logprobs"} | settings,
        answer_set={"files": [], "sha256": "0", "answers": 0},
        rubric=rubric,
        environment={},
        began="2025-01-01T00:00:00+00:00",
    )


class WordGrader:
    """Gives a point for every word of the answer, up to ten; fails while `failing` says so."""

    def __init__(self, failing: Callable[[str], bool] = lambda _answer: False) -> None:
        self.failing = failing
        self.graded: list[str] = []

    def grade(
        self,
        question: OpenQuestion,
        answers: Sequence[str],
        retriever: Retriever | None,
        lang: Lang,
        on_progress: Callable[[int, int], None] = lambda _done, _total: None,
    ) -> Grade:
        self.graded.append(answers[0])
        provenance = {"judge": "words"}
        if self.failing(answers[0]):
            return Grade(
                question_id=question.id, ungraded="no answer from it", provenance=provenance
            )
        points = min(10, len(answers[0].split()))
        return Grade(
            question_id=question.id,
            criteria=question.criteria,
            scores=(DimensionScore(dimension="points", score=points, raw=points / 10),),
            verdicts=tuple(_verdict(criterion, points) for criterion in question.criteria),
            usage=Usage(calls=1),
            provenance=provenance,
        )

    def preview(self, question: OpenQuestion, answers: Sequence[str]) -> Sequence[Verdict]:
        return ()


def _verdict(criterion: Criterion, points: int) -> Verdict:
    return Verdict(
        criterion_id=criterion.id,
        probability=points / 10,
        met=points >= 5,
        similarity=points / 10,
        model=float(points - 5),
    )


def run(folder: Path, answers: AnswerSet, grader: WordGrader, **settings: str) -> Run:
    rubric = exam_rubric(folder)
    return Run(folder / "out", record(rubric, **settings), answers, grader)


def result(id_: str, label: float, score: int | None, **fields: Any) -> Result:
    """A result in the exam's one dimension."""
    given: dict[str, Any] = {
        "id": id_,
        "scores": {"points": score},
        "raw": {"points": None if score is None else score / 10},
        "labels": {"points": label},
        "ungraded": None if score is not None else "no model",
        "question_id": f"q-{id_}",
    }
    return Result(**(given | fields))
