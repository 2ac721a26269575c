"""``ingest`` and ``guides``: the study guides that questions rest on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="The ingested guides: list, delete.")


def ingest(
    path: Annotated[Path, typer.Argument(help="A guide in Markdown, text or PDF.")],
    name: Annotated[
        str | None, typer.Option(help="Name to use with --guide; the file's without it.")
    ] = None,
    write: Annotated[
        Path | None, typer.Option(help="Also write the repaired Markdown to this file.")
    ] = None,
) -> None:
    """Repair, cut and index a guide, and derive questions from it; again changes what changed."""
    from simulator.assembly import Assembly
    from simulator.cli.options import settings_for
    from simulator.guide.ingest import ingest_file

    with Assembly(settings_for()) as assembly:
        done = ingest_file(path, assembly.guides, name=name, write=write)
        own = done.guide in assembly.library.names()
        made = assembly.library.derive(done.guide, assembly.settings.lang) if own else []
    print(
        f"guide '{done.guide}' (version {done.version}): {done.sections} sections,"
        f" {done.added} added, {done.removed} removed"
        + (f"; {len(made)} open questions derived for --guide {done.guide}" if made else "")
    )


@app.command("list")
def list_() -> None:
    """List the ingested guides."""
    from simulator.assembly import Assembly
    from simulator.cli.options import settings_for

    with Assembly(settings_for()) as assembly:
        for name in assembly.guides.names():
            guide = assembly.guides.open(name)
            print(f"{name}  version {guide.version}  {len(guide.sections)} sections")


@app.command()
def delete(name: Annotated[str, typer.Argument(help="Name of the guide.")]) -> None:
    """Forget a guide; the texts that stored grades cite are kept."""
    from simulator.assembly import Assembly
    from simulator.cli.options import settings_for

    with Assembly(settings_for()) as assembly:
        assembly.guides.delete(name)
