"""Small charts as SVG text. Numbers go in, and labels made by this package."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

_CELL, _MARGIN = 34, 26


def matrix(counts: Sequence[Sequence[int]], steps: Sequence[str]) -> str:
    """A confusion matrix, labels down and scores across; the darker, the larger its row's share."""
    size = _MARGIN + _CELL * len(steps)
    marks = []
    for row, line in enumerate(counts):
        total = max(sum(line), 1)
        y = _MARGIN + row * _CELL
        marks.append(_text(_MARGIN / 2, y + _CELL / 2, steps[row], "axis"))
        marks.append(_text(_MARGIN + (row + 0.5) * _CELL, _MARGIN / 2, steps[row], "axis"))
        for column, count in enumerate(line):
            x = _MARGIN + column * _CELL
            kind = "hit" if row == column else "near" if abs(row - column) == 1 else "far"
            shade = 0.08 + 0.92 * count / total if count else 0
            marks.append(
                f'<rect class="{kind}" x="{x}" y="{y}" width="{_CELL - 2}" height="{_CELL - 2}"'
                f' fill-opacity="{shade:.2f}"/>'
            )
            if count:
                marks.append(_text(x + _CELL / 2 - 1, y + _CELL / 2, str(count), "count"))
    return _svg(size, size, marks, "confusion matrix")


def bars(counts: Sequence[int], steps: Sequence[str], outlined: Sequence[int]) -> str:
    """A histogram of scores, filled, with that of the labels outlined."""
    width, height = _MARGIN + _CELL * len(steps), 110
    tallest = max([*counts, *outlined, 1])
    marks = []
    for index, (count, label) in enumerate(zip(counts, outlined, strict=True)):
        x = _MARGIN + index * _CELL
        for value, kind in ((count, "given"), (label, "wanted")):
            tall = 80 * value / tallest
            marks.append(
                f'<rect class="{kind}" x="{x + 3}" y="{90 - tall:.1f}" width="{_CELL - 8}"'
                f' height="{tall:.1f}"/>'
            )
        marks.append(_text(x + _CELL / 2, 102, steps[index], "axis"))
    return _svg(width, height, marks, "distribution of scores")


def curve(points: Sequence[Mapping[str, float]]) -> str:
    """A calibration curve: observed share over predicted probability; area of a dot by count."""
    size, room = 260, 220
    left, bottom = 32, 228

    def place(x: float, y: float) -> tuple[float, float]:
        return left + room * x, bottom - room * y

    most = max((point["n"] for point in points), default=1)
    line = " ".join(
        "{:.1f},{:.1f}".format(*place(point["predicted"], point["observed"])) for point in points
    )
    marks = [
        f'<line class="ideal" x1="{left}" y1="{bottom}" x2="{left + room}" y2="{bottom - room}"/>',
        f'<polyline class="curve" points="{line}"/>',
    ]
    for point in points:
        x, y = place(point["predicted"], point["observed"])
        radius = 2 + 6 * (point["n"] / most) ** 0.5
        marks.append(f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>')
    for tick in (0.0, 0.5, 1.0):
        x, y = place(tick, tick)
        marks += [_text(x, bottom + 14, f"{tick:g}", "axis"), _text(16, y, f"{tick:g}", "axis")]
    return _svg(size, size, marks, "calibration curve")


def _svg(width: float, height: float, marks: Sequence[str], title: str) -> str:
    return (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img"'
        f' aria-label="{escape(title)}">{"".join(marks)}</svg>'
    )


def _text(x: float, y: float, text: str, kind: str) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>'
