"""The child process that runs llama.cpp's own server; the only importer of xllamacpp.

`embedded.py` starts it as a script that needs nothing of this package. One JSON line of options
comes in on standard input, one JSON line goes out: ``{"address": URL}`` or ``{"error": TEXT}``.
It ends when standard input closes, that is, when its parent ends in any way.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from typing import Any

# Host memory for prefixes that left the slot; 28 KiB a token with the default model.
CACHE_MIB = 128
# At most this many prompt tokens are computed at once; see `serve`.
BATCH = 1024


def main() -> None:
    """Serve until standard input closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    # Whatever native code prints must not mix with the answer.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    options = json.loads(sys.stdin.readline())
    threading.Thread(target=_exit_with_parent, daemon=True).start()
    try:
        server = serve(options)
        answer = {"address": server.listening_address}
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), file=answers, flush=True)
    if "error" in answer:
        raise SystemExit(1)
    threading.Event().wait()


def serve(options: dict[str, Any]) -> Any:
    """A running `xllamacpp.Server`. `options`: model (path), key, context (tokens), threads.

    Flash attention is off and batches are large because then a prompt's log-probabilities do not
    depend on how much of it was cached: bit for bit, as long as 8 tokens or more are computed (ggml
    multiplies narrower batches by another routine). It cost no speed. Two slots would batch
    requests together, with the same effect, and gain nothing on two cores.
    """
    import xllamacpp  # type: ignore[import-untyped]

    params = xllamacpp.CommonParams()
    params.model.path = options["model"]
    params.api_keys = [options["key"]]
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.ui = False
    params.endpoint_slots = False
    params.verbosity = 1
    params.n_ctx = options["context"]
    params.n_parallel = 1
    params.n_batch = params.n_ubatch = BATCH
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = options["threads"]
    params.cache_ram_mib = CACHE_MIB
    # A repacked copy of the weights costs 600 MB, and prompts were not faster with it.
    params.no_extra_bufts = True
    params.flash_attn_type = xllamacpp.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED
    return xllamacpp.Server(params)


def _exit_with_parent() -> None:
    while sys.stdin.read(4096):
        pass
    os._exit(0)


if __name__ == "__main__":
    main()
