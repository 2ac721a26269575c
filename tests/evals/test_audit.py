from __future__ import annotations

from pathlib import Path

from evals.audit import audit_grades, audit_run
from evals.results import CheckedCitation, Writer
from simulator.domain import Citation, DimensionScore, Grade
from simulator.guide.store import GuideStore, version_of
from simulator.llm.embeddings import HashEmbedder
from tests.evals.builders import GUIDE, result

QUOTE = "Round robin reparte la CPU"
START = GUIDE.index(QUOTE)


def write_run(folder: Path, start: int, retrieved: str = "s1", guide: str = GUIDE) -> Path:
    citation = CheckedCitation(
        section_id="s1", quote=QUOTE, start=start, end=start + len(QUOTE), dimension="points"
    )
    provenance = {"guide_version": version_of(GUIDE), "retrieved": retrieved}
    with Writer(folder) as writer:
        writer.keep([result("a", 5, 5, citations=(citation,), provenance=provenance)])
    (folder / "guide.md").write_text(guide, encoding="utf-8")
    return folder


def test_real_citations_pass(tmp_path: Path) -> None:
    found = audit_run(write_run(tmp_path, START))
    assert (found.grades, found.citations, found.problems) == (1, 1, ())


def test_a_moved_quote_a_foreign_section_and_another_guide_are_found(tmp_path: Path) -> None:
    moved = audit_run(write_run(tmp_path / "a", START + 1))
    foreign = audit_run(write_run(tmp_path / "b", START, retrieved="s2"))
    edited = audit_run(write_run(tmp_path / "c", START, guide=GUIDE + "\nmás"))
    assert "not in the guide there" in moved.problems[0]
    assert "not retrieved" in foreign.problems[0]
    assert "not the version" in edited.problems[0]


def test_grades_are_checked_against_the_version_that_they_were_made_with(tmp_path: Path) -> None:
    with GuideStore(tmp_path, HashEmbedder()) as store:
        version = store.ingest("os", GUIDE).version
        store.ingest("os", GUIDE.replace("Round robin", "El turno rotatorio"))
        citation = Citation(
            section_id="s1",
            guide="os",
            heading="h",
            quote=QUOTE,
            start=START,
            end=START + len(QUOTE),
        )
        grade = Grade(
            question_id="q",
            scores=(DimensionScore(dimension="points", score=5, citations=(citation,)),),
            provenance={"guide_version": version, "retrieved": "s1"},
        )
        lost = grade.model_copy(update={"provenance": {"guide_version": "0", "retrieved": "s1"}})
        found = audit_grades(iter([("one", grade), ("two", lost)]), store)
    assert (found.grades, found.citations) == (2, 2)
    assert len(found.problems) == 1
    assert found.problems[0].startswith("two: no guide text of version")


def test_a_citation_of_a_complement_is_checked_against_its_own_text(tmp_path: Path) -> None:
    other = "# Otra\nla caché responde primero"
    start = other.index("la caché")
    citation = CheckedCitation(
        guide="other.es", section_id="s2", quote="la caché", start=start, end=start + 8
    )
    provenance = {
        "guide": "os",
        "guide_version": version_of(GUIDE),
        "guide_version:other.es": version_of(other),
        "retrieved": "s1 s2",
    }
    with Writer(tmp_path) as writer:
        writer.keep([result("a", 5, 5, citations=(citation,), provenance=provenance)])
    (tmp_path / "guide.md").write_text(GUIDE, encoding="utf-8")
    assert "not the version" in audit_run(tmp_path).problems[0]
    (tmp_path / "guide.other.es.md").write_text(other, encoding="utf-8")
    assert audit_run(tmp_path).problems == ()
