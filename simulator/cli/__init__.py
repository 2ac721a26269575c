"""The command line. Commands import what they need when they run: ``--help`` stays instant."""

from __future__ import annotations

from simulator.cli.app import app

__all__ = ["app"]
