"""The least that Gradio does: a chat and a textbox, to tell its own time from ours."""

from __future__ import annotations

import time
from collections.abc import Iterator

import gradio as gr

_KEPT = 12
_THINKING_SECONDS = 0.05


def bare_page() -> gr.Blocks:
    """A page that shows what was said, and then says it again."""
    blocks: gr.Blocks
    with gr.Blocks(title="bare", analytics_enabled=False) as blocks:
        chat = gr.Chatbot(elem_id="chat")
        box = gr.Textbox(elem_id="box", label="Say")
        box.submit(
            _answer,
            [box, chat],
            [box, chat],
            api_visibility="private",
            show_progress="hidden",
            concurrency_limit=64,
        )
    return blocks


def _answer(text: str, chat: list[dict[str, object]]) -> Iterator[tuple[str, object]]:
    said = [*chat, {"role": "user", "content": text}][-_KEPT:]
    yield "", said
    time.sleep(_THINKING_SECONDS)
    yield "", [*said, {"role": "assistant", "content": f"You said {text}"}]
