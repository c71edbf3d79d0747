"""The ten steps and the mechanisms as they are written in surveys/*.csv: complete, honest, and the same on server and phone.

tests/cases/steps.json holds hand-made villages; every rule must hold in one of them and break when its evidence is taken away.
"""

from __future__ import annotations

import csv
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from server.surveys.catalogue import found_in
from server.surveys.compile import compile_form
from server.surveys.guide import compile_guide, files_of
from server.surveys.guide_reading import Reading
from tests.tools import node

SURVEYS = Path(__file__).parents[2] / "surveys"
CASES = json.loads((Path(__file__).parents[1] / "cases" / "steps.json").read_text("utf-8"))
TODAY = CASES["today"]
#: domain.md 1.11; the policy lines are those that name households or people.
MUST = {
    "s2.org.village", "s2.lead.township", "s3.people.population", "s3.people.natives_visit", "s5.problem.classify",
    "s6.leader.township", "s7.consensus.assign", "s8.policy.dibao", "s8.policy.food", "s8.policy.identify", "s8.policy.lunch",
    "s8.policy.disabled", "s8.policy.wubao", "s9.key.focus", "s10.org.leader",
}  # fmt: skip
#: Nothing is recorded for these on purpose; their tip says why.
NOT_RECORDED = {"m.exit_unqualified", "m.principles", "m.everything_for", "m.month_report"}
#: A tick or a note in domain.md, and what only private notes on a phone could tell.
BY_HAND = {
    "s1.role.mindset", "s3.people.rules", "s4.way.speech", "s4.way.multi", "s5.friend.initiative", "s5.friend.small",
    "s5.people.forward", "s5.people.cold", "s5.people.backbone", "s5.people.unity", "s9.reform.cohesion",
}  # fmt: skip

#: Right when they are nothing: what should not happen.
ZERO = {"m.two_zeros.fees", "m.four_two.missing", "m.ten_households.headless"}

pytestmark = pytest.mark.timeout(120)
Village = dict[str, list[dict[str, Any]]]


def rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((SURVEYS / name).read_text("utf-8").splitlines()))


class Records:
    """Answers by kind as records with ids; those that tell none get one."""

    def __init__(self, village: Village) -> None:
        self.kinds = {kind: [record(kind, at, one) for at, one in enumerate(some)] for kind, some in village.items()}

    def list(self, kind: str) -> list[dict[str, Any]]:
        return self.kinds.get(kind, [])


def record(kind: str, at: int, answers: dict[str, Any]) -> dict[str, Any]:
    told = {path: value for path, value in answers.items() if path not in ("_id", "_at")}
    moment = answers.get("_at", "2026-11-01T08:00:00+08:00")
    return {"id": answers.get("_id", f"{kind}-{at:03}"), "kind": kind, "answers": told, "by": "u1", "at": moment, "created_at": moment}


@pytest.fixture(scope="module")
def guide() -> dict[str, Any]:
    forms = [compile_form(found.source).definition for found in found_in(SURVEYS)]
    compiled = compile_guide(files_of(SURVEYS), [form for form in forms if form])
    assert compiled.definition, compiled.problems
    return compiled.definition


def told(guide: dict[str, Any], village: Village) -> Reading:
    return Reading(guide, Records(village), TODAY)


def on_phone(guide: dict[str, Any], villages: list[Village]) -> list[dict[str, Any]]:
    """What the phone's evaluator says of each village."""
    asked = {"today": TODAY, "guide": guide, "villages": [Records(village).kinds for village in villages]}
    command = [*node(), str(Path(__file__).parent / "guide.mjs")]
    done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout)["villages"])


