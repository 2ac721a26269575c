from evals.dataset import Item, Row
from evals.interviews.aim import Aim, labelled_aim
from simulator.domain import Criterion, Lang, OpenQuestion
from tests.fakes import FakeGrader

CRITERIA = tuple(
    Criterion(id=id_, text=id_, dimension="d", weight=weight, probe=f"¿{id_}?")
    for id_, weight in (("queue", 3), ("cache", 2), ("role", 1))
)
QUESTION = OpenQuestion(id="q", lang=Lang.ES, text="Diseña…", criteria=CRITERIA)


def item(id_: str, met: tuple[str, ...] | None) -> Item:
    row = Row(id=id_, question_id="q", answer=("…",), met=met)
    return Item(row=row, question=QUESTION, digest=id_)


def test_probes_are_held_against_the_labels() -> None:
    items = [item("a", ()), item("b", ("queue",)), item("c", None)]
    found = labelled_aim(items, FakeGrader(met=["role"]))
    assert found == Aim(answers=2, probed=4, aimed=3, silent=0)
    assert found.share == 0.75
    assert "3 of 4" in str(found)


def test_who_is_found_to_have_said_all_is_not_probed() -> None:
    found = labelled_aim([item("a", ())], FakeGrader(met=["queue", "cache", "role"]))
    assert found == Aim(answers=1, silent=1)
    assert found.share == 1
