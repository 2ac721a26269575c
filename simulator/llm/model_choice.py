"""Which chat model answers: decided once, from explicit settings, and said in one line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from simulator.errors import InputError
from simulator.llm.chat import OPENAI_URL, OpenAIChat
from simulator.ports import ChatModel

DEFAULT_OPENAI_MODEL = "gpt-4o-mini"
_EMBEDDED = "embedded"
_OPENAI = "openai"


@dataclass(frozen=True)
class ModelChoice:
    """The model chosen. `line` says what is used, in English, without any key.

    `weights` is the catalogue name of the file that an embedded model needs (to be pulled if it is
    missing), `gguf` the path of a user's own file; both None for an endpoint.
    """

    kind: str
    name: str
    line: str
    base_url: str | None = None
    weights: str | None = None
    gguf: Path | None = None

    @property
    def embedded(self) -> bool:
        """Whether the model runs on this machine, inside the simulator."""
        return self.kind == _EMBEDDED


def choose_model(
    model: str | None = None,
    *,
    base_url: str | None = None,
    api_key: str | None = None,
    gguf: Path | None = None,
    names: tuple[str, ...] = (),
) -> ModelChoice:
    """Decide, without starting anything.

    `model` decides explicitly: ``embedded``, a catalogue name (`names`, the first is the default),
    a path ending in ``.gguf``, ``openai:NAME``, or a name at `base_url`. Without it, an endpoint
    or a key comes before the embedded model. Raises InputError for what cannot work.
    """
    wanted = (model or "").strip()
    if wanted.endswith(".gguf"):
        return _own_file(Path(wanted).expanduser())
    if wanted in {_EMBEDDED, *names} or (not wanted and not base_url and not api_key):
        if gguf is not None and wanted in {"", _EMBEDDED}:
            return _own_file(gguf)
        name = wanted if wanted in names else (names[0] if names else _EMBEDDED)
        return ModelChoice(
            _EMBEDDED, name, f"Model: {name}, embedded (no key needed).", weights=name
        )
    if wanted.startswith(f"{_OPENAI}:"):
        wanted, base_url = wanted.partition(":")[2], OPENAI_URL
    if not base_url and not api_key:
        known = ", ".join((_EMBEDDED, *names))
        raise InputError(
            f"The model {wanted!r} needs SIMULATOR_BASE_URL or OPENAI_API_KEY; without them choose "
            f"one of: {known}, or a .gguf file."
        )
    if base_url and not base_url.startswith(("http://", "https://")):
        raise InputError(f"The base URL {base_url!r} must start with http:// or https://.")
    if base_url and base_url != OPENAI_URL:
        if not wanted:
            raise InputError(f"Say which model to use at {base_url}: set SIMULATOR_MODEL.")
        return ModelChoice(_OPENAI, wanted, f"Model: {wanted} at {base_url}.", base_url=base_url)
    if not api_key:
        raise InputError("OpenAI needs a key: set OPENAI_API_KEY, or use --model embedded.")
    wanted = wanted or DEFAULT_OPENAI_MODEL
    line = f"Model: {wanted} of OpenAI, with OPENAI_API_KEY (--model embedded to use no key)."
    return ModelChoice(_OPENAI, wanted, line, base_url=OPENAI_URL)


def open_model(
    choice: ModelChoice,
    *,
    api_key: str | None = None,
    gguf: Path | None = None,
    log: Path | None = None,
) -> ChatModel:
    """Make the model of a choice; an embedded one starts loading in the background.

    `gguf` is the file of an embedded model (`WeightsCache.path_of`), `log` takes its complaints.
    """
    if not choice.embedded:
        return OpenAIChat(choice.name, base_url=choice.base_url, api_key=api_key)
    from simulator.llm.embedded import EmbeddedChat, shared_server

    file = gguf or choice.gguf
    if file is None:
        raise InputError(f"The file of the model {choice.name} was not given.")
    return EmbeddedChat(choice.name, shared_server(file, log=log))


def _own_file(path: Path) -> ModelChoice:
    return ModelChoice(_EMBEDDED, path.stem, f"Model: {path.name}, embedded.", gguf=path)
