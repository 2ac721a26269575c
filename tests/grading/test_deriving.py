from simulator.domain import CriterionKind, Dimension, OpenQuestion, Rubric
from simulator.grading.deriving import MOST, derive
from simulator.grading.similarity import Matcher
from simulator.llm.embeddings import HashEmbedder
from tests.grading.builders import RUBRIC, ListRetriever

MATCHER = Matcher(HashEmbedder(dimension=256))
OWN = OpenQuestion(id="own", lang="es", text="¿Cómo usarías colas y caches?")


def test_lines_of_the_guide_become_criteria_of_their_dimension() -> None:
    criteria = derive(OWN, RUBRIC, ListRetriever(), MATCHER)
    assert {c.dimension for c in criteria} == {"architecture", "security"}
    assert len({c.id for c in criteria}) == len(criteria) <= MOST
    encryption = next(c for c in criteria if "Cifrado" in c.text)
    assert encryption.dimension == "security"
    assert encryption.sections == ("colas/security",)
    for name in ("architecture", "security"):
        kinds = [c.kind for c in criteria if c.dimension == name]
        assert kinds.count(CriterionKind.REQUIRED) == (len(kinds) + 1) // 2


def test_one_dimension_of_another_subject_takes_every_section() -> None:
    rubric = Rubric(dimensions=(Dimension(name="nota", scale=(0, 10)),))
    criteria = derive(OWN, rubric, ListRetriever("# Hilos\n\nUn hilo comparte memoria.\n"), MATCHER)
    assert [c.dimension for c in criteria] == ["nota"]
    assert "Un hilo comparte memoria." in criteria[0].text


def test_without_a_guide_the_reference_is_used_and_else_nothing() -> None:
    reference = OWN.model_copy(update={"reference": "Usa una cola grande. Cifra todos los datos."})
    assert [c.text for c in derive(reference, RUBRIC, None, MATCHER)] == [
        "Usa una cola grande.",
        "Cifra todos los datos.",
    ]
    assert derive(OWN, RUBRIC, None, MATCHER) == ()


def test_markdown_marks_do_not_reach_a_criterion() -> None:
    guide = "# Costos\n\n### 🏗 Arquitectura\n\n- Se paga:\n    - **uso**\n"
    criteria = derive(OWN, RUBRIC, ListRetriever(guide), MATCHER)
    assert [c.text for c in criteria] == ["Sobre Costos: Se paga: uso"]
