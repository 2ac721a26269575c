"""The guide: sections that can be retrieved, and citations of them."""

from __future__ import annotations

from pydantic import Field

from simulator.domain.base import Frozen


class Section(Frozen):
    """A retrievable piece of a guide, cut along its headings.

    `key` (``service/aspect``) survives edits of the text; `id` is a hash of the content and does
    not. `start` and `end` are character offsets into the guide: ``guide[start:end] == text``.
    """

    id: str
    guide: str
    key: str
    service: str
    aspect: str
    dimension: str | None = None
    heading_path: tuple[str, ...]
    text: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)

    @property
    def heading(self) -> str:
        """Heading path as shown to a person."""
        return " › ".join(self.heading_path)


class Citation(Frozen):
    """A passage of the guide, copied by code: ``guide[start:end] == quote``."""

    section_id: str
    guide: str
    heading: str
    quote: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)
