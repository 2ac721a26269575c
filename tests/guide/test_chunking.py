from __future__ import annotations

from itertools import pairwise

import pytest

from simulator import resources
from simulator.errors import GuideError
from simulator.guide.chunking import LIMIT, aspect_of, sections, slug

GUIDE = (resources.folder("knowledge") / "aws_guide.es.md").read_bytes().decode()


def keys(text: str) -> list[str]:
    return [section.key for section in sections(text, "g")]


def test_the_shipped_guide_is_cut_by_service_and_aspect():
    found = {section.key: section for section in sections(GUIDE, "aws_guide.es")}
    services = ["aws-lambda", "api-gateway", "ec2", "ecs", "s3", "dynamodb", "iam", "sqs"]
    expected = {
        f"{s}/{a}" for s in services for a in ("architecture", "performance", "security", "errors")
    }
    expected -= {"iam/performance"}
    expected |= {
        "sqs/sqs-standard",
        "sqs/sqs-fifo",
        "como-usar-esto-en-respuestas-abiertas/general",
    }
    assert found.keys() == expected
    section = found["sqs/architecture"]
    assert section.heading_path == (
        "SQS (Muy importante para backend)",
        "Arquitectura y Trade-offs",
    )
    assert (section.service, section.aspect, section.dimension) == (
        "sqs",
        "architecture",
        "architecture",
    )
    assert found["iam/security"].dimension == "security"
    assert found["iam/errors"].dimension is None


def test_chatter_before_and_offers_after_are_left_out():
    texts = "\n".join(section.text for section in sections(GUIDE, "g"))
    for chatter in ("te la voy a estructurar", "Puedo hacer contigo", "Arranquemos", "🚀"):
        assert chatter in GUIDE
        assert chatter not in texts
    assert "Tolerancia a fallos" in texts


@pytest.mark.parametrize("text", [GUIDE, "# A\n\n---\n\ntext  \n\n---\n# B\n- x\n    \n***\n"])
def test_offsets_are_exact_and_edges_are_clean(text):
    found = sections(text, "g")
    for section in found:
        assert text[section.start : section.end] == section.text
        assert section.text == section.text.rstrip()
        assert not section.text.endswith(("---", "***"))
        assert not section.text.startswith("\n")
    assert all(a.end <= b.start for a, b in pairwise(found))


def test_headings_inside_code_are_not_headings():
    text = "# A\n\n```sh\n# not a heading\nls\n```\n\n    # nor this\n\n# B\nb"
    assert keys(text) == ["a/general", "b/general"]
    assert "# not a heading" in sections(text, "g")[0].text


def test_only_top_headings():
    text = "intro\n# Redes\nuno\n# Seguridad\ndos"
    found = sections(text, "g")
    assert [s.key for s in found] == ["redes/general", "seguridad/general"]
    assert [s.dimension for s in found] == [None, "security"]


def test_deep_english_headings():
    text = (
        "# The cloud\nWelcome.\n## Compute\n### Lambda\n#### Architecture & trade-offs\na\n"
        "#### Costs\nc\n##### Discounts\nd\n### Batch\n#### Common mistakes\ne\n#### Queues\nq\n"
    )
    found = {s.key: s for s in sections(text, "g")}
    assert list(found) == [
        "the-cloud/general",
        "lambda/architecture",
        "lambda/performance",
        "lambda/performance-discounts",
        "batch/errors",
        "batch/queues",
    ]
    assert found["lambda/performance-discounts"].dimension == "performance"
    assert found["lambda/architecture"].heading_path == (
        "The cloud",
        "Compute",
        "Lambda",
        "Architecture & trade-offs",
    )
    assert found["batch/queues"].aspect == "queues"


def test_repeated_headings_get_suffixes_and_different_ids():
    found = sections("# A\nx\n# A\nx\n# A 2\ny\n# B\n## Costs\n1\n## Pricing\n2\n", "g")
    assert len({s.key for s in found}) == len({s.id for s in found}) == 5
    assert found[1].key == "a/general-2"
    assert found[4].key == "b/performance-2"


