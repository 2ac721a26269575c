"""A check: a name and a pure function that reads one sitting and yields an outcome a case.

An outcome is PASSED, or the reason why it failed. A check that yields nothing did not apply.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from evals.interviews.evidence import Case
from simulator.domain import Frozen

PASSED = ""
Outcome = str
Reader = Callable[[Case], Iterator[Outcome]]


@dataclass(frozen=True)
class Check:
    """`bar` is the share of cases over a whole run that must pass; below 1, single failures are
    shown and forgiven."""

    name: str
    read: Reader
    bar: float = 1.0


class Tally(Frozen):
    """One check over many sittings."""

    name: str
    bar: float
    sittings: int = 0
    clean: int = 0
    cases: int = 0
    passed: int = 0
    failures: tuple[tuple[str, str], ...] = ()

    @property
    def share(self) -> float:
        """Cases passed of those that applied; 1 where none did."""
        return self.passed / self.cases if self.cases else 1.0

    @property
    def met(self) -> bool:
        """Whether the bar is met."""
        return self.share >= self.bar


def ok(passed: bool, reason: str) -> Outcome:
    """PASSED, or the reason."""
    return PASSED if passed else reason


def tally(check: Check, cases: Sequence[Case]) -> Tally:
    """What a check finds in each of these sittings."""
    found = [(case.sitting.name, list(check.read(case))) for case in cases]
    applied = [(name, outcomes) for name, outcomes in found if outcomes]
    failures = [(name, why) for name, outcomes in applied for why in outcomes if why]
    return Tally(
        name=check.name,
        bar=check.bar,
        sittings=len(applied),
        clean=sum(not any(outcomes) for _, outcomes in applied),
        cases=sum(len(outcomes) for _, outcomes in applied),
        passed=sum(not why for _, outcomes in applied for why in outcomes),
        failures=tuple(failures),
    )


def registry() -> tuple[list[Check], Callable[..., Callable[[Reader], Reader]]]:
    """A list of checks, and the decorator that adds a function to it under its own name."""
    checks: list[Check] = []

    def register(bar: float = 1.0) -> Callable[[Reader], Reader]:
        def add(read: Reader) -> Reader:
            name = getattr(read, "__name__", "check").replace("_", "-")
            checks.append(Check(name=name, read=read, bar=bar))
            return read

        return add

    return checks, register
