"""``sessions``: what was kept of past interviews."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from simulator.cli.options import ModelOption
from simulator.errors import SessionError

app = typer.Typer(help="Past interviews: list, show, resume, export, regrade.")
Id = Annotated[str, typer.Argument(help="The session's id, or its first characters.")]


@app.command("list")
def list_() -> None:
    """List the sessions, newest first."""
    from simulator.assembly import Assembly
    from simulator.cli.options import settings_for
    from simulator.service import Interviews

    with Assembly(settings_for()) as assembly:
        for line in Interviews(assembly.parts()).list():
            state = "finished" if line.finished else "unfinished"
            print(f"{line.id}  {line.created}  {state}")


@app.command()
def show(session_id: Id) -> None:
    """Print the report of a session as it stands."""
    print(_exported(session_id, "md"))


@app.command()
def export(
    session_id: Id,
    form: Annotated[
        Literal["md", "json"], typer.Option("--format", help="Markdown or JSON.")
    ] = "md",
) -> None:
    """Write the report of a session to standard output."""
    print(_exported(session_id, form))


@app.command()
def resume(
    session_id: Annotated[
        str | None, typer.Argument(help="The session's id; the last unfinished one without it.")
    ] = None,
    model: ModelOption = None,
) -> None:
    """Go on with an interview where it stopped."""
    from simulator.assembly import Assembly
    from simulator.cli import terminal
    from simulator.cli.options import settings_for
    from simulator.service import Interviews

    with Assembly(settings_for(model=model)) as assembly:
        interviews = Interviews(assembly.parts())
        id_ = interviews.find(session_id) if session_id else interviews.last_unfinished()
        if id_ is None:
            raise SessionError("there is no unfinished interview; start one with no command")
        terminal.resume(assembly, id_)


@app.command()
def regrade(
    session_id: Id,
    ungraded: Annotated[bool, typer.Option("--ungraded", help="Only what has no grade.")] = False,
    model: ModelOption = None,
) -> None:
    """Grade the open answers of a session again; its report changes, its record grows."""
    from simulator.assembly import Assembly
    from simulator.cli.options import settings_for
    from simulator.cli.screen import Screen
    from simulator.service import Graded, Interviews
    from simulator.texts import Texts

    with Assembly(settings_for(model=model)) as assembly:
        interviews = Interviews(assembly.parts())
        id_ = interviews.find(session_id)
        config = interviews.session(id_).config
        screen = Screen(Texts(config.lang))
        assembly.prepare_model(config.judge, screen.download)
        for step in interviews.regrade(id_, only_ungraded=ungraded):
            if isinstance(step, Graded):
                screen.graded(step.grade)


@app.command()
def delete(session_id: Id) -> None:
    """Forget a session for good."""
    from simulator.assembly import Assembly
    from simulator.cli.options import settings_for
    from simulator.service import Interviews

    with Assembly(settings_for()) as assembly:
        interviews = Interviews(assembly.parts())
        interviews.delete(interviews.find(session_id))


def _exported(session_id: str, form: Literal["md", "json"]) -> str:
    from simulator.assembly import Assembly
    from simulator.cli.options import settings_for
    from simulator.service import Interviews
    from simulator.sessions.markdown import to_markdown

    with Assembly(settings_for()) as assembly:
        interviews = Interviews(assembly.parts())
        report = interviews.report(interviews.find(session_id))
    return report.model_dump_json(indent=2) if form == "json" else to_markdown(report)