def test_headings_without_a_body_do_not_exist():
    assert keys("# A\n\n---\n\n# B\n\n## C\n   \n## D\ntext") == ["b/d"]


def test_big_sections_are_split_at_borders():
    paragraphs = [f"Párrafo {n}: " + "palabra " * 40 for n in range(12)]
    text = "# A\n" + "\n\n".join(paragraphs) + "\n# B\nb"
    found = [s for s in sections(text, "g") if s.service == "a"]
    assert [s.key for s in found[:3]] == ["a/general", "a/general-2", "a/general-3"]
    assert all(len(s.text) <= LIMIT and s.text.startswith("Párrafo") for s in found)
    joined = " ".join(s.text for s in found).split()
    assert joined == " ".join(paragraphs).split()


@pytest.mark.parametrize(
    "body", ["x" * 5000, "una frase. " * 500, "- item\n" * 600, "línea\n" * 600]
)
def test_bodies_without_borders_are_split_too_and_nothing_is_lost(body):
    text = f"# A\n{body}\n"
    found = sections(text, "g")
    assert all(0 < len(s.text) <= LIMIT for s in found)
    assert "".join("".join(s.text for s in found).split()) == "".join(body.split())


def test_code_blocks_are_kept_whole_where_they_fit():
    code = "```\n" + "line of code\n\n" * 40 + "```"
    text = "# A\n" + "Antes. " * 120 + "\n\n" + code + "\n"
    found = sections(text, "g")
    assert [s.text.count("```") for s in found] == [0, 2]


@pytest.mark.parametrize(
    "offer",
    [
        "Si quieres, puedo hacerte un simulacro.",
        "¿Quieres que te prepare otro tema?",
        "If you'd like, I can quiz you.",
        "**Would you like me to go on?** 🚀",
        "👉 Let me know if you want more.",
    ],
)
def test_a_closing_offer_without_heading_goes_with_all_that_follows(offer):
    found = sections(f"# A\ncontent\n\n# B\nlast words\n\n{offer}\n\n- more chatter\n", "g")
    assert [s.text for s in found] == ["content", "last words"]


def test_advice_is_not_taken_for_an_offer():
    text = "# A\nSi quieres baja latencia, usa cache.\n\nIf you want order, use FIFO."
    assert sections(text, "g")[0].text == text[4:]


def test_ids_follow_content_not_place():
    before = {s.key: s.id for s in sections("# A\nuno\n# B\ndos", "g")}
    after = {s.key: s.id for s in sections("# A\nuno cambiado\n# B\ndos", "g")}
    assert before["a/general"] != after["a/general"]
    assert before["b/general"] == after["b/general"]
    assert {s.id for s in sections("# A\nuno\n# B\ndos", "otra")}.isdisjoint(before.values())


@pytest.mark.parametrize("text", ["just text", "```\n# code\n```", "- # in a list"])
def test_a_guide_without_headings_is_refused(text):
    with pytest.raises(GuideError, match="no Markdown headings"):
        sections(text, "g")


def test_a_guide_with_headings_only_is_refused():
    with pytest.raises(GuideError, match="no text under them"):
        sections("# A\n## B\n---\n", "g")


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("🟠 AWS Lambda", "aws-lambda"),
        ("ECS (Containers)", "ecs"),
        ("🟠 Cómo usar esto en **RESPUESTAS** ABIERTAS", "como-usar-esto-en-respuestas-abiertas"),
        ("(only this)", "only-this"),
        ("[EC2](https://x.y) y `S3`", "ec2-y-s3"),
        ("snake_case ñandú", "snake-case-nandu"),
    ],
)
def test_slugs_have_no_emoji_accents_or_parentheses(title, expected):
    assert slug(title) == expected


def test_words_come_before_signs():
    assert aspect_of("🔐 Costos").name == "performance"
    assert aspect_of("🔐 Buenas prácticas").name == "security"
    assert aspect_of("Errores de seguridad").name == "errors"
    assert aspect_of("SQS FIFO") is None
