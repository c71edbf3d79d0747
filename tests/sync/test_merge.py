"""The merge rule, case by case, over the shared table; and what must hold for any two changes."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.merge import Merged, Standing, merge
from server.surveys.form import Form
from tests.sync import forms

TABLE = json.loads((Path(__file__).parents[1] / "cases" / "merge.json").read_text("utf-8"))


def form() -> Form:
    paths = {p for case in TABLE["cases"] for p in (*case["record"]["answers"], *case["change"]["set"])} - {"deleted"}
    questions = [
        forms.question(p, merge=TABLE["rules"].get(p, "plain"), holds=TABLE["holds"].get(p, "text"))
        | ({"calculate": ["num", 1]} if p in TABLE["calculated"] else {})
        for p in sorted(paths)
    ]
    return Form(forms.definition("case", questions))


@pytest.mark.parametrize("case", TABLE["cases"], ids=[case["name"] for case in TABLE["cases"]])
def test_case(case: dict[str, Any]) -> None:
    standing = Standing(**case["record"])
    kept = json.dumps(asdict(standing))
    change, expected = case["change"], case["expect"]
    merged = merge(form(), standing, change["base"], change["set"], change["device"], 9)
    found = asdict(merged)
    assert {key: found[key] for key in expected} == expected
    assert merged.deleted == expected.get("deleted", case["record"].get("deleted", False))
    assert json.dumps(asdict(standing)) == kept, "merging altered its input"


WORDS = st.sampled_from(["a", "b", None])
CHANGES = st.fixed_dictionaries({}, optional={"head": WORDS, "phone": WORDS, "note": WORDS})


def apply(standing: Standing, merged: Merged, rev: int) -> Standing:
    return Standing(rev, merged.answers, merged.revs, merged.deleted)


@given(CHANGES, CHANGES, CHANGES)
def test_every_value_of_two_devices_is_seen_or_kept(start: dict[str, Any], one: dict[str, Any], two: dict[str, Any]) -> None:
    """Whatever two devices set from the same base is the present value or in a clash; equal answers never clash."""
    first = merge(form(), Standing(), 0, start, "A", 1)
    base = apply(Standing(), first, 1)
    left = apply(base, merge(form(), base, 1, one, "A", 2), 2)
    merged = merge(form(), left, 1, two, "B", 3)
    clashes = {clash.question: (clash.mine, clash.theirs) for clash in merged.clashes}
    for path, value in two.items():
        present = merged.answers.get(path)
        assert present == value or clashes[path] == (value, present)
    for path, value in one.items():
        if path not in two or one[path] == two[path]:
            assert merged.answers.get(path) == value and path not in clashes


@given(st.lists(st.integers(-5, 5), max_size=6), st.randoms())
def test_counters_and_sets_come_out_the_same_in_any_order(amounts: list[int], random: Any) -> None:
    changes = [{"visits": {"add": amount}, "tags": {"put": [str(amount)]}} for amount in amounts]
    shuffled = list(changes)
    random.shuffle(shuffled)
    results = []
    for order in (changes, shuffled):
        standing = Standing(1, {"visits": 0}, {"*": [1, "Z"]})
        for number, change in enumerate(order):
            rev = number + 2
            standing = apply(standing, merge(form(), standing, 1, change, f"D{number % 3}", rev), rev)
        results.append((standing.answers["visits"], sorted(standing.answers.get("tags", []))))
    assert results[0] == results[1] == (sum(amounts), sorted(set(map(str, amounts))))
