import pytest

from simulator.domain import Section
from simulator.guide.citing import cite, excerpt

TEXT = """- **Serverless, event-driven**
- Sin gestión de servidores
- Se mitiga con:
    - SnapStart
    - `Provisioned   Concurrency`
> Cold starts (Java > Python > Node)
1. Usa snake_case y _énfasis_
"""
GUIDE = "# Título\n\n" + TEXT


def section() -> Section:
    return Section(
        id="s1",
        guide="g",
        key="x/y",
        service="x",
        aspect="y",
        heading_path=("Título", "Uno"),
        text=TEXT,
        start=10,
        end=10 + len(TEXT),
    )


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("Sin gestión de servidores", "Sin gestión de servidores"),
        ("**Serverless, event-driven**", "**Serverless, event-driven**"),
        ("Serverless, event-driven", "Serverless, event-driven"),
        ("Serverless,  *event-driven*", "Serverless, event-driven"),
        ("Provisioned Concurrency", "Provisioned   Concurrency"),
        ("SnapStart Provisioned Concurrency", "SnapStart\n    - `Provisioned   Concurrency"),
        ("Cold starts (Java > Python > Node)", "Cold starts (Java > Python > Node)"),
        ("- Sin gestión de\nservidores", "Sin gestión de servidores"),
        ("Usa snake_case y énfasis", "Usa snake_case y _énfasis"),
    ],
)
def test_a_quote_is_given_back_as_the_guide_has_it(quote: str, found: str) -> None:
    citation = cite(section(), quote)
    assert citation is not None
    assert citation.quote == found
    assert GUIDE[citation.start : citation.end] == found
    assert (citation.section_id, citation.guide, citation.heading) == ("s1", "g", "Título › Uno")


@pytest.mark.parametrize(
    "quote",
    ["", "  \n", "**", "- ", "Sin gestion de servidores", "snakecase", "no está", "(Java Python"],
)
def test_words_that_are_not_there_give_no_citation(quote: str) -> None:
    assert cite(section(), quote) is None


def test_long_quotes_are_searched_in_linear_time() -> None:
    assert cite(section(), "- " * 200_000 + "x") is None


def test_an_excerpt_is_the_first_line_that_says_something() -> None:
    text = "---\n\n- **Costos:**\n    - On-Demand\n    - Spot"
    section = Section(
        id="x", guide="g", key="k", service="s", aspect="a", heading_path=("S",), text=text,
        start=5, end=5 + len(text),
    )  # fmt: skip
    citation = excerpt(section)
    assert citation.quote == "On-Demand"
    assert citation.start == 5 + text.index("On-Demand")


def test_an_excerpt_of_openers_alone_is_the_first_of_them() -> None:
    section = Section(
        id="x", guide="g", key="k", service="s", aspect="a", heading_path=("S",), text="Costos:",
        start=0, end=7,
    )  # fmt: skip
    assert excerpt(section).quote == "Costos:"
