"""The guide: sections that can be retrieved, and citations of them."""

from __future__ import annotations

from pydantic import Field

from simulator.domain.base import Frozen, Lang


class Section(Frozen):
    """A retrievable piece of a guide, cut along its headings.

    `key` (``service/aspect``) survives edits of the text; `id` is a hash of the content and does
    not. `start` and `end` are character offsets into the guide: ``guide[start:end] == text``.
    `source` is the guide's title for a person.
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
    source: str = ""

    @property
    def heading(self) -> str:
        """Heading path as shown to a person."""
        return " › ".join(self.heading_path)


class Note(Frozen):
    """What has changed since a guide was written, or where it is too absolute.

    `quote` are the words it qualifies in the section with this key, `page` the title of the
    official page where that can be read.
    """

    section: str
    quote: str = Field(min_length=1)
    es: str = Field(min_length=1)
    en: str = Field(min_length=1)
    page: str = Field(min_length=1)

    def text(self, lang: Lang) -> str:
        """The note in one language."""
        return self.es if lang is Lang.ES else self.en


class Citation(Frozen):
    """A passage of the guide, copied by code: ``guide[start:end] == quote``.

    `source` is the guide's title for a person, `notes` qualify words of the quote.
    """

    section_id: str
    guide: str
    heading: str
    quote: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    source: str = ""
    notes: tuple[Note, ...] = ()

    @property
    def origin(self) -> str:
        """The guide as shown to a person: its title, or its name where none was kept."""
        return self.source or self.guide
