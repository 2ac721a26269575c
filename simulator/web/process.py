"""How the process is set up to answer many people at once. It imports nothing heavy."""

from __future__ import annotations

import ctypes
import gc
import os
import sys
from contextlib import suppress

_ARENA_MAX = -8  # M_ARENA_MAX of glibc's malloc.h


def bound_memory() -> None:
    """Keep what the process holds from growing. To be called before there is a second thread."""
    # Gradio remembers the last 10,000 events for a page of statistics that is not served.
    os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "100")
    # glibc gives threads heaps of their own, up to eight a core, and each keeps what the others
    # could use: at 50 people the memory grew by 10 MB a minute.
    if sys.platform == "linux":
        with suppress(AttributeError, OSError):  # another C library has no such thing
            ctypes.CDLL(None).mallopt(_ARENA_MAX, 2)


def favour_answering() -> None:
    """People wait for the event loop while answers are graded in threads beside it."""
    # A thread that computes hands over after 1 ms instead of 5, so that one event, which changes
    # threads some twenty times, does not wait 100 ms for a grading.
    sys.setswitchinterval(0.001)
    # Libraries, banks and the page itself stay: looking through them again for what can go took a
    # sixth of all the time at 20 people.
    gc.collect()
    gc.freeze()
