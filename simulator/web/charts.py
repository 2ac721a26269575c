"""Charts of scores. Text beside them always says the same, so no chart is the only source."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from simulator.sessions.report import Report
from simulator.texts import Texts

if TYPE_CHECKING:
    from plotly.graph_objects import Figure  # type: ignore[import-untyped]

# One blue and one amber that keep 3:1 on white and on near-black; then two more for questions.
_COLOURS = ("#0d8a80", "#c2700a", "#7c6cf0", "#d1477a")
_INK = "#808890"
_GRID = "rgba(128, 136, 144, 0.35)"


def radar(report: Report, texts: Texts) -> Figure | None:
    """The mean of every dimension that was graded; None with fewer than three of them."""
    graded = [score for score in report.scores if score.mean is not None]
    if len(graded) < 3:
        return None
    import plotly.graph_objects as go  # type: ignore[import-untyped]

    names = [_narrow(score.title) for score in graded]
    values = [score.mean for score in graded]
    low, high = graded[0].scale
    trace = go.Scatterpolar(
        r=[*values, values[0]],
        theta=[*names, names[0]],
        fill="toself",
        line={"color": _COLOURS[0]},
        hovertemplate="%{theta}: %{r}<extra></extra>",
    )
    axis = {"range": [low - 1, high], "dtick": 1, "gridcolor": _GRID, "angle": 90, "tickangle": 90}
    polar = {
        "radialaxis": axis,
        "angularaxis": {"gridcolor": _GRID, "rotation": 90},
        "bgcolor": "rgba(0,0,0,0)",
    }
    return _dressed(go.Figure(trace), texts("web.chart.radar")).update_layout(
        polar=polar, showlegend=False
    )


def bars(report: Report, texts: Texts) -> Figure | None:
    """Every score of every answer; what is ungraded has no bar and says so."""
    graded = [outcome for outcome in report.open if outcome.scores]
    if not graded:
        return None
    import plotly.graph_objects as go

    figure = go.Figure()
    for index, outcome in enumerate(graded):
        figure.add_bar(
            name=outcome.title or outcome.question_id,
            y=[_narrow(score.title) for score in outcome.scores],
            x=[score.score for score in outcome.scores],
            text=[
                texts("web.card.ungraded") if score.score is None else str(score.score)
                for score in outcome.scores
            ],
            orientation="h",
            marker_color=_COLOURS[index % len(_COLOURS)],
        )
    high = max(score.scale[1] for outcome in graded for score in outcome.scores)
    return _dressed(figure, texts("web.chart.bars")).update_layout(
        barmode="group",
        xaxis={"range": [0, high], "dtick": 1, "gridcolor": _GRID},
        yaxis={"autorange": "reversed", "automargin": True},
        legend={"orientation": "h", "y": -0.2},
    )


def progress(reports: Sequence[Report], texts: Texts) -> Figure | None:
    """The mean of every dimension in each interview, oldest first; None with fewer than two."""
    graded = [report for report in reports if any(s.mean is not None for s in report.scores)]
    if len(graded) < 2:
        return None
    import plotly.graph_objects as go

    figure = go.Figure()
    for index, score in enumerate(graded[-1].scores):
        means = [_mean(report, score.dimension) for report in graded]
        figure.add_scatter(
            name=score.title,
            x=[report.created[:19].replace("T", " ") for report in graded],
            y=means,
            mode="lines+markers",
            line={"color": _COLOURS[index % len(_COLOURS)]},
        )
    high = max(score.scale[1] for score in graded[-1].scores)
    return _dressed(figure, texts("web.chart.history")).update_layout(
        xaxis={"type": "category", "gridcolor": _GRID},
        yaxis={"range": [0, high + 0.3], "dtick": 1, "gridcolor": _GRID},
        legend={"orientation": "h", "y": -0.3},
    )


def _mean(report: Report, dimension: str) -> float | None:
    return next((s.mean for s in report.scores if s.dimension == dimension), None)


def _narrow(title: str) -> str:
    """The title in two lines, for the width of a phone."""
    return title.replace(" ", "<br>", 1)


def _dressed(figure: Figure, title: str) -> Figure:
    """The figure in the page's own colours: nothing behind it, ink that reads on light and dark."""
    return figure.update_layout(
        title={"text": title, "font": {"size": 15}},
        font={"family": "system-ui, sans-serif", "color": _INK, "size": 12},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        margin={"l": 50, "r": 50, "t": 60, "b": 40},
        height=320,
        autosize=True,
    )
