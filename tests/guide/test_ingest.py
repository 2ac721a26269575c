from __future__ import annotations

from pathlib import Path

import pytest

from simulator import resources
from simulator.errors import GuideError, StorageError
from simulator.guide import ingest
from simulator.guide.store import GuideStore
from simulator.llm.embeddings import HashEmbedder

SOURCE = resources.folder("knowledge") / "sources" / "aws_guide.es.seed.txt"


def test_ingesting_the_seed_writes_the_committed_guide_and_indexes_it(tmp_path: Path):
    out = tmp_path / "mine.es.md"
    with GuideStore(tmp_path / "store", HashEmbedder()) as store:
        done = ingest.ingest_file(SOURCE, store, write=out)
        assert store.names() == ["mine.es"] == [done.guide]
        assert store.text(done.version) == out.read_bytes().decode()
    assert out.read_bytes() == (resources.folder("knowledge") / "aws_guide.es.md").read_bytes()


def test_reading_drops_the_mark_and_carriage_returns(tmp_path: Path):
    path = tmp_path / "g.md"
    path.write_bytes(b"\xef\xbb\xbf# A\r\ntexto  \r\n\tfin\r")
    assert ingest.read_guide(path) == "# A\ntexto  \n\tfin\n"


def test_windows_1252_is_the_last_resort(tmp_path: Path):
    path = tmp_path / "g.md"
    path.write_bytes("# Añil\n“así”".encode("cp1252"))
    assert ingest.read_guide(path) == "# Añil\n“así”"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \n\t\n", "empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary"),
        (b"# A\n\x81\x8d text", "neither UTF-8 nor"),
        (b"only text, no heading", "headings"),
        (b"# A\n# B\n", "no text under"),
        (b"# A\n" + b"x" * ingest.MAX_BYTES, "over 5 MB"),
    ],
)
def test_a_file_that_is_no_guide_gets_one_clear_line(tmp_path: Path, data: bytes, reason: str):
    path = tmp_path / "g.md"
    path.write_bytes(data)
    with pytest.raises(GuideError, match=reason) as caught:
        ingest.read_guide(path)
    assert "\n" not in str(caught.value)


def test_a_missing_file_and_a_folder_get_one_clear_line(tmp_path: Path):
    with pytest.raises(GuideError, match="there is no file"):
        ingest.read_guide(tmp_path / "none.md")
    with pytest.raises(GuideError, match="cannot be read"):
        ingest.read_guide(tmp_path)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no such device here")
def test_an_endless_device_is_refused():
    with pytest.raises(GuideError, match="over 5 MB"):
        ingest.read_guide("/dev/zero")


def test_a_place_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path):
    with pytest.raises(StorageError, match="cannot be written"):
        ingest.write_guide("# A\na", tmp_path / "missing" / "g.md")
    assert list(tmp_path.iterdir()) == []
