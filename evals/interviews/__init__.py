"""Simulated candidates sit whole interviews, and checks read what the interviewer did:
``python -m evals interviews``."""

from evals.interviews.command import main

__all__ = ["main"]
