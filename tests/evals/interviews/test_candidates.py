from pathlib import Path

import pytest

from evals.interviews.candidates import Part, Situation, load_candidates, situation_of
from simulator import resources
from simulator.domain import Exchange, Lang, Phase, Speaker, Turn, TurnKind
from simulator.errors import InputError
from simulator.interview.bank import load_bank

NAMES = {
    "excellent", "silent", "rambling", "hostile", "asks-for-the-answer", "changes-language",
    "answers-another-question",
}  # fmt: skip
BANK = load_bank([resources.folder("knowledge")], Lang.ES)
CLOSED, OPEN = BANK.closed[0], BANK.open[0]
MINIMAL = "about: x\nlines:\n" + "".join(
    f"  {situation}: ['{situation} one', '{situation} two']\n"
    for situation in Situation
    if situation is not Situation.OVER
)


def exchange(phase: Phase, *kinds: TurnKind, criterion: str | None = None) -> Exchange:
    question = CLOSED if phase is Phase.CLOSED else OPEN
    turns = [
        Turn(speaker=Speaker.INTERVIEWER, kind=kind, text="?", criterion_id=criterion)
        for kind in (TurnKind.QUESTION, *kinds)
    ]
    return Exchange(question_id=question.id, phase=phase, turns=tuple(turns))


def candidate(folder: Path, text: str = MINIMAL, **lines: str):
    path = folder / "someone.es.yaml"
    path.write_text(text + "".join(f"  {k}: ['{v}']\n" for k, v in lines.items()))
    (only,) = load_candidates(folder)
    return only


def part(folder: Path, line: str, situation: Situation, seed: int = 0) -> Part:
    text = MINIMAL.replace(f"['{situation} one', '{situation} two']", f"['{line}']")
    return Part(candidate(folder, text), BANK, {}, seed)


def test_every_candidate_speaks_both_languages() -> None:
    found = {(one.name, one.lang) for one in load_candidates()}
    assert found == {(name, lang) for name in NAMES for lang in Lang}


def test_no_line_is_said_twice_until_all_were_said(tmp_path: Path) -> None:
    speaker = Part(candidate(tmp_path), BANK, {}, seed=3)
    waiting = exchange(Phase.CLOSED)
    assert {speaker.say(waiting), speaker.say(waiting)} == {"closed one", "closed two"}


def test_the_same_seed_says_the_same(tmp_path: Path) -> None:
    (said, again) = (
        [part.say(exchange(Phase.OPEN)) for _ in range(5)]
        for part in (Part(candidate(tmp_path), BANK, {}, seed=1) for _ in range(2))
    )
    assert said == again


def test_patience_ends_with_the_last_word(tmp_path: Path) -> None:
    text = MINIMAL.replace("about: x", "about: x\npatience: 2")
    speaker = Part(candidate(tmp_path, text), BANK, {}, seed=0)
    said = [speaker.say(exchange(Phase.OPEN)) for _ in range(4)]
    assert [line.startswith("last_open") for line in said] == [False, False, True, True]


def test_a_hint_leaves_what_was_asked_standing() -> None:
    assert situation_of(exchange(Phase.CLOSED, TurnKind.HINT)) is Situation.CLOSED
    after = exchange(Phase.OPEN, TurnKind.FOLLOW_UP, TurnKind.HINT)
    assert situation_of(after) is Situation.FOLLOW_UP
    assert situation_of(exchange(Phase.OPEN, TurnKind.CHANGE)) is Situation.CHANGE


def test_blanks_are_filled_from_the_question(tmp_path: Path) -> None:
    asked = exchange(Phase.CLOSED)
    assert part(tmp_path, "es {key}", Situation.CLOSED).say(asked) == "es " + " y ".join(CLOSED.key)
    wrong = part(tmp_path, "{wrong}", Situation.CLOSED).say(asked).split(" y ")
    assert len(wrong) == len(CLOSED.key)
    assert set(wrong) != set(CLOSED.key)
    assert part(tmp_path, "{answer}", Situation.OPEN).say(exchange(Phase.OPEN)) == OPEN.reference
    other = part(tmp_path, "{other}", Situation.OPEN).say(exchange(Phase.OPEN))
    assert other in {q.reference for q in BANK.open if q.id != OPEN.id}
    probed = exchange(Phase.OPEN, TurnKind.FOLLOW_UP, criterion=OPEN.criteria[1].id)
    claim = part(tmp_path, "{claim}", Situation.FOLLOW_UP).say(probed)
    assert claim in OPEN.criteria[1].examples


def test_other_braces_are_left_alone(tmp_path: Path) -> None:
    line = '{"chosen": ["B"]}'
    assert part(tmp_path, line, Situation.CLOSED).say(exchange(Phase.CLOSED)) == line


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("about: x\n", "lines"),
        ("about: x\nlines: {closed: ['a']}\n", "no lines for asked_again"),
        (MINIMAL + "  dancing: ['a']\n", "dancing"),
        ("- a list\n", "about"),
    ],
)
def test_a_broken_candidate_is_one_line(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(InputError, match=why) as caught:
        candidate(tmp_path, text)
    assert str(caught.value).startswith("someone.es.yaml")
    assert "\n" not in str(caught.value)


def test_an_empty_folder_says_what_to_add(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="add NAME"):
        load_candidates(tmp_path)
