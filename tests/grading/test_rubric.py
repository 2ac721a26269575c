from pathlib import Path

import pytest

from simulator.domain import Dimension
from simulator.errors import BankError
from simulator.grading.rubric import cuts_of, load_rubric, step


def test_the_shipped_rubric_has_three_dimensions_from_1_to_5() -> None:
    rubric = load_rubric()
    assert [dimension.name for dimension in rubric.dimensions] == [
        "architecture",
        "performance",
        "security",
    ]
    assert {dimension.scale for dimension in rubric.dimensions} == {(1, 5)}
    assert rubric.dimensions[1].title["es"] == "Performance y costos"


@pytest.mark.parametrize(
    ("raw", "score"),
    [(0, 1), (0.19, 1), (0.2, 2), (0.5, 3), (0.79, 4), (0.8, 5), (1, 5), (-0.3, 1), (1.2, 5)],
)
def test_even_steps_without_cuts(raw: float, score: int) -> None:
    assert step(raw, Dimension(name="any")) == score


def test_cuts_decide_and_the_scale_may_be_any() -> None:
    clarity = Dimension(name="clarity", scale=(0, 3), cuts=(0.1, 0.5, 0.9))
    assert [step(raw, clarity) for raw in (0, 0.1, 0.49, 0.5, 0.89, 0.9)] == [0, 1, 1, 2, 2, 3]
    assert cuts_of(Dimension(name="two", scale=(0, 1))) == (0.5,)


def test_not_a_number_is_no_top_score() -> None:
    with pytest.raises(ValueError, match="NaN"):
        step(float("nan"), Dimension(name="any"))


def test_a_rubric_of_another_subject(tmp_path: Path) -> None:
    path = tmp_path / "history.yaml"
    path.write_text("dimensions: [{name: sources, scale: [0, 10], title: {en: Sources}}]")
    assert load_rubric(path).dimensions[0].scale == (0, 10)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "must be a mapping that starts with 'dimensions:'"),
        ("[a]", "must be a mapping"),
        ("dimensions: []", "dimensions"),
        ("dimensions: [{title: {es: x}}]", "dimensions.0.name: Field required"),
        ("dimensions: [{name: a}, {name: a}]", "name repeats"),
        ("dimensions: [{name: ' '}]", "name is empty"),
        ("dimensions: [{name: a, scale: [5, 1]}]", "low first"),
        ("dimensions: [{name: a, scale: [1, 1]}]", "low first"),
        ("dimensions: [{name: a, scale: [0, 1000000000]}]", "2 to 101 steps"),
        ("dimensions: [{name: a, cuts: [0.5]}]", "a scale of 5 steps needs 4"),
        ("dimensions: [{name: a, cuts: [0.2, 0.6, 0.4, 0.8]}]", "ascend"),
        ("dimensions: [{name: a, cuts: [0.2, 0.4, 0.6, 1.8]}]", "ascend"),
        ("dimensions: [{name: a, cuts: [0.2, 0.4, 0.6, .nan]}]", "ascend"),
        ("dimensions: [{name: a, weight: 0}]", "dimensions.0.weight"),
        ("dimensions: [{name: a, wieght: 1}]", "wieght"),
        ("dimensions: [", "not valid YAML"),
    ],
)
def test_a_broken_rubric_is_one_line_that_says_what(
    tmp_path: Path, text: str, message: str
) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(BankError, match=message) as caught:
        load_rubric(path)
    assert str(caught.value).startswith("mine.yaml")
    assert "\n" not in str(caught.value)


def test_a_missing_rubric_is_named(tmp_path: Path) -> None:
    with pytest.raises(BankError, match=r"none.yaml: no such file"):
        load_rubric(tmp_path / "none.yaml")
