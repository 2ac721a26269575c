from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.web.safe import marked, safe, spoken, tag


@pytest.mark.parametrize("text", ["<b>", '"', "'", "&", "<script>alert(1)</script>"])
def test_nothing_that_somebody_wrote_is_markup(text: str) -> None:
    assert not set("<>\"'") & set(safe(text))


def test_what_cannot_be_seen_is_left_out() -> None:
    assert safe("a\x00\x1b[31m\u202eb\tc\nd") == "a[31mb\tc\nd"


def test_only_backticks_of_a_bank_become_code() -> None:
    assert spoken("usa `<b>` y **x**") == "usa <code>&lt;b&gt;</code> y **x**"


def test_attributes_are_escaped_and_named_as_in_html() -> None:
    made = tag("a", "x", class_="c", data_quote='"><img>', hidden=True, title=None, open=False)
    assert made == '<a class="c" data-quote="&quot;&gt;&lt;img&gt;" hidden>x</a>'


def test_marks_join_where_they_overlap() -> None:
    assert marked("abcdef", [(3, 5), (1, 4)]) == "a<mark>bcde</mark>f"


@given(st.text(), st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30))))
def test_marking_never_loses_or_repeats_a_character(
    text: str, spans: list[tuple[int, int]]
) -> None:
    within = [(a, b) for a, b in spans if a < b <= len(text)]
    bare = marked(text, within).replace("<mark>", "").replace("</mark>", "")
    assert bare == safe(text)
