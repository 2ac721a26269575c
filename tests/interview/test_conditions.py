from __future__ import annotations

from pathlib import Path

import pytest

from simulator import resources
from simulator.domain import Criterion, CriterionKind, Lang, Level, OpenQuestion, Phase
from simulator.errors import BankError
from simulator.interview.bank import load_bank
from simulator.interview.conditions import at_level, load_conditions


def criterion(id: str, weight: float, kind: str, dimension: str = "d") -> Criterion:
    return Criterion(id=id, text=id, dimension=dimension, weight=weight, kind=CriterionKind(kind))


QUESTION = OpenQuestion(
    id="q",
    lang=Lang.ES,
    text="…",
    criteria=(
        criterion("heavy", 3, "required"),
        criterion("light", 1, "required"),
        criterion("extra", 2, "bonus"),
        criterion("small-extra", 1, "bonus"),
        criterion("error", 2, "error"),
        criterion("only-light", 1, "required", "e"),
    ),
)


def levelled(level: Level | None) -> dict[str, tuple[str, float]]:
    return {c.id: (c.kind.value, c.weight) for c in at_level(QUESTION, level).criteria}


def test_mid_and_no_level_change_nothing() -> None:
    assert at_level(QUESTION, None) == QUESTION
    assert at_level(QUESTION, Level.MID) == QUESTION


def test_a_senior_owes_what_is_a_bonus_to_others_and_pays_more_for_errors() -> None:
    found = levelled(Level.SENIOR)
    assert found["extra"] == ("required", 2)
    assert found["small-extra"] == ("bonus", 1)
    assert found["error"] == ("error", 3)
    assert found["heavy"] == ("required", 3)


def test_a_junior_owes_the_heavy_and_pays_less_for_errors() -> None:
    found = levelled(Level.JUNIOR)
    assert found["heavy"] == ("required", 3)
    assert found["light"] == ("bonus", 1.5)
    assert found["error"] == ("error", 1)
    # A dimension with light criteria only keeps them: a score needs something to earn.
    assert found["only-light"] == ("required", 1)


def test_every_question_keeps_something_required_in_every_dimension() -> None:
    for question in load_bank([resources.folder("knowledge")], Lang.ES).open:
        dimensions = {c.dimension for c in question.criteria}
        for level in Level:
            left = {
                c.dimension
                for c in at_level(question, level).criteria
                if c.kind is CriterionKind.REQUIRED
            }
            assert left == dimensions, (question.id, level)


def test_hints_cost_something_in_both_phases() -> None:
    costs = load_conditions().hint_cost
    assert all(0 < costs[phase] < 1 for phase in Phase)


def test_a_broken_file_says_what_to_fix(tmp_path: Path) -> None:
    path = tmp_path / "interview.yaml"
    path.write_text("hint_cost: {open: much}", encoding="utf-8")
    with pytest.raises(BankError, match=r"interview\.yaml.*fix it"):
        load_conditions(path)
