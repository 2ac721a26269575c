"""The guide as HTML: its contents, its sections, search, and a passage lit up where it stands."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from simulator.domain import Section
from simulator.errors import SimulatorError
from simulator.guide.notes import notes_in
from simulator.ports import Retriever
from simulator.texts import Texts
from simulator.web.desk import Desk
from simulator.web.safe import safe, tag

_LINE = re.compile(
    r"^(?P<mark>[ \t]*(?:\#{1,6}[ \t]+|[-+*][ \t]+|\d+[.)][ \t]+|>[ \t]?)?)(?P<rest>.*)$"
)
_RULE = re.compile(r"^\s*(?:[-*_]\s*){3,}$")
_EXCERPT = 160
_RESULTS = 6
MAX_QUERY = 400


class GuidePage:
    """Pages over the guides that the desk can open. Every method returns HTML."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def contents(self, guide: str, texts: Texts, weak: Collection[str] = ()) -> str:
        """Links to every section, by their headings; those whose id is in `weak` are marked."""
        groups: dict[tuple[str, str], list[str]] = {}
        for section in self._sections(guide):
            top, *below = section.heading_path or (section.key,)
            label = " › ".join(below) or top
            badge = tag("em", safe(texts("web.guide.weak"))) if section.id in weak else ""
            link = tag("button", safe(label), badge, type="button", **_place(section))
            groups.setdefault((section.source, top), []).append(tag("li", link))
        parts: list[str] = []
        before = None
        for (source, top), links in groups.items():
            if source != before:
                parts.append(tag("h3", safe(source)))
                before = source
            parts.append(tag("details", tag("summary", safe(top)), tag("ul", *links)))
        label = texts("web.guide.contents")
        return tag("nav", *parts, class_="contents", aria_label=label)

    def search(self, guide: str, query: str, texts: Texts) -> str:
        """What the retriever finds for the query, best first."""
        query = " ".join(query.split())[:MAX_QUERY]
        if not query:
            return tag("p", safe(texts("web.guide.pick")))
        retriever = self._retriever(guide)
        hits = retriever.search(query, k=_RESULTS)[:_RESULTS] if retriever else []
        if not hits:
            return tag("p", safe(texts("web.guide.none", query=query)), role="status")
        rows = [tag("li", _result(hit.section)) for hit in hits]
        heading = tag("h3", safe(texts("web.guide.results", query=query)), role="status")
        return heading + tag("ol", *rows, class_="results")

    def passage(self, guide: str, start: int, end: int, quote: str, texts: Texts) -> str:
        """The section around ``guide[start:end]`` with those words marked.

        Where the guide has changed, the words are looked for; `quote` may be empty.
        """
        sections = self._sections(guide)
        if not sections:
            return tag("p", safe(texts("web.guide.missing", guide=guide)), role="alert")
        for section in sections:
            if section.guide == guide and section.start <= start and end <= section.end:
                at, until = start - section.start, end - section.start
                if not quote or section.text[at:until] == quote:
                    return _section(section, (at, until) if quote else None, texts)
        changed = tag("p", safe(texts("web.guide.changed")), class_="notice", role="status")
        found = next((s for s in sections if quote and quote in s.text), None)
        if found is None:
            return changed + self.search(guide, quote, texts)
        at = found.text.find(quote)
        return changed + _section(found, (at, at + len(quote)), texts)

    def _sections(self, guide: str) -> Sequence[Section]:
        retriever = self._retriever(guide)
        return retriever.sections() if retriever else []

    def _retriever(self, guide: str) -> Retriever | None:
        try:
            return self._desk.parts.retriever(guide)
        except SimulatorError:
            return None


def _place(section: Section) -> dict[str, object]:
    return {
        "data_guide": section.guide,
        "data_start": section.start,
        "data_end": section.end,
        "data_quote": "",
    }


def _result(section: Section) -> str:
    text = " ".join(re.sub(r"[*#>`]|^\s*[-+]\s", " ", section.text, flags=re.M).split())
    return tag(
        "button",
        tag("span", safe(f"{section.source} · {section.heading}"), class_="where"),
        tag("span", safe(text[:_EXCERPT] + ("…" if len(text) > _EXCERPT else ""))),
        type="button",
        class_="cite",
        **_place(section),
    )


def _section(section: Section, lit: tuple[int, int] | None, texts: Texts) -> str:
    heading = tag("h3", safe(section.heading))
    source = tag("p", safe(section.source), class_="source")
    lines = _lines(section.text, lit)
    return tag("article", heading, source, *lines, *_notes(section, texts), class_="section")


def _notes(section: Section, texts: Texts) -> Iterator[str]:
    """What has changed since the section was written, or is said too absolutely there."""
    for placed in notes_in(section):
        note = placed.note
        quote = " ".join(re.sub(r"[*`]", "", note.quote).split())
        said = texts("web.guide.note", quote=quote, note=note.text(texts.lang), page=note.page)
        yield tag("p", safe(said), class_="since")


def _lines(text: str, lit: tuple[int, int] | None) -> Iterator[str]:
    """The section's Markdown, line by line: headings, lists and bold; the rest is text."""
    at = 0
    for line in text.splitlines(keepends=True):
        shown = _LINE.match(line.rstrip())
        if shown is not None and shown["rest"] and not _RULE.match(line):
            mark = shown["mark"].strip()
            inside = "".join(_inline(shown["rest"], at + shown.start("rest"), lit))
            indent = len(shown["mark"]) - len(shown["mark"].lstrip())
            if mark.startswith("#"):
                yield tag("h4", inside)
            elif mark:
                bullet = "" if mark in "-+*" else f"{safe(mark)} "
                yield tag("p", bullet, inside, class_="item", style=f"--depth:{indent // 2}")
            else:
                yield tag("p", inside)
        at += len(line)


def _inline(text: str, at: int, lit: tuple[int, int] | None) -> Iterable[str]:
    """Pieces of one line between bold marks and the edges of what is lit."""
    edges = {m.start() for m in re.finditer(r"\*\*|`", text)}
    if lit is not None:
        edges |= {min(max(0, edge - at), len(text)) for edge in lit}
    bold = code = False
    start = 0
    for edge in [*sorted(edges), len(text)]:
        piece = text[start:edge]
        if piece.startswith("**"):
            bold, piece = not bold, piece[2:]
        elif piece.startswith("`"):
            code, piece = not code, piece[1:]
        if piece:
            inside = safe(piece)
            inside = tag("code", inside) if code else inside
            inside = tag("b", inside) if bold else inside
            inner = at + edge - len(piece)
            yield tag("mark", inside) if lit and lit[0] <= inner < lit[1] else inside
        start = edge
