"""A place to drop a file, and what the server accepts of what was dropped there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import gradio as gr
from gradio.utils import get_upload_folder

from simulator.errors import InputError
from simulator.texts import Texts
from simulator.web.safe import safe, tag

DROP_JS = "workbench.dropzone(element, trigger, upload);"
_MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Dropped:
    """A file that somebody sent. `name` is what they call it; delete it when it was read."""

    path: Path
    name: str


def dropzone(title: str, note: str, endings: Sequence[str], most_bytes: int, texts: Texts) -> str:
    """A box that takes one file by drop, click or keyboard; the page's script sends it."""
    box = tag("input", type="file", accept=",".join(endings)).removesuffix("</input>")
    said = {
        f"data_{name}": texts(f"batch.{name}", name="{name}", **values)
        for name, values in (
            ("sending", {}),
            ("too_large", {"megabytes": most_bytes // _MEGABYTE}),
            ("wrong_kind", {"endings": ", ".join(endings)}),
        )
    }
    return tag(
        "label",
        box,
        tag("b", safe(title)),
        tag("small", safe(note)),
        tag("span", class_="said", role="status"),
        class_="drop",
        data_limit=most_bytes,
        data_failed=texts("batch.failed"),
        **said,
    )


def dropped(event: gr.EventData) -> Dropped:
    """The file that an upload names. Raises InputError for a path that no upload made."""
    folder = Path(get_upload_folder()).resolve()
    path = Path(str(event.path)).resolve()
    if not path.is_relative_to(folder) or not path.is_file():
        raise InputError("the file did not arrive; send it again")
    return Dropped(path, Path(str(event.name)).name[:200])
