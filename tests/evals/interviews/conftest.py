"""Interviews that are held once and read by many tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from evals.interviews.candidates import load_candidates
from evals.interviews.command import Stage, open_stage
from evals.interviews.evidence import Case
from evals.interviews.sitting import config_of
from simulator.settings import Settings

SEEDS = (1, 2)


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A stage over the real bank, guide and embeddings, without a language model."""
    home = tmp_path_factory.mktemp("interviews")
    settings = Settings.from_environment({"SIMULATOR_HOME": str(home)})
    with open_stage(settings, Path(home)) as ready:
        yield ready


@pytest.fixture(scope="session")
def cases(stage: Stage) -> list[Case]:
    """Every candidate and language at a few seeds, by the similarity judge."""
    return [
        stage.hold(candidate, config_of(seed, candidate.lang, closed=3, open_=1))
        for candidate in load_candidates()
        for seed in SEEDS
    ]
