"""An interview simulator that asks, grades and cites the user's own guide."""

__version__ = "0.1.0"
