"""Every candidate and language once with the embedded model, whole: the interviewer words its
follow-ups and the judge reads odds. One server for all of them."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from evals.interviews.candidates import load_candidates
from evals.interviews.check import tally
from evals.interviews.command import CHECKS, Stage, open_stage
from evals.interviews.evidence import Case
from evals.interviews.sitting import config_of
from simulator.llm.weights import WeightsCache
from simulator.settings import Settings

pytestmark = [pytest.mark.llm, pytest.mark.timeout(900)]

SEED = 4
CANDIDATES = load_candidates()
NAMES = [f"{candidate.name}.{candidate.lang}" for candidate in CANDIDATES]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A stage with the real model, its weights pulled as a person would pull them."""
    home = tmp_path_factory.mktemp("embedded")
    folder = Settings.from_environment().cache
    weights = WeightsCache(folder)
    weights.pull(weights.catalogue.default)
    settings = Settings.from_environment(
        {"SIMULATOR_HOME": str(home), "SIMULATOR_CACHE": str(folder), "SIMULATOR_MODEL": "embedded"}
    )
    with open_stage(settings, Path(home)) as ready:
        yield ready


@pytest.fixture(scope="module")
def hold(stage: Stage) -> Callable[[int], Case]:
    """The interview of a candidate, by number, held once."""

    def held(number: int) -> Case:
        config = config_of(SEED, CANDIDATES[number].lang, "logprobs", closed=2, open_=1)
        return stage.hold(CANDIDATES[number], config, second_tries=0)

    return cache(held)


@pytest.mark.parametrize("number", range(len(CANDIDATES)), ids=NAMES)
def test_every_check_passes(number: int, hold: Callable[[int], Case]) -> None:
    case = hold(number)
    strict = [check for check in CHECKS if check.bar == 1]
    failures = [f"{check.name}: {why}" for check in strict for why in check.read(case) if why]
    assert not failures, "\n".join(failures)


def test_shares_are_met_over_all_of_them(hold: Callable[[int], Case]) -> None:
    cases = [hold(number) for number in range(len(CANDIDATES))]
    for check in CHECKS:
        if check.bar < 1:
            found = tally(check, cases)
            assert found.cases
            assert found.met, "\n".join(f"{where}: {why}" for where, why in found.failures)
    judges = {o.provenance.get("judge") for c in cases for o in c.sitting.report.open}
    assert "logprobs" in judges
