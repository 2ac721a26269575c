"""``python -m simulator``: the terminal, and one line on standard error for whatever goes wrong."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line; the exit code is the error's own, 130 after Ctrl-C."""
    import typer

    from simulator.cli import app
    from simulator.errors import SimulatorError

    try:
        return app(standalone_mode=False) or 0
    except SimulatorError as error:
        return _fail(str(error), error.exit_code)
    except typer.TyperException as error:
        return _fail(f"{error.format_message()} (see --help)", error.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except BrokenPipeError:
        # The reader of a pipe went away (`| head`): nobody is left to tell.
        sys.stderr.close()
        return 0


def _fail(message: str, code: int) -> int:
    print("error: " + " ".join(message.split()), file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
