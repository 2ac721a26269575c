"""Cut a guide along its headings into sections: service × aspect, with exact character offsets."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

import yaml
from markdown_it import MarkdownIt

from simulator import resources
from simulator.domain import Section
from simulator.errors import GuideError
from simulator.guide.shipped import title_of

LIMIT = 1200
"""Characters that a section's text may have; longer ones are split at their borders."""

_GENERAL = "general"
_RULE = re.compile(r"(?:[-*_][ \t]*){3,}")


@dataclass(frozen=True)
class _Heading:
    """A heading. Its body is ``guide[body:end]``; `chain` are its ancestors, outermost first."""

    level: int
    title: str
    body: int
    end: int
    chain: tuple[_Heading, ...]


@dataclass(frozen=True)
class Aspect:
    """What a heading is about, and the dimension of a grade that it serves (or None)."""

    name: str
    dimension: str | None


def sections(text: str, guide: str) -> list[Section]:
    """The study content of a guide in its order; for each one ``text[start:end] == section.text``.

    Text before the first heading and a closing offer are left out, and so are headings without a
    body. Raises GuideError when nothing is left.
    """
    headings = _headings(text)
    if not headings:
        raise GuideError(f"the guide '{guide}' has no Markdown headings (# Title); add some")
    service_level = _service_level(headings)
    last = headings[-1]
    found: list[Section] = []
    taken: Counter[str] = Counter()
    for heading in headings:
        if any(_is_offer(one.title) for one in (*heading.chain, heading)):
            continue
        end = _before_offer(text, heading) if heading is last else heading.end
        place = _place(heading, service_level)
        for start, stop in _pieces(text, heading.body, end):
            found.append(_section(text, guide, place, start, stop, taken))
    if not found:
        raise GuideError(f"the guide '{guide}' has headings but no text under them; add content")
    return found


def has_headings(text: str) -> bool:
    """Whether a guide can be cut along Markdown headings."""
    return bool(_headings(text))


def aspect_of(title: str) -> Aspect | None:
    """The known aspect that a heading names, by its words or else by its signs."""
    words = set(slug(re.sub(r"trade-?\s?off", "tradeoff", title, flags=re.I)).split("-"))
    for key, present in (("words", words), ("signs", set(title))):
        for known in _data()["aspects"]:
            if present & set(known[key]):
                return Aspect(known["name"], known["dimension"])
    return None


def slug(title: str) -> str:
    """A heading as part of a key: no emoji, accents, capitals or parentheses."""
    bare = re.sub(r"\([^()]*\)", " ", title)
    return _hyphenated(bare) or _hyphenated(title) or "section"


def _hyphenated(title: str) -> str:
    return re.sub(r"[\W_]+", "-", _plain(title)).strip("-")


# --- Headings ------------------------------------------------------------------------------------


def _headings(text: str) -> list[_Heading]:
    """Headings at the top of the document (none inside code, quotes or lists)."""
    lines = [0]
    lines += [match.end() for match in re.finditer("\n", text)]
    lines.append(len(text) + 1)
    tokens = MarkdownIt().parse(text)
    marks: list[tuple[int, str, int, int]] = []
    for token, inline in pairwise(tokens):
        if token.type == "heading_open" and token.level == 0 and token.map:
            begin, after = (min(lines[number], len(text)) for number in token.map)
            marks.append((int(token.tag[1]), inline.content, begin, after))
    ends = [*(begin for _, _, begin, _ in marks[1:]), len(text)]
    found: list[_Heading] = []
    open_: list[_Heading] = []
    for (level, title, _, body), end in zip(marks, ends, strict=False):  # no marks, no headings
        open_ = [heading for heading in open_ if heading.level < level]
        heading = _Heading(level, title, body, end, tuple(open_))
        found.append(heading)
        open_.append(heading)
    return found


def _service_level(headings: list[_Heading]) -> int:
    """The level whose headings name the services: where the aspects hang from, most of the time;
    without aspects, the first level with several headings."""
    parents = Counter(h.chain[-1].level for h in headings if h.chain and aspect_of(h.title))
    if parents:
        return min(parents, key=lambda level: (-parents[level], level))
    levels = Counter(h.level for h in headings)
    return next((level for level in sorted(levels) if levels[level] > 1), min(levels))


@dataclass(frozen=True)
class _Place:
    """Where a heading's text belongs."""

    service: str
    key: str
    aspect: Aspect
    path: tuple[str, ...]


