"""``questions``: the bank is checked before it is asked, and grows by import."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simulator.cli.options import LangOption
from simulator.domain import Lang

app = typer.Typer(help="The bank of questions: check it, import into it.")


@app.command()
def check() -> None:
    """Verify keys, quotes, notes, sections, balance and languages of the bank; exit 1 if amiss."""
    from simulator.assembly import Assembly
    from simulator.cli.options import settings_for
    from simulator.guide.notes import stray_notes
    from simulator.interview.check import Problem, check_bank

    with Assembly(settings_for()) as assembly:
        banks = [assembly.bank(lang).reviewed for lang in Lang]
        sections = assembly.retriever(assembly.default_guide).sections()
        problems = check_bank(banks, sections, assembly.rubric, assembly.embedder)
    problems += [Problem(where="notes.yaml", what=fault) for fault in stray_notes(sections)]
    for problem in problems:
        print(problem)
    counts = ", ".join(f"{b.lang}: {len(b.closed)} closed, {len(b.open)} open" for b in banks)
    print(f"{counts}; {len(problems)} problems")
    if problems:
        raise typer.Exit(1)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="Markdown of a community exam, YAML or JSON.")],
    topic: Annotated[
        str | None, typer.Option(help="Topic of questions that name none; the file's name.")
    ] = None,
    lang: LangOption = None,
) -> None:
    """Add questions to your own bank; what cannot be read is listed by line."""
    from simulator.assembly import Assembly
    from simulator.cli.options import settings_for
    from simulator.interview.importing import import_questions

    settings = settings_for(lang=lang)
    with Assembly(settings) as assembly:
        bank = assembly.bank(settings.lang)
        outcome = import_questions(file, assembly.own_bank, bank, settings.lang, topic=topic)
    for refused in (*outcome.refused, *outcome.repeated):
        print(refused)
    print(
        f"{len(outcome.closed)} closed and {len(outcome.open)} open questions added,"
        f" {len(outcome.repeated)} known already, {len(outcome.refused)} not read"
    )
