"""``python -m evals load``: how soon the page answers many at once, beside bare Gradio."""
