"""Plain text as Markdown: lines that stand as headings in a text without marks are marked."""

from __future__ import annotations

import re

_LONGEST = 80
_NUMBERED = re.compile(r"(?P<number>\d{1,2}(?:\.\d{1,2})*)[.)]?\s+(?P<title>\S.*)")
_SENTENCE = re.compile(r"[.;,!?…]\s*$")
_ITEM = re.compile(r"\s*[-*+•]\s")


def with_headings(text: str, title: str) -> str:
    """The text with its headings marked; under `title` alone, where it has none.

    A heading is a short line between blank lines that does not end like a sentence, with text
    after it: numbered ("2.1 Costs"), in capitals, or alone with a capital at its start.
    """
    lines = text.split("\n")
    marked = [_marked(lines, number) for number in range(len(lines))]
    if marked == lines:
        return f"# {title}\n\n{text}"
    first = next(number for number, line in enumerate(lines) if marked[number] != line)
    if any(line.strip() for line in lines[:first]):
        marked.insert(0, f"# {title}\n")
    return "\n".join(marked)


def _marked(lines: list[str], number: int) -> str:
    line = lines[number]
    bare = line.strip().rstrip(":").rstrip()
    alone = _blank(lines, number - 1) and _blank(lines, number + 1)
    followed = any(later.strip() for later in lines[number + 1 :])
    if not (bare and alone and followed) or len(bare) > _LONGEST or line.startswith((" ", "\t")):
        return line
    if not re.search(r"[^\W\d_]", bare) or _ITEM.match(line):
        return line
    numbered = _NUMBERED.fullmatch(bare)
    if numbered:
        level = numbered["number"].count(".") + 1
        return f"{'#' * min(level, 6)} {numbered['title']}"
    if _SENTENCE.search(bare) or not re.match(r"\W*[^\W_a-záéíóúñü]", bare):
        return line
    return f"# {bare}" if bare.isupper() else f"## {bare}"


def _blank(lines: list[str], number: int) -> bool:
    return not 0 <= number < len(lines) or not lines[number].strip()
