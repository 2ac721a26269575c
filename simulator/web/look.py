"""How the page looks: system fonts only, colours that keep a contrast of 4.5:1, local scripts."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

_HERE = Path(__file__).parent
_SYSTEM = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif")
_SCRIPTS = ("page", "workbench")
_MONO = ("ui-monospace", "Consolas", "monospace")


def theme() -> gr.Theme:
    """Nothing is fetched: every font is the system's own."""
    base = gr.themes.Base(
        primary_hue="teal",
        secondary_hue="teal",
        neutral_hue="slate",
        text_size="lg",
        font=_SYSTEM,
        font_mono=_MONO,
    )
    return base.set(
        body_text_color_subdued="*neutral_600",
        body_text_color_subdued_dark="*neutral_300",
        block_info_text_color="*neutral_600",
        block_info_text_color_dark="*neutral_300",
        block_title_text_color="*neutral_800",
        block_title_text_color_dark="*neutral_100",
        block_label_text_color="*neutral_700",
        block_label_text_color_dark="*neutral_200",
        input_placeholder_color="*neutral_600",
        input_placeholder_color_dark="*neutral_300",
        input_border_color="*neutral_500",
        input_border_color_dark="*neutral_400",
        button_secondary_background_fill="*background_fill_primary",
        button_secondary_background_fill_dark="*background_fill_primary",
        button_secondary_background_fill_hover="*background_fill_secondary",
        button_secondary_background_fill_hover_dark="*background_fill_secondary",
        button_secondary_border_color="*neutral_500",
        button_secondary_border_color_dark="*neutral_400",
        button_secondary_text_color="*body_text_color",
        button_secondary_text_color_dark="*body_text_color",
        button_border_width="1px",
        button_border_width_dark="1px",
        button_primary_border_color="*primary_700",
        button_primary_border_color_dark="*primary_700",
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_dark="*primary_700",
        button_primary_background_fill_hover="*primary_800",
        button_primary_background_fill_hover_dark="*primary_800",
        button_primary_text_color="white",
        link_text_color="*primary_800",
        link_text_color_dark="*primary_300",
    )


def css() -> str:
    """The page's style sheet."""
    return (_HERE / "page.css").read_text(encoding="utf-8")


def head() -> str:
    """The page's own scripts, and what is shown when, inline.

    Gradio repeats a style sheet's rules below its own container, where ``body`` matches nothing.
    """
    scripts = ((_HERE / f"{name}.js").read_text(encoding="utf-8") for name in _SCRIPTS)
    shown = (_HERE / "shown.css").read_text(encoding="utf-8")
    return f"<style>{shown}</style>" + "".join(f"<script>{script}</script>" for script in scripts)
