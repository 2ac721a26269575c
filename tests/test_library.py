"""People's own guides over a real store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.domain import InterviewConfig, Lang
from simulator.errors import GuideError, InputError
from simulator.interview.plan import plan
from tests.fakes import HashAssembly
from tests.guide.pdfs import pdf_of

TEXT = """# Hornos
## Seguridad
La válvula corta el gas sin llama
La puerta tiene un seguro contra niños
## Arquitectura
El quemador calienta la cámara entera
"""


@pytest.fixture
def assembly(tmp_path: Path) -> Iterator[HashAssembly]:
    with HashAssembly(tmp_path / "home") as made:
        yield made


def guide_file(folder: Path, text: str = TEXT) -> Path:
    path = folder / "cocina.pdf"
    path.write_bytes(pdf_of(text))
    return path


def test_a_pdf_becomes_a_guide_with_questions(assembly: HashAssembly, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    text = assembly.library.read(
        guide_file(tmp_path), "cocina", lambda *moment: seen.append(moment)
    )
    assert seen == [(1, 1)]
    seen.clear()
    done = assembly.library.shelve(text, "cocina", Lang.ES, lambda *moment: seen.append(moment))
    assert (done.guide, done.sections, done.questions) == ("cocina", 2, 1)
    assert seen == [(2, 3), (3, 3)]
    assert assembly.library.names() == ["cocina"]
    (question,) = assembly.library.questions("cocina", Lang.ES)
    assert assembly.bank(Lang.ES).open_question(question.id) == question
    assert question not in assembly.bank(Lang.ES).reviewed.open
    hits = assembly.retriever("cocina").search("válvula de gas")
    assert hits[0].section.key == "hornos/security"
    (english,) = assembly.library.questions("cocina", Lang.EN)
    assert (english.lang, english.id) == (Lang.EN, question.id)


def test_only_its_interviews_ask_them(assembly: HashAssembly, tmp_path: Path) -> None:
    assembly.library.add(guide_file(tmp_path), "cocina", Lang.ES)
    bank = assembly.bank(Lang.ES)
    own = InterviewConfig(closed=0, open=1, guide="cocina")
    assert bank.open_question(plan(own, bank.closed, bank.open)[0]).derived_from == "cocina"
    for seed in range(20):
        other = InterviewConfig(closed=0, open=10, seed=seed)
        ids = plan(other, bank.closed, bank.open)
        assert not any(bank.open_question(id_).derived_from for id_ in ids)
    with pytest.raises(InputError, match="1 fit"):
        plan(own.model_copy(update={"open": 2}), bank.closed, bank.open)


def test_a_new_text_replaces_the_questions_of_the_old(
    assembly: HashAssembly, tmp_path: Path
) -> None:
    library = assembly.library
    library.add(guide_file(tmp_path), "cocina", Lang.ES)
    library.questions("cocina", Lang.EN)
    library.add(guide_file(tmp_path, TEXT.replace("Hornos", "Neveras")), "cocina", Lang.ES)
    for lang in Lang:
        (question,) = library.questions("cocina", lang)
        assert "Neveras" in question.title
    assert assembly.retriever("cocina").sections()[0].heading_path[0] == "Neveras"


def test_a_deleted_guide_leaves_the_questions_of_its_interviews(
    assembly: HashAssembly, tmp_path: Path
) -> None:
    assembly.library.add(guide_file(tmp_path), "cocina", Lang.ES)
    (question,) = assembly.library.questions("cocina", Lang.ES)
    assembly.library.delete("cocina")
    assert assembly.library.names() == []
    assert assembly.bank(Lang.ES).open_question(question.id)
    with pytest.raises(GuideError, match="no guide"):
        assembly.retriever("cocina")


def test_the_shipped_guides_cannot_be_taken_or_deleted(
    assembly: HashAssembly, tmp_path: Path
) -> None:
    with pytest.raises(GuideError, match="ships"):
        assembly.library.add(guide_file(tmp_path), assembly.default_guide, Lang.ES)
    with pytest.raises(GuideError, match="ships"):
        assembly.library.delete(assembly.default_guide)
