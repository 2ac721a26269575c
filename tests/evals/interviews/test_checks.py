"""Every check passes whole interviews, and fails each that was spoiled for it."""

import pytest

from evals.interviews.check import Check, tally
from evals.interviews.command import CHECKS, table
from evals.interviews.evidence import Case, runs, shared
from tests.evals.interviews.spoiling import SPOILS

# The first test waits for every interview; after a change of phrasings they are learned as well.
pytestmark = pytest.mark.timeout(900)

BY_NAME = {check.name: check for check in CHECKS}


def failures(check: Check, case: Case) -> list[str]:
    return [why for why in check.read(case) if why]


def test_there_are_enough_checks_and_each_can_fail() -> None:
    assert len(CHECKS) == len(BY_NAME) >= 40
    assert SPOILS.keys() == BY_NAME.keys()


@pytest.mark.parametrize("name", BY_NAME)
def test_the_interviewer_passes(name: str, cases: list[Case]) -> None:
    found = tally(BY_NAME[name], cases)
    assert found.cases, "no interview of these says anything about it"
    assert found.met, "\n".join(f"{where}: {why}" for where, why in found.failures)


@pytest.mark.parametrize("name", BY_NAME)
def test_a_spoiled_interview_fails(name: str, cases: list[Case]) -> None:
    check = BY_NAME[name]
    spoiled = (bad for case in cases for bad in SPOILS[name](case))
    reason = next((why for bad in spoiled for why in failures(check, bad)), None)
    assert reason, f"{name} let every spoiled interview pass"
    assert "\n" not in reason.strip() or len(reason) < 400


def test_a_tally_counts_sessions_and_cases(cases: list[Case]) -> None:
    check = Check(name="even", read=lambda case: iter(["", "odd"][: 1 + case.sitting.seed % 2]))
    few = cases[:2]
    assert [case.sitting.seed for case in few] == [1, 2]
    found = tally(check, few)
    assert (found.sittings, found.clean, found.cases, found.passed) == (2, 1, 3, 2)
    assert found.failures == ((few[0].sitting.name, "odd"),)
    assert not found.met
    assert "FAILED" in table([found])
    assert f"{few[0].sitting.name}: odd" in table([found])
    lenient = tally(Check(name="even", read=check.read, bar=0.6), few)
    assert lenient.met


def test_shared_runs_are_those_of_the_secret_alone() -> None:
    secret = "Una cola SQS guarda las órdenes hasta que se procesan"
    assert shared("pon UNA COLA sqs guarda las ordenes", [secret], "", 5)
    assert not shared("pon una cola sqs guarda las órdenes", [secret], secret, 5)
    assert not shared("pon una cola", [secret], "", 5)
    assert len(runs("a b c d", 3)) == 2
