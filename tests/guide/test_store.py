from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from simulator.errors import GuideError, StorageError
from simulator.guide.store import GuideStore, version_of
from simulator.llm.embeddings import HashEmbedder

ROOT = Path(__file__).resolve().parents[2]
TEXT = "# Cola\n## Costos\nbarata y simple\n## Seguridad\ncifrada\n# Tabla\n## Costos\ncara\n"


@pytest.fixture
def store(tmp_path: Path):
    with GuideStore(tmp_path, HashEmbedder()) as opened:
        yield opened


def texts(store: GuideStore, name: str = "g") -> dict[str, str]:
    return {section.key: section.text for section in store.open(name).sections}


def test_what_was_cut_is_read_back_whole(store: GuideStore):
    done = store.ingest("g", TEXT)
    index = store.open("g")
    assert (done.sections, done.added, done.removed) == (3, 3, 0)
    assert index.version == done.version == version_of(TEXT)
    assert [s.key for s in index.sections] == [
        "cola/performance",
        "cola/security",
        "tabla/performance",
    ]
    assert all(TEXT[s.start : s.end] == s.text for s in index.sections)
    assert index.sections[0].heading_path == ("Cola", "Costos")
    assert store.text(done.version) == TEXT


def test_ingesting_twice_adds_nothing(store: GuideStore):
    store.ingest("g", TEXT)
    again = store.ingest("g", TEXT)
    assert (again.added, again.removed) == (0, 0)
    assert len(store.open("g").sections) == 3


def test_an_edit_replaces_a_removal_disappears_and_offsets_move(store: GuideStore):
    first = store.ingest("g", TEXT)
    edited = TEXT.replace("barata y simple", "gratis").replace("## Seguridad\ncifrada\n", "")
    done = store.ingest("g", edited)
    assert (done.added, done.removed) == (1, 2)
    assert texts(store) == {"cola/performance": "gratis", "tabla/performance": "cara"}
    assert all(edited[s.start : s.end] == s.text for s in store.open("g").sections)
    assert store.text(first.version) == TEXT


def test_guides_live_side_by_side(store: GuideStore):
    store.ingest("uno", TEXT)
    store.ingest("dos: ñandú/ü", "# A\na")
    assert store.names() == ["dos: ñandú/ü", "uno"]
    store.delete("uno")
    assert store.names() == ["dos: ñandú/ü"]
    assert texts(store, "dos: ñandú/ü") == {"a/general": "a"}
    with pytest.raises(GuideError, match="no guide 'uno' to delete"):
        store.delete("uno")


def test_nearest_filters_and_measures_cosine(store: GuideStore):
    store.ingest("g", TEXT)
    index = store.open("g")
    vector = HashEmbedder().queries(["Cola: Costos. barata y simple."])[0].tolist()
    (best, similarity), *rest = index.nearest(vector, 3)
    assert best == index.sections[0].id
    assert similarity == pytest.approx(1, abs=1e-4)
    assert all(other < similarity for _, other in rest)
    where = {"service": "tabla", "aspect": "performance"}
    assert [id_ for id_, _ in index.nearest(vector, 3, where)] == [index.sections[2].id]
    assert index.nearest(vector, 3, {"service": "none"}) == []


def test_an_index_survives_its_process(tmp_path: Path):
    with GuideStore(tmp_path, HashEmbedder()) as store:
        store.ingest("g", TEXT)
    with GuideStore(tmp_path, HashEmbedder()) as store:
        assert len(texts(store)) == 3


@pytest.mark.parametrize("other", [HashEmbedder(identity="hash/2"), HashEmbedder(dimension=32)])
def test_another_embedder_is_told_to_ingest_again_and_that_works(
    tmp_path: Path, other: HashEmbedder
):
    with GuideStore(tmp_path, HashEmbedder()) as store:
        store.ingest("g", TEXT)
    with GuideStore(tmp_path, other) as store:
        with pytest.raises(GuideError, match="ingest it again"):
            store.open("g")
        assert store.ingest("g", TEXT).added == 3
        assert len(texts(store)) == 3


def test_an_unknown_guide_names_the_known_ones(store: GuideStore):
    store.ingest("g", TEXT)
    with pytest.raises(GuideError, match=r"no guide 'x' \(known: g\)"):
        store.open("x")
    with pytest.raises(GuideError, match="no guide text of version"):
        store.text("../../etc/passwd")


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 101])
def test_names_are_bounded(store: GuideStore, name: str):
    with pytest.raises(GuideError, match="name"):
        store.ingest(name, TEXT)


def test_a_folder_that_cannot_be_made_is_a_storage_error(tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="check its disk"):
        GuideStore(tmp_path / "file", HashEmbedder())


def test_more_sections_than_a_batch(store: GuideStore):
    text = "".join(f"# S{n}\ntexto {n}\n" for n in range(1100))
    assert store.ingest("g", text).added == 1100
    assert len(store.open("g").sections) == 1100
    assert store.ingest("g", text[: text.index("# S5\n")]).removed == 1095


KILLED = """
import os, sys
from pathlib import Path
from simulator.guide.store import GuideStore
from simulator.llm.embeddings import HashEmbedder

class Dying(HashEmbedder):
    calls = 0
    def passages(self, texts):
        self.calls += 1
        if self.calls > 1:
            os._exit(9)
        return super().passages(texts)

GuideStore(Path(sys.argv[1]), Dying()).ingest("g", Path(sys.argv[2]).read_text())
"""


def run(code: str, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", code, *arguments], cwd=ROOT)


def test_an_ingestion_killed_half_way_is_noticed_and_done_again(tmp_path: Path):
    folder, file = tmp_path / "store", tmp_path / "g.md"
    text = "".join(f"# S{n}\ntexto {n}\n" for n in range(700))
    file.write_text(text)
    with run(KILLED, str(folder), str(file)) as process:
        assert process.wait(60) == 9
    with GuideStore(folder, HashEmbedder()) as store:
        with pytest.raises(GuideError, match="half ingested"):
            store.open("g")
        assert store.ingest("g", text).added == 650  # the first batch of 50 was kept
        assert len(texts(store)) == 700


WRITER = """
import sys
from pathlib import Path
from simulator.guide.store import GuideStore
from simulator.llm.embeddings import HashEmbedder

with GuideStore(Path(sys.argv[1]), HashEmbedder()) as store:
    for turn in range(5):
        body = "".join(f"# S{n}\\ntexto {n} de {sys.argv[2]} en {turn}\\n" for n in range(20))
        store.ingest("shared", body)
        store.ingest(sys.argv[2], body)
"""


def test_two_processes_that_ingest_at_once_corrupt_nothing(tmp_path: Path):
    with run(WRITER, str(tmp_path), "a") as one, run(WRITER, str(tmp_path), "b") as other:
        assert (one.wait(60), other.wait(60)) == (0, 0)
    with GuideStore(tmp_path, HashEmbedder()) as store:
        assert store.names() == ["a", "b", "shared"]
        index = store.open("shared")
        assert len(index.sections) == 20
        text = store.text(index.version)
        assert all(text[s.start : s.end] == s.text for s in index.sections)
        vector = HashEmbedder().queries([index.sections[3].text])[0].tolist()
        assert len(index.nearest(vector, 50)) == 20
