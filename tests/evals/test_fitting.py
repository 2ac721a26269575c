from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from evals import calibrate, cutting, fitting
from evals.__main__ import main
from evals.cutting import Row, fit_cuts
from evals.metrics import qwk
from evals.results import JudgedCriterion, Result, Writer, write_json
from simulator.domain import CriterionKind, Dimension, Rubric
from simulator.errors import InputError
from simulator.grading.calibration import Calibration, load_calibrations
from simulator.grading.scoring import Shares
from tests.evals.builders import record

RUBRIC = Rubric(dimensions=(Dimension(name="points", scale=(1, 5)),))
BASE = Calibration(judge="logprobs", model="m", embedder="e", coefficients={})


def judged(number: int, label: bool, strength: float, kind: CriterionKind) -> JudgedCriterion:
    return JudgedCriterion(
        criterion_id=f"c{number}",
        text="t",
        dimension="points",
        kind=kind,
        probability=0.5,
        met=True,
        model=round(strength * 3, 2),
        similarity=round(0.1 + strength * 0.1, 3),
        margin=round(strength * 0.1, 3),
        label=label,
    )


def labelled(questions: int = 5, answers: int = 12, noise: float = 0.6) -> list[Result]:
    """Answers whose criteria are met or not by chance, with evidence that follows, and labels that
    follow what is met; an error criterion takes a point."""
    random = np.random.default_rng(7)
    made = []
    for question in range(questions):
        for answer in range(answers):
            quality = answer / (answers - 1)
            met = [bool(random.random() < quality) for _ in range(8)]
            wrong = bool(random.random() < 0.2)
            evidence = [float(random.normal(1 if m else -1, noise)) for m in [*met, wrong]]
            kinds = [CriterionKind.REQUIRED] * 8 + [CriterionKind.ERROR]
            score = 1 + round(4 * sum(met) / 8) - wrong
            made.append(
                Result(
                    id=f"{question}-{answer}",
                    question_id=f"q{question}",
                    scores={"points": 3},
                    labels={"points": max(1, score)},
                    verdicts=tuple(
                        judged(n, label, strength, kind)
                        for n, (label, strength, kind) in enumerate(
                            zip([*met, wrong], evidence, kinds, strict=True)
                        )
                    ),
                    provenance={"judge": "logprobs", "judge_system": "abc"},
                )
            )
    return made


def test_leaving_questions_out_the_fit_agrees_with_the_labels() -> None:
    results = labelled()
    before = fitting.outcome_of(results, RUBRIC).agreement(RUBRIC)["points"]
    after = fitting.cross_validate(results, RUBRIC, BASE)
    found = after.agreement(RUBRIC)
    assert len(after.pairs["points"]) == len(results)
    assert (found["points"]["qwk"] or 0) > 0.85 > (before["qwk"] or 0)
    assert found["overall"] == found["points"]


def test_a_question_is_graded_without_its_own_labels() -> None:
    """Labels of one question that contradict all others cannot help it."""
    results = labelled()
    flipped = [
        r.model_copy(update={"labels": {"points": 6 - r.labels["points"]}})
        if r.question_id == "q0"
        else r
        for r in results
    ]
    outcome = fitting.cross_validate(flipped, RUBRIC, BASE)
    own = [pair for pair in outcome.pairs["points"] if pair.group == "q0"]
    assert (qwk([int(p.label) for p in own], [p.score for p in own], (1, 5)) or 0) < -0.5


def test_evidence_raises_and_the_kind_of_criterion_matters() -> None:
    fitted = fitting.fit(labelled(), RUBRIC, BASE)
    assert fitted.coefficients["model"] + fitted.coefficients["similarity"] > 0
    assert fitted.overrides["error"]["intercept"] != fitted.coefficients["intercept"]
    assert (fitted.judge, fitted.model, fitted.embedder) == ("logprobs", "m", "e")
    cuts = fitted.cuts["points"]
    assert len(cuts) == 4
    assert list(cuts) == sorted(cuts)


