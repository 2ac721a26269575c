"""The report as files to keep: inside the links themselves, so that the server holds none."""

from __future__ import annotations

import base64

from simulator.sessions.markdown import to_markdown
from simulator.sessions.report import Report
from simulator.texts import Texts
from simulator.web.look import css
from simulator.web.safe import safe, tag

_TYPES = {"md": "text/markdown", "json": "application/json", "html": "text/html"}


def downloads(report: Report, card: str, texts: Texts) -> str:
    """Links that save the report as Markdown, JSON and one HTML page."""
    files = {
        "md": to_markdown(report),
        "json": report.model_dump_json(indent=2),
        "html": page(report, card, texts),
    }
    links = [_link(report.session_id, ending, text) for ending, text in files.items()]
    return tag("p", tag("b", safe(texts("web.card.download"))), *links, class_="downloads")


def page(report: Report, card: str, texts: Texts) -> str:
    """One page that needs nothing else: the card, its style, and every part of it unfolded."""
    title = f"{texts('report.title')} · {report.session_id}"
    unfolded = card.replace("<details>", "<details open>")
    meta = texts(
        "report.meta", id=report.session_id, created=report.created[:10], guide=report.guide
    )
    return (
        f'<!doctype html><html lang="{report.lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{safe(title)}</title><style>{css()}{_PRINTED}</style></head><body><main>"
        f"<h1>{safe(texts('report.title'))}</h1><p>{safe(meta)}</p>{unfolded}"
        "</main></body></html>"
    )


def _link(session_id: str, ending: str, text: str) -> str:
    data = base64.b64encode(text.encode()).decode()
    return tag(
        "a",
        safe({"md": "Markdown", "json": "JSON", "html": "HTML"}[ending]),
        href=f"data:{_TYPES[ending]};charset=utf-8;base64,{data}",
        download=f"interview-{session_id}.{ending}",
    )


# What the theme defines in the live page.
_PRINTED = """
:root { --primary-500: #14b8a6; --primary-600: #0d9488; --neutral-200: #e2e8f0;
  --background-fill-primary: #fff; --background-fill-secondary: #f8fafc;
  --body-text-color: #1f2937; --body-text-color-subdued: #475569;
  --border-color-primary: #cbd5e1; --link-text-color: #115e59; }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--body-text-color); margin: 0; }
main { max-width: 52rem; margin: 0 auto; padding: 1rem; }
button.cite { font: inherit; }
.cite .open { display: none; }
@media print {
  .answer-card, .tile, .dimension { break-inside: avoid; }
  * { print-color-adjust: exact; }
}
"""
