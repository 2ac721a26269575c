"""One self-contained page about a run: no script, no request, every text of others escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from evals import charts
from evals.results import CheckedCitation, GradedAnswer, JudgedCriterion, Result
from simulator import resources

WORST = 20
_LONGEST = 6000  # characters of an answer that are shown
_METRICS = ("n", "ungraded", "coverage", "qwk", "mae", "exact", "adjacent", "pearson", "spearman")


def page(
    summary: Mapping[str, Any], results: Sequence[Result], answers: Mapping[str, GradedAnswer]
) -> str:
    """The HTML document."""
    style = (resources.folder("evals") / "report.css").read_text(encoding="utf-8")
    body = "".join(
        (
            _head(summary),
            _agreement(summary),
            _matrices(summary),
            _verdicts(summary),
            _groups("By kind of answer", summary["by_kind"]),
            _groups("By language", summary["by_lang"]),
            _groups("By question", summary["by_question"]),
            _ungraded(summary),
            _worst(results, answers),
            _manifest(summary),
        )
    )
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Evaluation report</title><style>{style}</style></head>"
        f"<body><main>{body}</main></body></html>\n"
    )


def _head(summary: Mapping[str, Any]) -> str:
    settings = summary["manifest"]["settings"]
    judge = settings["judge"]
    note = " (no language model)" if judge == "similarity" else ""
    overall = summary["overall"]
    facts = (
        ("answers", summary["answers"]),
        ("questions", summary["questions"]),
        ("ungraded", summary["ungraded"]),
        ("QWK", _figure(overall["qwk"])),
        ("mean error", _figure(overall["mae"])),
        ("within one point", _figure(overall["adjacent"])),
    )
    tiles = "".join(
        f"<div><b>{value}</b><span>{escape(name)}</span></div>" for name, value in facts
    )
    return (
        f"<h1>Evaluation report</h1><p>Model <code>{escape(settings['model'])}</code>, judge"
        f" <code>{escape(judge)}</code>{note}, begun {escape(summary['manifest']['began'])}.</p>"
        f'<section class="tiles">{tiles}</section>'
    )


def _agreement(summary: Mapping[str, Any]) -> str:
    rows = {**summary["dimensions"], "mean of dimensions": summary["overall"]}
    cells = "".join(_row(name, row) for name, row in rows.items())
    head = "".join(f"<th>{name}</th>" for name in _METRICS)
    return (
        "<h2>Agreement with the labels</h2><table><thead><tr><th>dimension</th>"
        f"{head}</tr></thead><tbody>{cells}</tbody></table><p class=note>Brackets: 95 % interval,"
        " bootstrap over questions. Ungraded answers are in no mean. MAE in points.</p>"
    )


def _row(name: str, row: Mapping[str, Any]) -> str:
    bounds = row.get("ci95") or {}
    cells = []
    for metric in _METRICS:
        interval = bounds.get(metric)
        extra = f"<small>[{interval[0]:.2f}, {interval[1]:.2f}]</small>" if interval else ""
        cells.append(f"<td>{_figure(row.get(metric))} {extra}</td>")
    return f"<tr><th>{escape(name)}</th>{''.join(cells)}</tr>"


def _matrices(summary: Mapping[str, Any]) -> str:
    figures = []
    for name, row in summary["dimensions"].items():
        low, high = row["scale"]
        steps = [str(step) for step in range(low, high + 1)]
        counts = [row["scores"].get(step, 0) for step in steps]
        figures.append(
            f"<figure><figcaption>{escape(name)}: label (rows) against score</figcaption>"
            f"{charts.matrix(row['confusion'], steps)}"
            f"<figcaption>scores given: mean {_figure(row['mean_score'])}, of the labels"
            f" {_figure(row['mean_label'])}; {row['ungraded']} ungraded</figcaption>"
            f"{charts.bars(counts, steps, [sum(r) for r in row['confusion']])}</figure>"
        )
    return (
        f'<h2>Scores</h2><section class="figures">{"".join(figures)}</section>'
        "<p class=note>Bars: filled is what the grader gave, outlined what the labels say.</p>"
    )


def _verdicts(summary: Mapping[str, Any]) -> str:
    criteria, citations = summary["criteria"], summary["citations"]
    parts = []
    if criteria["n"]:
        names = ("auc", "f1", "precision", "recall", "brier", "accuracy", "base_rate")
        rows = {"all": criteria, **criteria["by_kind"]}
        body = "".join(
            f"<tr><th>{escape(kind)}</th><td>{row['n']}</td>"
            + "".join(f"<td>{_figure(row[name])}</td>" for name in names)
            + "</tr>"
            for kind, row in rows.items()
        )
        head = "".join(f"<th>{name}</th>" for name in names)
        parts.append(
            "<h2>Verdicts on criteria</h2><table><thead><tr><th>kind</th><th>n</th>"
            f"{head}</tr></thead><tbody>{body}</tbody></table>"
            f"<p>AUC of the evidence alone: model {_figure(criteria['auc_model'])},"
            f" similarity {_figure(criteria['auc_similarity'])}.</p><figure>"
            "<figcaption>Calibration: share really met against predicted probability</figcaption>"
            f"{charts.curve(criteria['curve'])}</figure>"
        )
    if citations["n"]:
        parts.append(
            f"<h2>Citations</h2><p>{citations['n']} citations: real {_figure(citations['real'])},"
            f" supporting {_figure(citations['supported'])} (mean support"
            f" {_figure(citations['mean_support'])}); scores with a citation"
            f" {_figure(citations['scores_with_citation'])}.</p>"
        )
    return "".join(parts)


def _groups(title: str, groups: Mapping[str, Any]) -> str:
    rows = "".join(
        _row(f"{name} ({group['answers']})", group["overall"]) for name, group in groups.items()
    )
    head = "".join(f"<th>{name}</th>" for name in _METRICS)
    return (
        f"<h2>{title}</h2><details><summary>{len(groups)} groups, mean of the dimensions</summary>"
        f"<table><thead><tr><th></th>{head}</tr></thead><tbody>{rows}</tbody></table></details>"
    )


def _ungraded(summary: Mapping[str, Any]) -> str:
    reasons = "".join(
        f"<li>{count} × {escape(reason)}</li>" for reason, count in summary["reasons"].items()
    )
    return f"<h2>Ungraded</h2><ul>{reasons}</ul>" if reasons else ""


def _worst(results: Sequence[Result], answers: Mapping[str, GradedAnswer]) -> str:
    """The answers whose scores are farthest from their labels, the sum of squares first."""
    distances = {result.id: distance(result) for result in results}
    worst = sorted(results, key=lambda r: (-distances[r.id], r.id))[:WORST]
    shown = "".join(_case(r, answers.get(r.id)) for r in worst if distances[r.id] > 0)
    return f"<h2>Worst disagreements</h2>{shown}" if shown else ""


def distance(result: Result) -> float:
    """Sum over dimensions of the squared difference between score and label."""
    return sum(
        (score - result.labels[name]) ** 2
        for name, score in result.scores.items()
        if score is not None and name in result.labels
    )


def _case(result: Result, answer: GradedAnswer | None) -> str:
    scores = "".join(
        f"<tr><th>{escape(name)}</th><td>{_plain(result.labels.get(name))}</td>"
        f"<td>{_plain(score)}</td><td>{_figure(result.raw.get(name))}</td></tr>"
        for name, score in result.scores.items()
    )
    text = "\n\n".join(answer.answer)[:_LONGEST] if answer else "(the text was not kept)"
    asked = f"<p class=note>{escape(answer.question)}</p>" if answer else ""
    flags = f" · {escape(', '.join(result.flags))}" if result.flags else ""
    return (
        f"<details><summary><b>{escape(result.id)}</b> · {escape(result.question_id)} ·"
        f" {escape(result.kind or '')}{flags}</summary>{asked}<div class=case><div>"
        f"<table><thead><tr><th></th><th>label</th><th>score</th><th>raw</th></tr></thead>"
        f"<tbody>{scores}</tbody></table><blockquote>{escape(text)}</blockquote></div>"
        f"<div>{_criteria(result.verdicts)}{_citations(result.citations)}</div></div></details>"
    )


def _criteria(verdicts: Sequence[JudgedCriterion]) -> str:
    rows = "".join(
        f'<tr class="{"odd" if v.label is not None and v.label != v.met else ""}">'
        f"<td>{escape(v.dimension)}</td><td>{escape(v.kind)} ×{v.weight:g}</td>"
        f"<td>{escape(v.text)}{_span(v)}</td>"
        f"<td>{_mark(v.label)}</td><td>{_mark(v.met)} {v.probability:.2f}</td></tr>"
        for v in verdicts
    )
    return (
        "<table><thead><tr><th>dimension</th><th>kind</th><th>criterion, and the words found</th>"
        f"<th>label</th><th>verdict</th></tr></thead><tbody>{rows}</tbody></table>"
    )


def _span(verdict: JudgedCriterion) -> str:
    return f"<br><q>{escape(verdict.span.text)}</q>" if verdict.span else ""


def _citations(citations: Sequence[CheckedCitation]) -> str:
    items = "".join(
        f"<li>{escape(c.dimension)}: {escape(c.heading)}: <q>{escape(c.quote)}</q>"
        f" <small>{c.section_id} {c.start}–{c.end}, {'real' if c.real else 'NOT REAL'},"
        f" support {_figure(c.support)}</small></li>"
        for c in citations
    )
    return f"<h3>Citations</h3><ul>{items}</ul>" if items else ""


def _manifest(summary: Mapping[str, Any]) -> str:
    manifest = summary["manifest"]
    facts = manifest["settings"] | manifest["environment"] | manifest["answer_set"]
    rows = "".join(
        f"<tr><th>{escape(str(name))}</th><td>{escape(str(value))}</td></tr>"
        for name, value in facts.items()
    )
    cost, time = summary["cost"], summary["time"]
    return (
        f"<h2>How it was made</h2><p>{cost['calls']} calls, {cost['prompt_tokens']} prompt and"
        f" {cost['completion_tokens']} completion tokens; {time['seconds']:.0f} s of grading,"
        f" median {_figure(time['median'])} s an answer.</p><details><summary>Manifest</summary>"
        f"<table>{rows}</table></details>"
    )


def _mark(value: bool | None) -> str:
    return "–" if value is None else ("✓" if value else "✗")


def _plain(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"


def _figure(value: float | int | None) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
