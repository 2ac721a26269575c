import pytest

from simulator.domain import Verdict
from simulator.grading.citations import PER_DIMENSION, Quoter, cite_scores, support
from simulator.grading.passages import passages
from simulator.grading.scoring import score
from simulator.grading.similarity import Matcher
from simulator.guide.chunking import sections
from simulator.llm.embeddings import HashEmbedder
from tests.grading.builders import QUESTION, RUBRIC, ListRetriever

MATCHER = Matcher(HashEmbedder(dimension=512))


def _cited(retriever: ListRetriever):
    verdicts = [Verdict(criterion_id=c.id, probability=0, met=False) for c in QUESTION.criteria]
    scores = score(RUBRIC, QUESTION.criteria, verdicts)
    return cite_scores(scores, QUESTION.criteria, verdicts, retriever, MATCHER)


def test_quotes_are_the_guides_own_characters_from_retrieved_sections() -> None:
    retriever = ListRetriever()
    cited = _cited(retriever)
    for result in cited.scores:
        assert 1 <= len(result.citations) <= PER_DIMENSION
        for citation in result.citations:
            assert retriever.text[citation.start : citation.end] == citation.quote
            assert citation.section_id in cited.retrieved


def test_a_section_that_was_not_retrieved_is_not_cited() -> None:
    cited = _cited(ListRetriever(hidden=["colas/security"]))
    by_dimension = {result.dimension: result for result in cited.scores}
    assert by_dimension["security"].citations == ()
    assert by_dimension["architecture"].citations


def _closest(text: str, *keys: str):
    retriever = ListRetriever()
    chosen = [section for section in retriever.sections() if section.key in keys]
    criterion = QUESTION.criteria[3].model_copy(update={"text": text})
    return Quoter(retriever.sections(), MATCHER).closest(criterion, chosen)


def test_the_quoted_line_is_the_closest_to_the_criterion() -> None:
    citation, close = _closest("Cifrado de la cola", "colas/security", "colas/architecture")
    assert citation is not None
    assert citation.quote == "Cifrado de la cola en reposo"
    _, far = _closest("Cifrado de la cola", "caches/architecture")
    assert close > far
    assert _closest("Cifrado de la cola") == (None, -1)


def test_support_tells_a_fitting_quote_from_another() -> None:
    everything = ListRetriever().sections()
    criterion = QUESTION.criteria[3].model_copy(update={"text": "Cifrado de la cola en reposo"})
    fitting, _ = _closest(criterion.text, "colas/security")
    other, _ = _closest(criterion.text, "caches/architecture")
    assert fitting is not None
    assert other is not None
    assert support(criterion, fitting, everything, MATCHER) >= 0.75
    assert support(criterion, other, everything, MATCHER) < 0.75
    assert support(criterion, fitting, [], MATCHER) == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# T\n- uno dos\n- tres **cuatro**\n", ["uno dos", "tres **cuatro**"]),
        ("# T\n- Costo:\n    - memoria\n", ["Costo:\n    - memoria"]),
        (
            "# T\n1. **Entrada** → cola nueva\n\n> una cita\n",
            ["**Entrada** → cola nueva", "una cita"],
        ),
    ],
)
def test_passages(text: str, expected: list[str]) -> None:
    section = sections(text, "g")[0]
    found = passages(section)
    assert [passage.text for passage in found] == expected
    assert all(section.text[p.start : p.end] == p.text for p in found)