def without_a_model(results: list[Result]) -> list[Result]:
    return [
        r.model_copy(
            update={"verdicts": tuple(v.model_copy(update={"model": None}) for v in r.verdicts)}
        )
        for r in results
    ]


def test_more_answers_without_a_model_say_where_to_ask_and_place_the_cut_points() -> None:
    few = [result for result in labelled() if result.question_id in {"q0", "q1", "q2"}]
    more = without_a_model(labelled())
    like = fitting.fit(more, RUBRIC, BASE)
    made = fitting.fit(few, RUBRIC, BASE, more)
    assert (made.mix, made.cuts, made.doubt) == (like.mix, like.cuts, fitting.DOUBT)
    assert made.unasked is not None
    assert made.unasked.coefficients == like.coefficients
    assert made.coefficients.keys() == {"intercept", "before", "model", "standing"}
    assert made.coefficients["model"] + made.coefficients["standing"] > 0

    graded = [fitting.regrade(result, RUBRIC, made) for result in few]
    verdicts = [verdict for result in graded for verdict in result.verdicts]
    assert 0 < sum(verdict.model is None for verdict in verdicts) < len(verdicts)
    quick = [fitting.regrade(result, RUBRIC, like) for result in without_a_model(few)]
    settled = [verdict for result in quick for verdict in result.verdicts]
    for verdict, alone in zip(verdicts, settled, strict=True):
        if verdict.model is None:
            assert verdict.probability == alone.probability
            assert not fitting.DOUBT + 0.001 < alone.probability < 1 - fitting.DOUBT - 0.001


def test_a_question_is_graded_without_its_labels_in_the_other_run_too() -> None:
    results, more = labelled(), without_a_model(labelled())
    flipped = [
        r.model_copy(update={"labels": {"points": 1}}) if r.question_id == "q0" else r for r in more
    ]
    honest = fitting.cross_validate(results, RUBRIC, BASE, more).pairs["points"]
    spoilt = fitting.cross_validate(results, RUBRIC, BASE, flipped).pairs["points"]
    assert [p.score for p in honest if p.group == "q0"] == [
        p.score for p in spoilt if p.group == "q0"
    ]


def test_a_rejection_never_counts_for_a_criterion() -> None:
    results = [
        r.model_copy(
            update={
                "verdicts": tuple(
                    v.model_copy(update={"opposed": bool(v.label)}) for v in r.verdicts
                )
            }
        )
        for r in labelled()
    ]
    fitted = fitting.fit(results, RUBRIC, BASE)
    assert fitted.coefficients["opposed"] == 0
    assert all(own["opposed"] <= 0 for own in fitted.overrides.values())


def test_what_a_false_reason_costs_is_found() -> None:
    """Labels say what is met, less half of it where its reason is false."""
    random = np.random.default_rng(11)
    results = []
    for one in labelled(noise=0.1):
        falsity = [float(random.integers(0, 2)) for _ in one.verdicts]
        earned = sum(
            (1 - 0.5 * false) * bool(v.label)
            for v, false in zip(one.verdicts[:8], falsity, strict=False)
        )
        verdicts = tuple(
            v.model_copy(update={"falsity": false})
            for v, false in zip(one.verdicts, falsity, strict=True)
        )
        labels = {"points": 1 + round(4 * earned / 8)}
        results.append(one.model_copy(update={"verdicts": verdicts, "labels": labels}))
    assert fitting.fit(results, RUBRIC, BASE).mix.falsity == pytest.approx(0.5, abs=0.15)
    assert fitting.fit(labelled(), RUBRIC, BASE).mix.falsity == 0


def test_answers_that_no_judge_saw_teach_nothing_and_stay_lowest() -> None:
    blank = labelled(1, 2)[0]
    silent = tuple(
        v.model_copy(update={"similarity": None, "model": None, "probability": 0.0, "met": False})
        for v in blank.verdicts
    )
    blank = blank.model_copy(update={"id": "blank", "verdicts": silent})
    with_it = fitting.fit([*labelled(), blank], RUBRIC, BASE)
    assert with_it.coefficients == fitting.fit(labelled(), RUBRIC, BASE).coefficients
    assert fitting.regrade(blank, RUBRIC, with_it).scores == {"points": 1}


