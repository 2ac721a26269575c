from simulator.grading.sentences import fold, locate, split, visible


def test_sentences_keep_decimals_and_addresses_whole() -> None:
    text = "Cuesta 0.5 por hora en api.tienda.com. ¿Y si falla? Reintento;\n- cola aparte"
    assert [text[a:b] for a, b in split(text)] == [
        "Cuesta 0.5 por hora en api.tienda.com.",
        "¿Y si falla?",
        "Reintento;",
        "- cola aparte",
    ]


def test_a_quote_is_found_after_folding_at_the_originals_offsets() -> None:
    text = "Usaría  una  COLA ﬁable\npara desacoplar"
    place = locate("una cola fiable para", text)
    assert place is not None
    assert text[place[0] : place[1]] == "una  COLA ﬁable\npara"
    assert locate("un bus", text) is None
    assert locate("", text) is None


def test_folding() -> None:
    assert visible(" a\u200bb\t\nc ") == "ab c"
    assert fold("Órdenes ＡＢ") == "ordenes ab"
