import json
from pathlib import Path

import pytest

from simulator.domain import Criterion, CriterionKind, Dimension, Rubric
from simulator.errors import BankError
from simulator.grading.calibration import (
    Calibration,
    Whole,
    load_calibrations,
    whole_of,
)
from simulator.grading.similarity import Match

CRITERION = Criterion(id="c", text="c", dimension="security")
MATCH = Match(criterion_id="c", similarity=0.1, margin=-0.2, opposed=False, span=None)


def test_every_judge_has_a_default_that_says_how_it_was_made() -> None:
    calibrations = load_calibrations()
    for judge in ("logprobs", "structured", "similarity"):
        chosen = calibrations.choose(judge, "some-unknown-model", "some/embedder")
        assert chosen.model is None
        assert chosen.source["made"]
        assert chosen.provenance["calibration_of"] == f"{judge}/default"


def test_a_models_own_entry_comes_before_the_default(tmp_path: Path) -> None:
    path = tmp_path / "calibration.json"
    entries = [
        {"judge": "logprobs", "coefficients": {"intercept": 0}},
        {"judge": "logprobs", "model": "mine", "coefficients": {"intercept": 1}},
    ]
    path.write_text(json.dumps({"entries": entries}), encoding="utf-8")
    calibrations = load_calibrations(path)
    assert (
        calibrations.choose("logprobs", "mine", "e").provenance["calibration_of"].endswith("mine")
    )
    assert calibrations.choose("logprobs", "other", "e").model is None
    with pytest.raises(BankError, match="structured"):
        calibrations.choose("structured", "mine", "e")


@pytest.mark.parametrize("text", ["", "[]", '{"entries": [{"judge": "logprobs"}]}'])
def test_a_broken_file_is_one_clear_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "calibration.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BankError, match=r"calibration\.json"):
        load_calibrations(path)


def test_more_evidence_is_more_probability_and_opposition_is_less() -> None:
    for judge in ("logprobs", "structured", "similarity"):
        calibration = load_calibrations().choose(judge, None, "e")
        near = MATCH.model_copy(update={"similarity": 0.2})
        against = MATCH.model_copy(update={"opposed": True})
        assert calibration.probability(CRITERION, near, 0) > calibration.probability(
            CRITERION, MATCH, 0
        )
        assert calibration.probability(CRITERION, against, 0) < calibration.probability(
            CRITERION, MATCH, 0
        )


def test_what_ships_trusts_a_margin_and_good_company_and_doubts_beside_a_mistake() -> None:
    entries = [
        e
        for e in load_calibrations().entries
        if e.embedder and "margin" in (e.unasked or e).coefficients
    ]
    assert {entry.judge for entry in entries} == {"logprobs", "similarity"}
    for calibration in entries:

        def chance(margin: float = 0.0, whole: Whole | None = None, opposed: bool = False) -> float:
            match = MATCH.model_copy(update={"margin": margin, "opposed": opposed})
            return calibration.probability(CRITERION, match, None, whole)  # noqa: B023

        assert chance(0.1) > chance(0.0)
        assert chance(whole=Whole(company={"security": 0.3})) > chance()
        assert chance(whole=Whole(company={"another": 0.3})) == chance()
        assert chance(whole=Whole(fault=0.5)) < chance()
        assert chance(opposed=True) <= chance()
        if calibration.unasked is not None:
            said = [calibration.probability(CRITERION, MATCH, word) for word in (-2.0, 0.0, 2.0)]
            assert said == sorted(said)
            assert len(set(said)) == 3


def test_an_answer_as_a_whole() -> None:
    other = CRITERION.model_copy(update={"dimension": "other"})
    error = CRITERION.model_copy(update={"kind": CriterionKind.ERROR})
    close = [
        MATCH.model_copy(update={"similarity": s, "margin": round(s - 0.25, 2)})
        for s in (0.2, 0.4, 0.5, 0.3)
    ]
    whole = whole_of([CRITERION, CRITERION, other, error], close, [1.0, 2.0, 3.0, 0.0])
    assert whole.company == pytest.approx({"security": 0.3, "other": 0.5})
    assert (whole.fault, whole.level) == (0.05, 1.5)
    assert whole_of([error], [MATCH]).fault == 0
    assert whole_of([], []) == Whole()


def test_overrides_by_kind_then_dimension() -> None:
    calibration = Calibration(
        judge="logprobs",
        coefficients={"intercept": 0.0},
        overrides={"error": {"intercept": -50.0}, "security": {"intercept": 50.0}},
    )
    error = CRITERION.model_copy(update={"kind": CriterionKind.ERROR, "dimension": "other"})
    assert calibration.probability(error, MATCH, None) < 0.01
    assert calibration.probability(CRITERION, MATCH, None) > 0.99


def test_cuts_hold_where_the_rubric_leaves_them_open() -> None:
    rubric = Rubric(
        dimensions=(
            Dimension(name="open", scale=(1, 3)),
            Dimension(name="own", scale=(1, 3), cuts=(0.5, 0.6)),
            Dimension(name="longer", scale=(0, 10)),
            Dimension(name="other", scale=(1, 3)),
        )
    )
    cuts = (0.2, 0.3)
    calibration = Calibration(
        judge="x", coefficients={}, cuts={"open": cuts, "own": cuts, "longer": cuts}
    )
    found = [dimension.cuts for dimension in calibration.cut(rubric).dimensions]
    assert found == [cuts, (0.5, 0.6), None, None]
