"""The rubric file: which dimensions a grade has, their scales and their cut points.

::

    dimensions:
      - name: security            # what criteria and answer sets call it
        title: {es: Seguridad, en: Security}
        scale: [1, 5]             # inclusive
        cuts: [0.2, 0.4, 0.6, 0.8]  # optional: raw coverages where the next step begins
        weight: 1                 # optional
"""

from __future__ import annotations

import math
from bisect import bisect_right
from itertools import pairwise
from pathlib import Path

from pydantic import ValidationError

from simulator import resources
from simulator.domain import Dimension, Rubric
from simulator.errors import BankError
from simulator.yaml_files import first_fault, read_yaml

MAX_STEPS = 101


def load_rubric(path: Path | None = None) -> Rubric:
    """The rubric of a file, or the one that ships. Raises BankError naming what to fix."""
    path = path or resources.folder("knowledge") / "rubric.yaml"
    content = read_yaml(path)
    if not isinstance(content, dict):
        raise BankError(f"{path.name}: must be a mapping that starts with 'dimensions:'")
    try:
        rubric = Rubric.model_validate(content)
    except ValidationError as error:
        raise BankError(f"{path.name}: {first_fault(error)}; fix it") from None
    names = [dimension.name for dimension in rubric.dimensions]
    if len(set(names)) != len(names):
        raise BankError(f"{path.name}: a dimension's name repeats; rename one")
    for dimension in rubric.dimensions:
        if fault := _fault(dimension):
            raise BankError(f"{path.name}, dimension '{dimension.name[:80]}': {fault}")
    return rubric


def step(raw: float, dimension: Dimension) -> int:
    """The score of a raw coverage in 0..1: the scale's low end plus the cuts reached.

    A value beyond the ends takes the end's score. Raises ValueError for NaN.
    """
    if math.isnan(raw):
        raise ValueError("a raw coverage cannot be NaN")
    return dimension.scale[0] + bisect_right(cuts_of(dimension), raw)


def cuts_of(dimension: Dimension) -> tuple[float, ...]:
    """The dimension's cut points; evenly spaced where it names none."""
    if dimension.cuts is not None:
        return dimension.cuts
    steps = dimension.scale[1] - dimension.scale[0] + 1
    return tuple(index / steps for index in range(1, steps))


def _fault(dimension: Dimension) -> str | None:
    low, high = dimension.scale
    if not dimension.name.strip():
        return "name is empty; name it"
    if not 2 <= high - low + 1 <= MAX_STEPS:
        return f"scale [{low}, {high}] must have 2 to {MAX_STEPS} steps, low first"
    cuts = cuts_of(dimension)
    if len(cuts) != high - low:
        return f"cuts has {len(cuts)} points, a scale of {high - low + 1} steps needs {high - low}"
    if not all(0 < cut <= 1 for cut in cuts) or any(a >= b for a, b in pairwise(cuts)):
        return "cuts must ascend within 0..1"
    return None
