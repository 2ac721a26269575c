from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from simulator import resources
from simulator.guide.repair import repair
from tests.guide.damage import damage

KNOWLEDGE = resources.folder("knowledge")


def read(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


def test_the_seed_becomes_the_guide_byte_for_byte():
    seed = read(KNOWLEDGE / "sources" / "aws_guide.es.seed.txt")
    assert repair(seed) == read(KNOWLEDGE / "aws_guide.es.md")


@pytest.mark.parametrize("code_page", ["cp1254", "cp1252"])
@pytest.mark.parametrize("keep_nbsp", [True, False])
@pytest.mark.parametrize("keep_hyphen", [True, False])
def test_the_guide_survives_being_damaged_anew(code_page, keep_nbsp, keep_hyphen):
    guide = read(KNOWLEDGE / "aws_guide.es.md")
    assert repair(damage(guide, code_page, keep_nbsp=keep_nbsp, keep_hyphen=keep_hyphen)) == guide


@pytest.mark.parametrize(
    ("damaged", "clean"),
    [
        ("guÃa prÃ¡ctica", "guía práctica"),
        ("Ãrea crÃtica: cuÃ¡ndo", "Área crítica: cuándo"),
        ("# Ãndice\nsegÃºn el Ãndice", "# Índice\nsegún el índice"),
        ("ASINCRONÃA Y DISEÃ‘O", "ASINCRONÍA Y DISEÑO"),
        ("DISEÃ‘O AUTOMÃTICO, LÃMITE CRÃTICO", "DISEÑO AUTOMÁTICO, LÍMITE CRÍTICO"),
        ("SÃ SEÃ‘OR", "SÍ SEÑOR"),
        ("SÃ, seÃ±or; DÃa", "Sí, señor; Día"),
        ("aquÃ  \notra lÃ³gica", "aquí  \notra lógica"),
        ("â€œholaâ€ y â€˜adiÃ³sâ€™", "“hola” y ‘adiós’"),
        ("âŒ no", "❌ no"),
        ("ğŸ— Obra ğŸ” clave", "🏗 Obra 🔐 clave"),
        ("âš ï¸ Ojo", "⚠️ Ojo"),
        ("ğŸ‘¨â€ğŸ’» dev", "👨‍💻 dev"),
        ("â˜ï¸ nube", "☁️ nube"),
        ("â”Œâ”€â”€â”\nâ””â”€â”€â”˜", "┌──┐\n└──┘"),
        ("10\u00c2\u00a0ms, Â¿sÃ³lo?", "10\u00a0ms, ¿sólo?"),
        ("voilÃ\xa0! l'Ã©tÃ©", "voilà! l'été"),
        ("ÃƒÂ³ doble", "ó doble"),
        ("ÐŸÑ€Ð¸Ð²ÐµÑ‚", "Привет"),
    ],
)
def test_damaged_words_are_restored(damaged, clean):
    assert repair(damaged) == clean


SOUND = [
    "SÃO PAULO É A MAIOR",
    "SÃO PAULO",
    "A palavra “MAÇÃ” é… IRMÃ—SIM",
    "değişmez ve “hâlâ”… IĞDIR’DA",
    "« voilà » l’été, CAFÉ… château",
    "CAFÉ—BAR “QUÉ” aquí”… (así’)",
    "STRASSE „groß“ Ö“ ß“",
    "“CAFÉ” “SEÑ”",
    "niña 10 × 5 ÷ 2 € ™ 25 °C ½ ²",
    "✅ 🏗 🔐 👨‍💻 ⚠️ → “ok”",
    "`guÃa` es *guía*, `âš¡` es ⚡, «ñandú»",
    "Привет Ελλάδα 日本語 ﬁn",
    "",
    "ascii\r\nonly\t",
]


@pytest.mark.parametrize("text", SOUND)
def test_sound_text_stays_as_it_is(text):
    assert repair(text) == text


def test_all_sound_lines_together_stay():
    assert repair("\n".join(SOUND)) == "\n".join(SOUND)


@pytest.mark.parametrize("code_page", ["cp1254", "cp1252"])
def test_a_mixed_file_is_repaired_only_where_it_is_damaged(code_page):
    sound = "Los señores de “SÃO PAULO” y «MAÇÃ» viajarán aquí.\nSÃO PAULO\nÉl está así…"
    words = "La guía práctica: límites, política, “áreas” y ❌ errores.\nAsí también, ¿sí?"
    mixed = f"{sound}\n\n{damage(words, code_page)}\n\n{sound}\n"
    assert repair(mixed) == f"{sound}\n\n{words}\n\n{sound}\n"


def test_white_space_and_line_ends_are_untouched():
    text = "  guÃa\t\r\n\r\n    \n- lÃ³gica   \x0b\u2028fin  "
    assert repair(text) == "  guía\t\r\n\r\n    \n- lógica   \x0b\u2028fin  "


# No 📁 or 🔍 here: what is left of them is the same as of 📝 and 🔐, so they cannot be told apart.
WORDS = """
la guía práctica de límites según política mínima y máxima crítica diseño lógica configuración
también está así aquí qué cuándo cómo más después número único pingüino año español ¿ ¡
AUTOMÁTICO ASINCRONÍA CRÍTICO PÁGINA DISEÑO NÚMERO CONFIGURACIÓN CATEGORÍA ESTÁNDAR LÍNEA VEHÍCULO
server latency queue throughput don’t “quoted” ‘single’ it’s cost — dash – range … 10€ 5 × 3 ± ° ™
→ ← ↑ ↓ ↔ ≤ ≥ ≈ ≠ • ✓ ✔ ✅ ❌ ⚡ ⚠️ ☁️ ⭐ ➡️ 🚀 🏗 🔐 🟠 👉 💡 📌 🔥 🎯 🏆 🌐 👍 🐳 🐍 📝 💰 🧠 🛡️ 👨‍💻
""".split()  # noqa: SIM905 - words are easier to read than quotes
SENTENCES = st.lists(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join),
    min_size=1,
    max_size=6,
).map("\n".join)
CODE_PAGES = st.sampled_from(["cp1254", "cp1252"])


@settings(max_examples=300, deadline=None)
@given(SENTENCES, CODE_PAGES, st.booleans(), st.booleans())
def test_what_is_damaged_comes_back(text, code_page, keep_nbsp, keep_hyphen):
    # Context for the lines whose only damage is a lone letter: no one could tell them from sound.
    text = f"¿Configuración? ¡Sí!\n{text}\n¿Configuración? ¡Sí!"
    damaged = damage(text, code_page, keep_nbsp=keep_nbsp, keep_hyphen=keep_hyphen)
    assert repair(damaged) == text


@settings(max_examples=300, deadline=None)
@given(SENTENCES)
def test_what_is_sound_stays(text):
    assert repair(text) == text


DEBRIS = st.text(
    st.sampled_from("ÃÂÄÅâïðğéñÉÑ³¡©”“’…—–Ÿœ€†‡šŒ‰ \xa0\xad\u0090\nabcABC.-#*•✅í"), max_size=40
)


@settings(max_examples=500, deadline=None)
@given(st.one_of(DEBRIS, st.text(max_size=60)))
@example("Ã\xa0Ã ")
def test_repairing_twice_is_repairing_once(text):
    once = repair(text)
    assert repair(once) == once


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(max_codepoint=0x7F), max_size=80))
def test_ascii_is_never_touched(text):
    assert repair(text) == text
