"""Every command and option of ``python -m simulator``; the work is done in the modules beside."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simulator.cli import guides, models, questions, sessions
from simulator.cli.options import (
    AdaptiveOption,
    GuideOption,
    JudgeOption,
    LangOption,
    LevelOption,
    MinutesOption,
    ModelOption,
    ModeOption,
)
from simulator.domain import Mode
from simulator.errors import InputError

app = typer.Typer(
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(questions.app, name="questions")
app.add_typer(sessions.app, name="sessions")
app.add_typer(models.app, name="models")
app.add_typer(guides.app, name="guides")
app.command()(guides.ingest)


@app.callback(invoke_without_command=True)
def interview(
    context: typer.Context,
    answers: Annotated[
        str | None,
        typer.Option(help="Read the answers from this file ('-': standard input), no terminal."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the final report as one JSON document.")
    ] = False,
    closed: Annotated[int, typer.Option(min=0, max=50, help="Closed questions.")] = 5,
    open_: Annotated[int, typer.Option("--open", min=0, max=10, help="Open questions.")] = 2,
    topics: Annotated[str, typer.Option(help="Only these topics, with commas between.")] = "",
    level: LevelOption = None,
    mode: ModeOption = Mode.PRACTICE,
    minutes: MinutesOption = None,
    adaptive: AdaptiveOption = False,
    lang: LangOption = None,
    seed: Annotated[
        int | None, typer.Option(help="Repeat the interview of this number; random without it.")
    ] = None,
    guide: GuideOption = None,
    model: ModelOption = None,
    judge: JudgeOption = "auto",
) -> None:
    """Hold an interview: closed questions, open questions, grades that cite your guide.

    Without a command it starts at once, in Spanish, with the embedded model.
    """
    if context.invoked_subcommand is not None:
        return
    if as_json and answers is None:
        raise InputError("--json needs --answers FILE; without it the interview is interactive")
    from simulator.assembly import Assembly
    from simulator.cli import headless, terminal
    from simulator.cli.options import interview_config, settings_for

    settings = settings_for(lang=lang, model=model)
    config = interview_config(
        settings,
        closed,
        open_,
        topics.split(","),
        level,
        seed,
        guide,
        judge,
        mode,
        minutes,
        adaptive,
    )
    with Assembly(settings) as assembly:
        if answers is None:
            terminal.start(assembly, config)
        else:
            raise typer.Exit(headless.run(assembly, config, answers, as_json))


@app.command()
def grade(
    question: Annotated[str, typer.Option(help="Text of the question, or the id of one.")],
    answer_file: Annotated[str, typer.Option(help="File with the answer ('-': standard input).")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the grade as JSON.")] = False,
    lang: LangOption = None,
    guide: GuideOption = None,
    model: ModelOption = None,
    judge: JudgeOption = "auto",
) -> None:
    """Grade one answer to any open question."""
    from simulator.assembly import Assembly
    from simulator.cli import single
    from simulator.cli.options import interview_config, settings_for

    settings = settings_for(lang=lang, model=model)
    config = interview_config(settings, guide=guide, judge=judge)
    with Assembly(settings) as assembly:
        raise typer.Exit(single.grade(assembly, config, question, answer_file, as_json))


@app.command()
def web(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 7860,
    password_file: Annotated[
        Path | None, typer.Option(help="File with a password to ask for.")
    ] = None,
    open_to_network: Annotated[
        bool, typer.Option("--open-to-network", help="Any address, without a password.")
    ] = False,
    mcp: Annotated[bool, typer.Option("--mcp", help="Serve MCP tools too.")] = False,
    model: ModelOption = None,
    judge: JudgeOption = "auto",
) -> None:
    """Open the web page."""
    from evals.batch import FolderBatches
    from simulator.cli.options import settings_for
    from simulator.web import launch

    launch(
        settings_for(model=model),
        host=host,
        port=port,
        judge=judge,
        password_file=password_file,
        open_to_network=open_to_network,
        mcp=mcp,
        batches=FolderBatches,
    )