def test_cuts_find_where_the_labels_step() -> None:
    random = np.random.default_rng(3)
    rows = [
        Row(
            group=f"q{n % 6}",
            shares=Shares(required=raw),
            raw=raw,
            label=1 + sum(raw > edge for edge in (0.1, 0.5, 0.6, 0.9)),
        )
        for n, raw in enumerate(random.random(600).tolist())
    ]
    assert fit_cuts(rows, (1, 5)) == pytest.approx((0.1, 0.5, 0.6, 0.9), abs=0.04)


def test_the_mix_finds_what_shares_are_worth() -> None:
    random = np.random.default_rng(4)
    rows = []
    for n in range(400):
        found = Shares(required=random.random(), bonus=random.random(), error=random.random())
        raw = 0.1 + 0.7 * found.required + 0.2 * found.bonus - 0.3 * found.error
        rows.append(Row(group=f"q{n % 6}", shares=found, label=int(np.floor(raw * 5)) + 1))
    mix, left = cutting.fit_mix([rows], [(1, 5)], 0.3)
    assert (mix.falsity, left) == (0.3, pytest.approx(0.2**2 / 12, abs=0.001))
    assert mix.required == pytest.approx(0.7, abs=0.04)
    assert mix.bonus == pytest.approx(0.2, abs=0.04)
    assert mix.error == pytest.approx(0.3, abs=0.04)
    assert mix.start == pytest.approx(0.1, abs=0.04)


def test_the_searchs_own_kappa_is_scikit_learns() -> None:
    random = np.random.default_rng(5)
    labels, scores = random.integers(0, 5, 80), random.integers(0, 5, 80)
    ours = cutting._kappa(labels, scores, cutting._squares(5))
    assert ours == pytest.approx(qwk(labels, scores, (0, 4)))


def run_folder(path: Path, results: list[Result]) -> Path:
    with Writer(path) as writer:
        writer.keep(results)
    made_with = record(RUBRIC, embedder="e", guide="g", model="m")
    write_json(path / "run.json", made_with.model_dump(mode="json"))
    return path


def test_the_command_uses_train_questions_only_and_keeps_other_entries(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    split = tmp_path / "split.yaml"
    split.write_text("train: [q0, q1, q2]\nvalidation: [q3]\ntest: [q4]\n")
    folder = run_folder(tmp_path / "run", labelled())
    out = tmp_path / "calibration.json"
    other = {"judge": "structured", "coefficients": {"intercept": 1.0}}
    out.write_text(json.dumps({"entries": [other]}))
    arguments = ["calibrate", str(folder), "--split-file", str(split), "--out", str(out)]
    assert main([*arguments, "--dry-run"]) == 0
    assert json.loads(out.read_text())["entries"] == [other]
    assert main(arguments) == 0
    assert main(arguments) == 0
    kept, made = load_calibrations(out).entries
    assert kept.judge == "structured"
    assert (made.judge, made.model, made.embedder) == ("logprobs", "m", "e")
    assert (made.source["answers"], made.source["questions"]) == (36, 3)
    assert made.source["split"] == "train"
    assert made.source["prompts"] == "judge_system.es=abc"
    assert float(made.source["loqo_qwk_points"]) > 0.7
    assert "before" in capsys.readouterr().out

    with_validation = calibrate.usable([folder], split, ["train", "validation"])
    assert {r.question_id for r in with_validation} == {"q0", "q1", "q2", "q3"}


def test_too_few_questions_are_refused(tmp_path: Path) -> None:
    split = tmp_path / "split.yaml"
    split.write_text("train: [q0, q1]\n")
    folder = run_folder(tmp_path / "run", labelled())
    with pytest.raises(InputError, match="at least 3"):
        calibrate.usable([folder], split, ["train"])
