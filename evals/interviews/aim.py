"""Do follow-ups aim at what is truly missing? By the labels of the answer sets, which the grader
did not make: the two criteria that would be probed after each answer, against those it meets."""

from __future__ import annotations

from collections.abc import Sequence

from evals.dataset import Item
from simulator.domain import Frozen
from simulator.interview.policy import MAX_FOLLOW_UPS, gaps
from simulator.ports import Grader


class Aim(Frozen):
    """`aimed` of `probed` criteria were missing by the labels; `silent` answers got no probe."""

    answers: int = 0
    probed: int = 0
    aimed: int = 0
    silent: int = 0

    @property
    def share(self) -> float:
        """Of the criteria probed, those truly missing; 1 where none was probed."""
        return self.aimed / self.probed if self.probed else 1.0

    def __str__(self) -> str:
        return (
            f"{self.aimed} of {self.probed} follow-ups aim at what the labels call missing"
            f" ({self.share:.1%}); {self.silent} of {self.answers} answers get none"
        )


def labelled_aim(items: Sequence[Item], grader: Grader) -> Aim:
    """The aim over the answers that say which criteria they meet."""
    answers = probed = aimed = silent = 0
    for item in items:
        if item.row.met is None:
            continue
        found = gaps(item.question.criteria, grader.preview(item.question, item.row.answer))
        first = [gap.criterion.id for gap in found if gap.criterion.probe][:MAX_FOLLOW_UPS]
        answers += 1
        silent += not first
        probed += len(first)
        aimed += sum(id_ not in item.row.met for id_ in first)
    return Aim(answers=answers, probed=probed, aimed=aimed, silent=silent)
