"""``models``: the files of embedded models."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(help="The embedded models: pull, check, list.")
Name = Annotated[str | None, typer.Argument(help="A name of 'models list'; the default without.")]


@app.command()
def pull(name: Name = None) -> None:
    """Fetch a model's file, once; an interrupted download goes on where it stopped."""
    from simulator.assembly import Assembly
    from simulator.cli.options import settings_for
    from simulator.cli.screen import Screen
    from simulator.texts import Texts

    settings = settings_for()
    with Assembly(settings) as assembly:
        weights = assembly.weights
        wanted = name or weights.catalogue.default
        with Screen(Texts(settings.lang)).download(weights.model(wanted)) as report:
            path = weights.pull(wanted, report)
    print(path)


@app.command()
def check(name: Name = None) -> None:
    """Compare a model's file with its SHA-256."""
    from simulator.assembly import Assembly
    from simulator.cli.options import settings_for

    with Assembly(settings_for()) as assembly:
        wanted = name or assembly.weights.catalogue.default
        path = assembly.weights.check(wanted)
    print(f"{wanted}: the file is whole ({path})")


@app.command("list")
def list_() -> None:
    """List the models that can be embedded, and which are on this machine."""
    from simulator.assembly import Assembly
    from simulator.cli.options import settings_for

    with Assembly(settings_for()) as assembly:
        weights = assembly.weights
        for name, model in weights.catalogue.models.items():
            megabytes = model.bytes // 1_000_000
            presence = weights.presence(name)
            print(f"{name}  {presence}  {megabytes} MB  {model.licence}  {model.title}")
