"""What the server works out again, and what it leaves as the phone wrote it because only the phone could know."""

from __future__ import annotations

from typing import Any

import pytest

from server.surveys.form import Form
from server.surveys.report import report

NOW = "2026-11-23T10:00:00+08:00"


def question(path: str, **more: Any) -> dict[str, Any]:
    parent = path.rpartition("/")[0]
    return {"path": path, "name": path, "type": "text", "holds": "text", "parent": parent, "repeat": parent, "label": {"zh": path}} | more


def form_of(*questions: dict[str, Any], **more: Any) -> Form:
    order = [q["path"] for q in questions if q.get("calculate") or q.get("relevant")]
    made = {"kind": "made", "hash": "made", "title": {"zh": "试"}, "languages": ["zh", "en"], "lists": {}, "dependents": {}}
    return Form(made | {"questions": list(questions), "order": order, "envelope": {}, "moves": []} | more)


FLEETING: list[list[Any]] = [
    ["call", "uuid"],
    ["call", "random"],
    ["call", "now"],
    ["call", "concat", ["call", "property", ["str", "deviceid"]], ["path", "a"]],
    ["last", "a"],
    ["call", "once", ["path", "c"], ["path", "a"]],
]


@pytest.mark.parametrize("tree", FLEETING)
def test_what_only_the_phone_could_know_stays(tree: list[Any]) -> None:
    form = form_of(question("a"), question("c", type="calculate", calculate=tree))
    assert form.recalculate({"a": "x", "c": "from the phone"}, NOW) == {"a": "x", "c": "from the phone"}


def test_it_is_worked_out_where_no_phone_did() -> None:
    form = form_of(question("c", type="calculate", calculate=["call", "uuid"]))
    made = form.recalculate({}, NOW)
    assert len(made["c"]) == 36
    assert form.recalculate(made, NOW) == made


def test_a_value_made_once_outlives_its_question_being_away() -> None:
    gone = ["=", ["path", "a"], ["str", "yes"]]
    once = question("c", type="calculate", relevant=gone, calculate=["call", "once", ["path", "c"], ["path", "a"]])
    plain = question("d", type="calculate", relevant=gone, calculate=["path", "a"])
    form = form_of(question("a"), once, plain)
    assert form.recalculate({"a": "no", "c": "yes", "d": "yes"}, NOW) == {"a": "no", "c": "yes"}


NAMED = form_of(
    question("a", type="select_one", list="l"),
    question("c", type="calculate", calculate=["call", "jr:choice-name", ["path", "a"], ["str", "a"]]),
    lists={"l": [{"name": "x", "label": {"zh": "甲", "en": "A"}}, {"name": "y", "label": {"zh": "乙", "en": "B"}}]},
)


@pytest.mark.parametrize(
    ("there", "worked"), [("A", "A"), ("甲", "甲"), ("B", "甲"), (None, "甲"), ("something else", "甲")]
)
def test_words_of_a_list_stay_in_the_language_they_were_written_in(there: str | None, worked: str) -> None:
    answers = {"a": "x"} | ({"c": there} if there else {})
    assert NAMED.recalculate(answers, NOW)["c"] == worked


def test_choices_from_entries_and_shuffled_ones_are_reported() -> None:
    people = {"nodes": ["filter", ["path", "r"], [">", ["path", "r/age", 1], ["num", 18]]], "value": "name", "label": "name"}
    form = form_of(
        question("r", type="repeat", holds="entries"),
        question("r/name"),
        question("r/age", type="integer", holds="number"),
        question("who", type="select_one", **{"from": people}),
        question("lot", type="select_one", list="l", randomize=True),
        lists={"l": [{"name": name, "label": {"zh": name}} for name in "abcdefgh"]},
    )
    entries = [{"id": "1", "name": "杨", "age": 30}, {"id": "2", "name": "李", "age": 9}, {"id": "3", "age": 40}]
    found = report(form, {"r": entries}, NOW, record="one")
    assert (found["who"]["choices"], found["who"]["choice_labels"]) == (["杨"], ["杨"])
    assert sorted(found["lot"]["choices"]) == list("abcdefgh")
    assert found["lot"] == report(form, {}, NOW, record="one")["lot"]
    orders = {tuple(report(form, {}, NOW, record=str(n))["lot"]["choices"]) for n in range(5)}
    assert len(orders) > 1


@pytest.mark.parametrize(
    ("calculated", "answers", "stored"),
    [
        (["call", "base64-decode", ["path", "a"]], {"a": "YQBi"}, {"c": "ab"}),
        (["call", "concat", ["path", "a"], ["path", "a"]], {"a": "长" * 40_000}, {}),
        (["call", "concat", ["path", "a"], ["path", "a"]], {"a": "𠮷" * 20_000}, {}),
        (["call", "concat", ["path", "a"], ["path", "a"]], {"a": "长" * 30_000}, {"c": "长" * 60_000}),
    ],
)
def test_a_calculation_stores_nothing_that_an_answer_may_not_be(
    calculated: list[Any], answers: dict[str, Any], stored: dict[str, Any]
) -> None:
    form = form_of(question("a"), question("c", type="calculate", calculate=calculated))
    made = form.recalculate(answers, NOW)
    assert made == answers | stored
    assert form.shape(made) == []


def test_a_number_too_large_to_count_is_none() -> None:
    tree = ["call", "pow", ["path", "n"], ["num", 40]]
    form = form_of(
        question("n", type="integer", holds="number"),
        question("c", type="calculate", holds="number", calculate=tree),
    )
    assert form.recalculate({"n": 10}, NOW) == {"n": 10}
    assert form.recalculate({"n": 2}, NOW) == {"n": 2, "c": 2**40}
