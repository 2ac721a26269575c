"""The web page: ``python app.py`` serves it on this machine; see ``python app.py --help``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from evals.batch import FolderBatches
from simulator.errors import SimulatorError
from simulator.settings import Settings
from simulator.web import launch


def main() -> int:
    """Serve the page until Ctrl-C; the exit code is an error's own."""
    parser = argparse.ArgumentParser(description="Serve the interview simulator as a web page.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=7860, help="port; 0 takes a free one")
    parser.add_argument("--password-file", type=Path, help="file with a password to ask for")
    parser.add_argument("--open-to-network", action="store_true", help="no password, any address")
    parser.add_argument("--mcp", action="store_true", help="serve the endpoints as MCP tools too")
    given = parser.parse_args()
    try:
        launch(
            Settings.from_environment(),
            host=given.host,
            port=given.port,
            password_file=given.password_file,
            open_to_network=given.open_to_network,
            mcp=given.mcp,
            batches=FolderBatches,
        )
    except SimulatorError as error:
        print("error: " + " ".join(str(error).split()), file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
