"""From text that somebody wrote to HTML that cannot be anything but text."""

from __future__ import annotations

import html
import re

# Control characters, and the marks that reorder what is read (https://trojansource.codes).
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_CODE = re.compile(r"`([^`\n]+)`")


def safe(text: object) -> str:
    """The text with every character that HTML could read as markup escaped."""
    return html.escape(_UNSEEN.sub("", str(text)), quote=True)


def spoken(text: str) -> str:
    """The text of a bank or a guide, safe, with what stands between backticks as code."""
    return _CODE.sub(r"<code>\1</code>", safe(text))


def tag(name: str, *inside: str, **attributes: object) -> str:
    """An element around HTML that is safe already; attribute values are escaped here.

    ``class_`` stands for ``class`` and underscores for hyphens; True writes a bare attribute, False
    and None none.
    """
    shown = ""
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        shown += " " + key.rstrip("_").replace("_", "-")
        shown += "" if value is True else f'="{safe(value)}"'
    return f"<{name}{shown}>{''.join(inside)}</{name}>"


def marked(text: str, spans: list[tuple[int, int]]) -> str:
    """The text, safe, with the character ranges `spans` inside ``<mark>``; overlaps are joined."""
    pieces: list[str] = []
    at = 0
    for start, end in _joined(spans):
        pieces += [safe(text[at:start]), tag("mark", safe(text[start:end]))]
        at = end
    return "".join([*pieces, safe(text[at:])])


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