def _place(heading: _Heading, service_level: int) -> _Place:
    line = (*heading.chain, heading)
    owner = max(
        (h for h in line if h.level <= service_level), key=lambda h: h.level, default=line[0]
    )
    service = slug(owner.title)
    above, below = line[: line.index(owner) + 1], line[line.index(owner) + 1 :]
    if not below:
        known = aspect_of(owner.title)
        aspect = Aspect(_GENERAL, known.dimension if known else None)
        return _Place(service, f"{service}/{_GENERAL}", aspect, _titles(above))
    own = aspect_of(heading.title)
    if own:  # "SQS › SQS FIFO › Security" is the service's, whatever stands between
        return _Place(service, f"{service}/{own.name}", own, _titles((*above, heading)))
    inherited = next((a for h in reversed(below) if (a := aspect_of(h.title))), None)
    name = slug(heading.title)
    aspect = inherited or Aspect(name, None)
    key = f"{service}/{aspect.name}-{name}" if inherited else f"{service}/{name}"
    return _Place(service, key, aspect, _titles(line))


def _titles(headings: tuple[_Heading, ...]) -> tuple[str, ...]:
    return tuple(_clean(heading.title) for heading in headings)


def _clean(title: str) -> str:
    """A heading as a person reads it: no emoji, no markup."""
    bare = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", title)
    bare = re.sub(r"[*`~]|(?<!\w)_+|_+(?!\w)", "", bare)
    kept = (" " if _is_sign(char) else char for char in bare)
    return " ".join("".join(kept).split()) or title.strip()


def _is_sign(char: str) -> bool:
    return unicodedata.category(char) in ("So", "Sk", "Cf", "Cn") or char == "\ufe0f"


def _plain(text: str) -> str:
    """Lower case without accents, signs or markup."""
    flat = unicodedata.normalize("NFKD", _clean(text)).casefold()
    return "".join(char for char in flat if not unicodedata.combining(char))


# --- Bodies --------------------------------------------------------------------------------------


def _section(
    text: str, guide: str, place: _Place, start: int, end: int, taken: Counter[str]
) -> Section:
    taken[place.key] += 1
    number = taken[place.key]
    key = place.key if number == 1 else f"{place.key}-{number}"
    while number > 1 and taken[key]:
        number += 1
        key = f"{place.key}-{number}"
    if number > 1:
        taken[key] += 1
    content = "\0".join((guide, key, *place.path, text[start:end]))
    return Section(
        id=hashlib.sha256(content.encode()).hexdigest()[:16],
        guide=guide,
        key=key,
        service=place.service,
        aspect=place.aspect.name,
        dimension=place.aspect.dimension,
        heading_path=place.path,
        text=text[start:end],
        start=start,
        end=end,
        source=title_of(guide),
    )


def _pieces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The body as spans of at most LIMIT characters, without blank edges and rules around it."""
    pieces = []
    while (span := _trim(text, start, end))[0] < span[1]:
        cut = _cut(text, *span)
        pieces.append(_trim(text, span[0], cut))
        start = cut
    return [piece for piece in pieces if piece[0] < piece[1]]


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without blank lines and rules at its edges."""
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        if not _is_empty(text[start:stop]):
            break
        start = min(stop + 1, end)
    while start < end:
        begin = max(text.rfind("\n", start, end) + 1, start)
        if not _is_empty(text[begin:end]):
            return start, begin + len(text[begin:end].rstrip())
        end = max(begin - 1, start)
    return start, start


def _is_empty(line: str) -> bool:
    return not line.strip() or _RULE.fullmatch(line.strip()) is not None


def _cut(text: str, start: int, end: int) -> int:
    """Where to cut so that the first part fits: after a paragraph, item, line, sentence, word."""
    if end - start <= LIMIT:
        return end
    window = text[start : start + LIMIT]
    fences = [m.start() for m in re.finditer(r"^[ \t]*(?:```|~~~)", window, re.M)]
    for border in (r"\n[ \t]*\n(?=\S)", r"\n(?=(?:[-*+]|\d+[.)]) )", r"\n", r"(?<=[.!?;]) ", r" "):
        cuts = [match.end() for match in re.finditer(border, window)]
        whole = [cut for cut in cuts if sum(fence < cut for fence in fences) % 2 == 0]
        if whole and whole[-1] > LIMIT // 4:
            return start + whole[-1]
    return start + (cuts[-1] if cuts else LIMIT)


def _before_offer(text: str, heading: _Heading) -> int:
    """Where the last section stops being study content."""
    body = text[heading.body : heading.end]
    for match in re.finditer(r"(?:\A|\n[ \t]*\n)[ \t]*(?=\S)", body):
        if _is_offer(body[match.end() :].split("\n", 1)[0]):
            return heading.body + match.end()
    return heading.end


def names_sources(line: str) -> bool:
    """Whether a line only says where the facts around it come from."""
    return _begins(line, "sources")


def _is_offer(line: str) -> bool:
    return _begins(line, "offers")


def _begins(line: str, kind: str) -> bool:
    start = re.sub(r"^[^\w¿]+", "", _plain(line[:300]))
    return any(re.match(pattern, start) for pattern in _data()[kind])


@cache
def _data() -> dict[str, Any]:
    path = resources.folder("knowledge") / "aspects.yaml"
    data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return data
