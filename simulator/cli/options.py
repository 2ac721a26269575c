"""Options that several commands share, and the domain objects made from them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Annotated, Literal

import typer

from simulator.domain import InterviewConfig, Lang, Level, Mode
from simulator.settings import Settings

JudgeName = Literal["auto", "logprobs", "structured", "similarity"]

LangOption = Annotated[Lang | None, typer.Option(help="Language of the interview.")]
LevelOption = Annotated[
    Level | None,
    typer.Option(help="Prefer questions of this level, and grade as strictly as it asks for."),
]
ModeOption = Annotated[
    Mode,
    typer.Option(help="'exam' tells how it went at the end; 'practice' after each answer."),
]
MinutesOption = Annotated[
    int | None,
    typer.Option(min=1, max=600, help="Time for the interview; warns, never cuts an answer."),
]
AdaptiveOption = Annotated[
    bool, typer.Option("--adaptive", help="Ask what was weak in your earlier interviews.")
]
GuideOption = Annotated[str | None, typer.Option(help="Name of an ingested guide.")]
ModelOption = Annotated[
    str | None,
    typer.Option(help="'embedded', a GGUF file, or a model of the endpoint, e.g. gpt-4o-mini."),
]
JudgeOption = Annotated[
    JudgeName, typer.Option(help="How criteria are judged; 'similarity' needs no model.")
]


def settings_for(lang: Lang | None = None, model: str | None = None) -> Settings:
    """Settings of the environment, with what the command line overrides."""
    settings = Settings.from_environment()
    changes: dict[str, object] = {}
    if lang is not None:
        changes["lang"] = lang
    if model is not None:
        changes["model"] = model
    return settings.model_copy(update=changes)


def interview_config(
    settings: Settings,
    closed: int = 5,
    open_: int = 2,
    topics: Sequence[str] = (),
    level: Level | None = None,
    seed: int | None = None,
    guide: str | None = None,
    judge: JudgeName = "auto",
    mode: Mode = Mode.PRACTICE,
    minutes: int | None = None,
    adaptive: bool = False,
) -> InterviewConfig:
    """The interview asked for; without a seed, one is drawn and kept in the session."""
    chosen = InterviewConfig(
        lang=settings.lang,
        closed=closed,
        open=open_,
        topics=tuple(topic.strip() for topic in topics if topic.strip()),
        level=level,
        seed=secrets.randbelow(1_000_000) if seed is None else seed,
        judge=judge,
        mode=mode,
        minutes=minutes,
        adaptive=adaptive,
    )
    return chosen.model_copy(update={"guide": guide}) if guide else chosen
