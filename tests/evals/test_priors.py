from __future__ import annotations

import json
from pathlib import Path

from evals.priors import collect
from simulator.assembly import Assembly
from simulator.grading.priors import shipped_priors
from simulator.llm.fakes import FakeChat
from simulator.settings import Settings


class WithFake(Assembly):
    """An assembly whose model is the fake given."""

    def __init__(self, settings: Settings, fake: FakeChat) -> None:
        super().__init__(settings)
        self.fake = fake

    @property
    def model(self) -> FakeChat:
        return self.fake


def test_what_is_known_is_not_asked_again(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, cache=tmp_path)
    path = tmp_path / "priors.json"
    fake = FakeChat(odds={"SI": 0.4, "NO": 0.6}, name="fake")
    with WithFake(settings, fake) as assembly:
        assert collect(assembly, path) == 32
        asked = len(fake.calls)
        assert len(json.loads(path.read_text(encoding="utf-8"))) == asked > 500
        collect(assembly, path)
    assert len(fake.calls) == asked


def test_the_shipped_priors_cover_the_shipped_bank(tmp_path: Path) -> None:
    """Fails after a change of the bank or the judge's prompts: run ``python -m evals priors``."""
    settings = Settings(home=tmp_path, cache=tmp_path)
    name = Assembly(settings).model_choice.name
    fake = FakeChat(odds={"SI": 0.4, "NO": 0.6}, name=name)
    path = tmp_path / "priors.json"
    path.write_bytes(shipped_priors().read_bytes())
    with WithFake(settings, fake) as assembly:
        collect(assembly, path)
    assert fake.calls == []