def items(guide: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {item["id"]: item for step in guide["steps"] for item in step["items"]}


def test_every_step_has_its_phase_its_purpose_and_its_items(guide: dict[str, Any]) -> None:
    assert [step["number"] for step in guide["steps"]] == list(range(1, 11))
    assert [len(step["items"]) for step in guide["steps"]] == [7, 12, 31, 16, 13, 15, 11, 24, 27, 16]
    assert [step["id"] for step in guide["steps"] if step["reference"]] == ["s1"]
    for step in guide["steps"]:
        assert step["phase"] in {"arrive", "know", "plan", "deliver", "root"}
        assert step["purpose"]["zh"] and step["purpose"]["en"] and step["tips"]
        assert all(" / " in item["group"] for item in step["items"]), "a group's name stands in both languages"


def test_what_must_not_be_missing_and_what_only_a_hand_can_tell(guide: dict[str, Any]) -> None:
    known = items(guide)
    assert {name for name, item in known.items() if item["must"]} == MUST
    assert {name for name, item in known.items() if item["rule"] is None} == BY_HAND
    assert all(item["make"] for name, item in known.items() if item["rule"]), "each has a shortest way to its next record"


def test_no_number_is_hidden_in_a_rule() -> None:
    for row in rows("steps.csv"):
        bare = re.sub(r"'[^']*'", "", row["rule"])
        assert not re.search(r"(?<![a-z_0-9])[0-9]", bare), f"{row['id']}: thresholds.csv is the place for numbers: {row['rule']}"


def test_no_threshold_is_without_use() -> None:
    used = "".join((SURVEYS / name).read_text("utf-8") for name in ("steps.csv", "figures.csv", "indicators.csv"))
    phone = "".join((SURVEYS.parent / "pwa" / name).read_text("utf-8") for name in ("domain/pack/cadence.js", "screens/parts/homes.js"))
    for row in rows("thresholds.csv"):
        told_by = f"threshold('{row['name']}')" in used or re.search(rf"thresholds\??\.{row['name']} \?\? ", phone)
        assert row["name"] == "step_done_share" or told_by, row["name"]


def test_every_mechanism_computes_something_or_says_why_not(guide: dict[str, Any]) -> None:
    assert len(guide["mechanisms"]) == 89
    assert {one["area"] for one in guide["mechanisms"]} == {"party", "service", "people", "village"}
    without = {one["id"] for one in guide["mechanisms"] if not one["figures"]}
    assert without == NOT_RECORDED
    for one in guide["mechanisms"]:
        assert one["kinds"] or one["tips"], one["id"]
        if one["id"] in NOT_RECORDED:
            assert "有意不" in one["tips"][0]["zh"] and "on purpose" in one["tips"][0]["en"]


def test_each_of_the_three_meetings_has_its_own_term(guide: dict[str, Any]) -> None:
    """A committee meeting of this month hides no party group that has not met, nor a quarter without a general meeting."""
    (one,) = (found for found in guide["mechanisms"] if found["id"] == "m.three_meetings")
    assert [(kind["title"]["zh"], kind["cadence"]) for kind in one["kinds"]] == [
        ("支部党员大会", "quarter"), ("支部委员会", "month"), ("党小组会", "month"), ("党课", "quarter")
    ]  # fmt: skip
    held = {"branch_congress": "2026-09-20", "branch_committee": "2026-11-20", "party_group": "2026-10-20"}
    told_of = told(guide, {"meeting": [{"kind": kind, "held_on": day} for kind, day in held.items()]}).mechanism("m.three_meetings")
    assert [(kind["last"], kind["due"]) for kind in told_of["kinds"]] == [
        ("2026-09-20", "2026-12-31"), ("2026-11-20", "2026-12-31"), ("2026-10-20", "2026-11-30"), ("", "2026-12-31")
    ]  # fmt: skip
    assert (told_of["last"], told_of["covered"], told_of["due"]) == ("2026-11-20", False, "2026-11-30")


@pytest.mark.parametrize("name", sorted(MUST))
def test_what_a_step_cannot_do_without_opens_and_closes(guide: dict[str, Any], name: str) -> None:
    case = CASES["must"][name]
    assert case["done"] and len(case["open"]) >= 2
    for village in case["done"]:
        assert told(guide, village).item(name)["state"] == "done", village
    for village in case["open"]:
        reading = told(guide, village)
        assert reading.item(name)["state"] != "done", village
        assert name in reading.step(name.split(".")[0])["open"]


def test_every_rule_holds_somewhere_and_breaks_without_its_records(guide: dict[str, Any]) -> None:
    reading, bare = told(guide, CASES["full"]), {}
    for name, item in items(guide).items():
        if item["rule"] is None:
            continue
        assert reading.item(name)["state"] == "done", name
        kinds = frozenset(one["kind"] for one in item["evidence"]) | ({"household", "person"} if item["must"] else set())
        if kinds not in bare:
            bare[kinds] = told(guide, {kind: some for kind, some in CASES["full"].items() if kind not in kinds})
        assert bare[kinds].item(name)["state"] != "done", f"{name} holds without {set(kinds)}"


def test_a_village_without_records_has_nothing_done(guide: dict[str, Any]) -> None:
    reading = told(guide, {})
    assert {reading.item(name)["state"] for name in items(guide)} == {"todo"}


@pytest.mark.parametrize("village", ["full", "more"])
def test_figures_of_the_mechanisms(guide: dict[str, Any], village: str) -> None:
    records, figures = (CASES["full"], CASES["figures"]) if village == "full" else CASES["more"].values()
    reading = told(guide, records)
    found = {name: reading.mechanism(name.rpartition(".")[0])["figures"][name] for name in figures}
    assert found == figures


def test_every_figure_is_pinned_and_most_to_more_than_nothing(guide: dict[str, Any]) -> None:
    every = {figure["id"] for one in guide["mechanisms"] for figure in one["figures"]}
    assert every == set(CASES["figures"])
    pinned = [*CASES["figures"].items(), *CASES["more"]["figures"].items()]
    assert every - {name for name, value in pinned if value} <= ZERO


@pytest.mark.parametrize("case", CASES["hand"], ids=lambda case: str(case["name"]))
def test_what_a_hand_says(guide: dict[str, Any], case: dict[str, Any]) -> None:
    reading = told(guide, case["village"])
    item, step = reading.item(case["item"]), reading.step(case["step"])
    assert (item["state"], item["by"]) == (case["state"], case["by"])
    assert (step["done"], step["all"], step["na"]) == (case["done"], case["all"], case["na"])


def test_the_phone_says_the_same(guide: dict[str, Any]) -> None:
    of = [(name, village) for name, case in CASES["must"].items() for village in (*case["done"], *case["open"])]
    of += [(case["item"], case["village"]) for case in CASES["hand"]]
    *phones, more, full = on_phone(guide, [*(village for _, village in of), CASES["more"]["village"], CASES["full"]])
    for (name, village), phone in zip(of, phones, strict=True):
        here, step = told(guide, village), name.split(".")[0]
        assert phone["items"][name]["state"] == here.item(name)["state"], (name, village)
        assert phone["steps"][step]["done"] == here.step(step)["done"], (step, village)
    here = told(guide, CASES["full"])
    for name in items(guide):
        assert (full["items"][name]["state"], full["items"][name]["n"]) == (here.item(name)["state"], here.item(name)["n"]), name
    there = told(guide, CASES["more"]["village"])
    for name in (one["id"] for one in guide["mechanisms"]):
        assert full["mechanisms"][name]["figures"] == here.mechanism(name)["figures"], name
        assert more["mechanisms"][name]["figures"] == there.mechanism(name)["figures"], name
