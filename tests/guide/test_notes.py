from __future__ import annotations

import pytest

from simulator.domain import Lang, Note, Section
from simulator.guide.chunking import sections
from simulator.guide.citing import cite, cite_whole
from simulator.guide.notes import notes, notes_in, stray_notes
from simulator.guide.shipped import shipped_guides, text_of, title_of

GUIDE = "aws_guide.es"


def section(key: str) -> Section:
    return next(s for s in sections(text_of(GUIDE), GUIDE) if s.key == key)


@pytest.mark.parametrize("note", notes(), ids=lambda note: f"{note.section}: {note.quote[:30]}")
def test_every_note_qualifies_words_of_the_guide(note: Note) -> None:
    assert note.quote in section(note.section).text
    assert note.text(Lang.ES) != note.text(Lang.EN)


def test_a_note_on_words_that_are_gone_is_told() -> None:
    whole = sections(text_of(GUIDE), GUIDE)
    assert list(stray_notes(whole)) == []
    edited = text_of(GUIDE).replace("300 msg/s", "más").replace("# 🟠 IAM", "# 🟠 Accesos")
    faults = list(stray_notes(sections(edited, GUIDE)))
    assert "'300 msg/s' is not in 'sqs/sqs-fifo' as it stands" in faults
    assert any("no section 'iam/security'" in fault for fault in faults)


def test_no_words_have_two_notes() -> None:
    assert len({(note.section, note.quote) for note in notes()}) == len(notes())


def test_a_citation_carries_the_notes_on_its_words_only() -> None:
    fifo = section("sqs/sqs-fifo")
    limit, price = cite(fifo, "300 msg/s"), cite(fifo, "Más caro")
    assert limit is not None
    assert price is not None
    assert [note.page for note in limit.notes] == ["High throughput for FIFO queues in Amazon SQS"]
    assert price.notes == ()


def test_overlapping_a_part_of_the_words_is_enough() -> None:
    fifo = section("sqs/sqs-fifo")
    part = cite(fifo, "exactamente una vez")
    assert part is not None
    assert part.quote != "Entrega **exactamente una vez**"
    assert [note.quote for note in part.notes] == ["Entrega **exactamente una vez**"]
    assert len(cite_whole(fifo).notes) == len(notes_in(fifo)) > 2


def test_an_edited_copy_of_the_guide_keeps_the_notes_on_what_it_still_says() -> None:
    text = text_of(GUIDE).replace("300 msg/s", "más con alto throughput")
    mine = next(s for s in sections(text, "mine") if s.key == "sqs/sqs-fifo")
    quotes = [placed.note.quote for placed in notes_in(mine)]
    assert "300 msg/s" not in quotes
    assert "3000 con batching" in quotes
    for placed in notes_in(mine):
        assert mine.text[placed.start : placed.end] == placed.note.quote


def test_a_citation_says_which_source_it_is_from() -> None:
    titles = {guide.title for guide in shipped_guides().values()}
    assert len(titles) == len(shipped_guides()) == 2
    for name, guide in shipped_guides().items():
        assert cite_whole(sections(text_of(name), name)[0]).source == guide.title
    mine = cite_whole(sections("# Uno\ntexto", "mi_guia")[0])
    assert (mine.source, mine.origin, title_of("mi_guia")) == ("mi_guia",) * 3
    assert mine.model_copy(update={"source": ""}).origin == "mi_guia"  # kept before there were any
