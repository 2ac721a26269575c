"""Verifies stored citations again: the quote must stand in the guide as it was when it was graded.

A run keeps that text in its folder; interviews find it by version in the store of guides.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from evals.checking import is_quoted
from evals.results import CheckedCitation, read_results
from simulator.domain import Citation, Frozen, Grade, Phase
from simulator.errors import GuideError, InputError
from simulator.guide.store import GuideStore, version_of
from simulator.settings import Settings

if TYPE_CHECKING:
    from simulator.sessions.store import SessionStore

_MOST = 1_000_000  # interviews that are read


class Audit(Frozen):
    """What an audit found. `problems` are lines for a person: empty means that all are real."""

    grades: int
    citations: int
    problems: tuple[str, ...]


def audit_run(folder: Path) -> Audit:
    """Check every citation of a run's folder. Raises InputError for a folder without a run."""
    results = read_results(folder)
    problems: list[str] = []
    for result in results:
        problems += _faults(result.id, result.citations, result.provenance, _texts_of_run(folder))
    count = sum(len(result.citations) for result in results)
    return Audit(grades=len(results), citations=count, problems=tuple(problems))


def audit_grades(grades: Iterator[tuple[str, Grade]], guides: GuideStore) -> Audit:
    """Check the citations of grades, each with a name for a person, against kept guide texts."""
    problems: list[str] = []
    count = total = 0
    for name, grade in grades:
        total += 1
        count += len(grade.citations)
        problems += _faults(
            name, grade.citations, grade.provenance, lambda _guide, version: guides.text(version)
        )
    return Audit(grades=total, citations=count, problems=tuple(problems))


def main(options: argparse.Namespace, settings: Settings) -> int:
    """Print what was checked and what is wrong; 1 when anything is."""
    if (options.folder is None) == (not options.sessions):
        raise InputError("name the folder of a run, or give --sessions, one of the two")
    found = _audit_sessions(settings) if options.sessions else audit_run(options.folder)
    for problem in found.problems:
        print(problem, file=sys.stderr)
    real = found.citations and not found.problems
    verdict = "all real" if real else f"{len(found.problems)} problems"
    print(f"{found.grades} grades, {found.citations} citations: {verdict}")
    return 1 if found.problems else 0


def _audit_sessions(settings: Settings) -> Audit:
    from simulator.assembly import Assembly

    with Assembly(settings) as assembly:
        return audit_grades(_session_grades(assembly.sessions), assembly.guides)


def _session_grades(store: SessionStore) -> Iterator[tuple[str, Grade]]:
    for summary in store.list(limit=_MOST):
        for exchange in store.load(summary.id).exchanges:
            if exchange.phase is Phase.OPEN and exchange.grade is not None:
                yield f"session {summary.id}, {exchange.question_id}", exchange.grade


def _texts_of_run(folder: Path) -> Callable[[str, str], str]:
    """Reads the texts that a run's folder keeps, by the guide's name and version."""

    def text_of(guide: str, version: str) -> str:
        paths = [folder / f"guide.{guide}.md", folder / "guide.md"]
        path = next((path for path in paths if path.is_file()), None)
        text = _read(path) if path else ""
        if version_of(text) != version:
            raise GuideError(f"guide.md is not the version {version} that it cites")
        return text

    return text_of


def _read(path: Path) -> str:
    with path.open(encoding="utf-8", newline="") as file:
        return file.read()


def _faults(
    name: str,
    citations: tuple[Citation, ...] | tuple[CheckedCitation, ...],
    provenance: dict[str, str],
    text_of: Callable[[str, str], str],
) -> Iterator[str]:
    """What is wrong with the citations of one grade; a text that is missing, once."""
    retrieved = provenance.get("retrieved", "").split()
    texts: dict[str, str | None] = {}
    for citation in citations:
        guide = citation.guide
        if guide not in texts:
            try:
                texts[guide] = text_of(guide, _version(guide, provenance))
            except GuideError as error:
                texts[guide] = None
                yield f"{name}: {error}"
        text = texts[guide]
        where = f"{name}: {citation.section_id} at {citation.start}"
        if text is not None and not is_quoted(citation, text):
            yield f"{where}: the quote is not in the guide there"
        elif text is not None and citation.section_id not in retrieved:
            yield f"{where}: the section was not retrieved for this answer"


def _version(guide: str, provenance: dict[str, str]) -> str:
    """The version of a guide that a grade cites: a complement's own, or else the first guide's."""
    own = provenance.get("guide_version", "")
    return provenance.get(f"guide_version:{guide}", own)
