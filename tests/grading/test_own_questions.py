from __future__ import annotations

from simulator.domain import CriterionKind, Lang
from simulator.grading.deriving import MOST
from simulator.grading.own_questions import MOST_QUESTIONS, derive_questions, topics
from simulator.grading.similarity import Matcher
from simulator.guide.chunking import sections
from simulator.llm.embeddings import HashEmbedder
from tests.grading.builders import RUBRIC

MATCHER = Matcher(HashEmbedder(dimension=256))
TEXT = """# Hornos

### Arquitectura

- El quemador calienta la cámara
- La puerta guarda el calor

### Seguridad

- La válvula corta el gas sin llama

### Limpieza

- La arquitectura del filtro pide aire
- Se barre la ceniza

# Nevera

Enfría.
"""
SECTIONS = sections(TEXT, "cocina")


def test_a_topic_with_enough_to_say_is_a_question_marked_as_derived() -> None:
    (question,) = derive_questions("cocina", SECTIONS, RUBRIC, MATCHER, Lang.ES)
    assert question.derived_from == "cocina"
    assert "derivada de tu guía «cocina»" in question.text
    assert "Hornos" in question.text
    assert "derivada" in question.title
    assert question.hint


def test_criteria_are_lines_of_its_sections_each_with_a_dimension_and_a_probe() -> None:
    (question,) = derive_questions("cocina", SECTIONS, RUBRIC, MATCHER, Lang.ES)
    keys = {section.key for section in SECTIONS}
    by_line = {criterion.examples[0]: criterion for criterion in question.criteria}
    assert len(by_line) == 5
    assert by_line["La válvula corta el gas sin llama"].dimension == "security"
    assert by_line["El quemador calienta la cámara"].dimension == "architecture"
    assert by_line["La arquitectura del filtro pide aire"].dimension == "architecture"
    assert all(set(c.sections) <= keys and c.sections for c in question.criteria)
    assert all(c.probe and c.examples[0] not in c.probe for c in question.criteria)
    kinds = {c.kind for c in question.criteria}
    assert kinds <= {CriterionKind.REQUIRED, CriterionKind.BONUS}


def test_ids_are_the_same_each_time_and_differ_between_guides() -> None:
    def ids(guide: str) -> list[str]:
        return [q.id for q in derive_questions(guide, SECTIONS, RUBRIC, MATCHER, Lang.EN)]

    assert ids("a") == ids("a")
    assert not set(ids("a")) & set(ids("b"))


def test_a_short_guide_is_one_question_and_a_long_one_is_bounded() -> None:
    short = sections("# Uno\n\ntexto de prueba\n\n# Dos\n\notra cosa más\n", "g")
    assert len(topics(short)) == 1
    lines = "\n".join(f"- la línea número {n} dice algo" for n in range(30))
    long = sections("\n".join(f"# Tema {n}\n\n{lines}\n" for n in range(40)), "g")
    assert len(topics(long)) == MOST_QUESTIONS
    first = derive_questions("g", long[:1], RUBRIC, MATCHER, Lang.ES)[0]
    assert len(first.criteria) == MOST


def test_progress_counts_questions() -> None:
    seen: list[tuple[int, int]] = []
    derive_questions("g", SECTIONS, RUBRIC, MATCHER, Lang.ES, lambda *m: seen.append(m))
    assert seen == [(1, 1)]
