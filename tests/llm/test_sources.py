from __future__ import annotations

import shutil
import threading
from pathlib import Path

from simulator.llm.sources import bytes_downloaded


def test_bytes_are_counted_while_folders_come_and_go(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "part.whl").write_bytes(b"x" * 1000)
    done = threading.Event()

    def churn() -> None:
        while not done.is_set():
            for number in range(20):
                (tmp_path / f"gone{number}" / "deep").mkdir(parents=True)
                (tmp_path / f"gone{number}" / "deep" / "small.whl").write_bytes(b"x")
            for number in range(20):
                shutil.rmtree(tmp_path / f"gone{number}")

    worker = threading.Thread(target=churn)
    worker.start()
    try:
        assert {bytes_downloaded(tmp_path) for _ in range(300)} == {1000}
    finally:
        done.set()
        worker.join()
