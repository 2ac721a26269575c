from __future__ import annotations

import json
from pathlib import Path

from evals.results import CheckedCitation, JudgedCriterion, Result
from evals.summary import summarise
from simulator.domain import CriterionKind, Lang, Usage
from tests.evals.builders import exam_rubric, record, result


def verdict(label: bool, probability: float, **fields: object) -> JudgedCriterion:
    return JudgedCriterion.model_validate(
        {
            "criterion_id": "c",
            "probability": probability,
            "met": probability >= 0.5,
            "label": label,
            "dimension": "points",
            **fields,
        }
    )


def citation(real: bool, support: float | None) -> CheckedCitation:
    return CheckedCitation(
        section_id="s", quote="q", start=0, end=1, dimension="points", real=real, support=support
    )


def some() -> list[Result]:
    return [
        result("a", 8, 8, kind="good", verdicts=(verdict(True, 0.9), verdict(False, 0.2))),
        result("b", 2, 4, kind="weak", lang=Lang.EN, citations=(citation(True, 0.95),)),
        result("c", 5, 5, citations=(citation(False, 0.5),), usage=Usage(calls=3), seconds=2.0),
        result("d", 9, None),
        result("e", 1, 3, labels={}),
    ]


def test_numbers_stand_on_graded_and_labelled_answers_only(tmp_path: Path) -> None:
    found = summarise(some(), record(exam_rubric(tmp_path)))
    points = found["dimensions"]["points"]
    assert (points["n"], points["labelled"], points["ungraded"]) == (3, 4, 1)
    assert points["coverage"] == 0.75
    assert points["mae"] == 0.6667
    assert points["mean_score"] == 5.0
    assert found["ungraded"] == 1
    assert found["reasons"] == {"no model": 1}
    assert found["overall"]["mae"] == points["mae"]
    assert set(found["by_kind"]) == {"good", "weak", "unknown"}
    assert found["by_lang"]["en"]["overall"]["mae"] == 2.0
    assert found["cost"]["calls"] == 3
    assert found["time"]["longest"] == 2.0


def test_verdicts_and_citations_are_rated(tmp_path: Path) -> None:
    found = summarise(some(), record(exam_rubric(tmp_path)))
    assert found["criteria"]["auc"] == 1.0
    assert found["criteria"]["f1"] == 1.0
    assert found["criteria"]["by_kind"][CriterionKind.REQUIRED.value]["n"] == 2
    assert found["citations"]["real"] == 0.5
    assert found["citations"]["supported"] == 0.5


def test_without_labels_metrics_are_null_and_coverage_is_of_all(tmp_path: Path) -> None:
    bare = [r.model_copy(update={"labels": {}}) for r in some()]
    points = summarise(bare, record(exam_rubric(tmp_path)))["dimensions"]["points"]
    assert (points["n"], points["qwk"], points["mae"]) == (0, None, None)
    assert points["coverage"] == 0.8


def test_the_summary_does_not_depend_on_the_order_and_is_json(tmp_path: Path) -> None:
    made_with = record(exam_rubric(tmp_path))
    one, two = summarise(some(), made_with), summarise(some()[::-1], made_with)
    assert json.dumps(one, allow_nan=False) == json.dumps(two, allow_nan=False)
