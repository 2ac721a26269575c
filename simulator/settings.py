"""The only reader of the environment.

| variable | meaning | default |
|---|---|---|
| SIMULATOR_HOME | folder of sessions, guides and imported questions | the user's data folder |
| SIMULATOR_CACHE | folder of model weights | the user's cache folder |
| SIMULATOR_MODEL | ``embedded``, a GGUF file, or a model of the endpoint | see llm.choice |
| SIMULATOR_BASE_URL | an OpenAI-compatible endpoint | OpenAI's own |
| OPENAI_API_KEY | key of the endpoint | none |
| SIMULATOR_LANG | ``es`` or ``en`` | ``es`` |
| SIMULATOR_DATABASE_URL | SQLAlchemy address of the sessions | SQLite in SIMULATOR_HOME |
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import platformdirs
from pydantic import SecretStr

from simulator.domain import Frozen, Lang
from simulator.errors import InputError

_APP = "aws-interview-simulator"


class Settings(Frozen):
    """What the environment asks for. Secrets never show in a repr."""

    home: Path
    cache: Path
    model: str | None = None
    base_url: str | None = None
    api_key: SecretStr | None = None
    lang: Lang = Lang.ES
    database_url: str = ""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Settings of this process, or of the mapping given. Raises InputError on a bad value."""
        env = os.environ if environ is None else environ
        lang = (env.get("SIMULATOR_LANG") or "es").lower()
        if lang not in set(Lang):
            raise InputError(f"SIMULATOR_LANG is '{lang}'; set it to 'es' or 'en'")
        home = _path(env.get("SIMULATOR_HOME")) or platformdirs.user_data_path(_APP)
        key = (env.get("OPENAI_API_KEY") or "").strip()
        return cls(
            home=home,
            cache=_path(env.get("SIMULATOR_CACHE")) or platformdirs.user_cache_path(_APP),
            model=env.get("SIMULATOR_MODEL") or None,
            base_url=env.get("SIMULATOR_BASE_URL") or None,
            api_key=SecretStr(key) if key else None,
            lang=Lang(lang),
            database_url=env.get("SIMULATOR_DATABASE_URL") or f"sqlite:///{home / 'sessions.db'}",
        )


def _path(value: str | None) -> Path | None:
    return Path(value).expanduser() if value else None
