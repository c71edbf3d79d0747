"""What a form says of answers: shape, calculations, flags, envelope."""

from __future__ import annotations

from typing import Any

import pytest

from server.surveys.compute import local_now
from server.surveys.form import Form
from server.surveys.report import report
from tests.surveys.test_compile import compiled, ours

NOW = "2026-11-23T10:00:00+08:00"
ID1, ID2 = "0198a1b2-0000-7000-8000-000000000001", "0198a1b2-0000-7000-8000-000000000002"

PROBLEM = ours(
    """
| | text | content | 内容 | Content | internal | | | title | | | | yes | | | |
| | select_one st | status | 状态 | Status | public | | | status | | | any | | | | |
| | date | due | 期限 | Due | internal | | | due_on | | | | | . >= '2026-01-01' | | |
| | integer | visits | 次数 | Visits | internal | | counter | | | | | | | | |
| | decimal | cost | 花费 | Cost | internal | | | | | | | | . >= 0 | | |
| | select_multiple st | tags | 标签 | Tags | internal | | set | | | | | | | | |
| | select_multiple st | kinds | 类型 | Kinds | internal | | | | | | | | | | |
| | time | at | 时间 | At | internal | | | | | | | | | | |
| | dateTime | moment | 时刻 | Moment | internal | | | | | | | | | | |
| | text | why | 原因 | Why | internal | | | | | | | yes | | ${status} = 'done' | |
| | note | hint | 提示 | Hint | | | | | | | | | | | |
| | begin group | g | 组 | G | | | | | | | | | | ${visits} > 0 | |
| | integer | inner | 内 | Inner | internal | | | | | | | | . < 10 | | |
| | calculate | twice | | | internal | | | | | | | | | | ${inner} * 2 |
| | end group |
| | begin repeat | items | 事项 | Items | | | | | | | | | | | |
| | text | what | 什么 | What | internal | | | | | | | yes | | | |
| | integer | n | 数 | N | internal | | | | | | | | . > 0 | | |
| | calculate | line | | | internal | | | | | | | | | | concat(${what}, ':', ${n}) |
| | end repeat |
| | begin repeat | log | 经过 | Log | | | log | | | | | | | | |
| | text | did | 做 | Did | internal | | | | | | | | | | |
| | end repeat |
| | calculate | total | | | internal | | | | | | | | | | sum(${n}) |
| | calculate | late | | | internal | | | | | | | | | | if(${due} < today(), 'yes', '') |
""",
    "bind::shibu:sensitivity | bind::shibu:purpose | bind::shibu:merge | bind::shibu:envelope | bind::shibu:refers |"
    " bind::shibu:township | bind::shibu:writers | required | constraint | relevant | calculation",
)


@pytest.fixture(scope="module")
def form() -> Form:
    return Form(compiled(PROBLEM))


GOOD: dict[str, list[Any]] = {
    "content": ["石桥村", "", "a\nb", None, "𠮷", "x" * 65_536],
    "due": ["2026-11-23", "2024-02-29", None],
    "visits": [3, -1, 3.0, {"add": 1}, {"add": -2}],
    "cost": [1, 2.5, -0.5],
    "tags": [
        ["draft"],
        [],
        ["draft", "gone_choice"],
        {"put": ["done"]},
        {"drop": ["draft"]},
        {"put": ["a"], "drop": ["b"]},
    ],
    "kinds": [["draft", "done"], None],
    "status": ["done", "a choice that is gone"],
    "at": ["10:30", "10:30:00.000+08:00"],
    "moment": ["2026-11-23T10:30:00+08:00", "2026-11-23T10:30:00.000Z"],
    "g/inner": [4],
    "g/twice": ["8", None],
    "items": [
        [],
        [{"id": ID1, "what": "x", "n": 1, "line": "x:1"}, {"id": ID2}],
        {"put": [{"id": ID1, "n": None}]},
        {"drop": [ID1]},
    ],
    "log": [[{"id": ID1, "did": "x"}], {"append": [{"id": ID1, "did": "x"}]}],
}

WRONG: dict[str, list[Any]] = {
    "content": [3, True, ["a"], {"add": 1}, {"put": ["a"]}, {}, "\ud800", "a\x00b", "x" * 65_537],
    "due": ["2026-13-01", "2026-02-29", "23.11.2026", "2026-11-23T10:00:00Z", "", 20260101],
    "visits": [
        "3",
        3.5,
        True,
        float("nan"),
        float("inf"),
        2**60,
        {"add": "1"},
        {"add": 1.5},
        {"add": 1, "x": 2},
        [1],
    ],
    "cost": ["1", {"add": 1}, False],
    "tags": ["draft", ["a b"], ["a", "a"], [1], [""], {"put": "a"}, {"append": ["a"]}, {"drop": [1]}],
    "kinds": [{"put": ["a"]}],
    "at": ["25:00", "10", ""],
    "moment": ["2026-11-23", "2026-11-23T10:30:00+99:00"],
    "items": [
        "x",
        [{"what": "no id"}],
        [{"id": "not-a-uuid"}],
        [{"id": ID1}, {"id": ID1}],
        [{"id": ID1, "n": "1"}],
        {"append": [{"id": ID1}]},
        {"put": "x"},
        [3],
    ],
    "log": [{"put": [{"id": ID1}]}, {"drop": [ID1]}, {"append": [{"did": "no id"}]}],
}


@pytest.mark.parametrize(
    ("path", "value"), [(path, value) for path, values in GOOD.items() for value in values]
)
def test_shape_takes_what_fits(form: Form, path: str, value: Any) -> None:
    assert form.shape({path: value}) == []


@pytest.mark.parametrize(
    ("path", "value"), [(path, value) for path, values in WRONG.items() for value in values]
)
def test_shape_refuses_what_does_not(form: Form, path: str, value: Any) -> None:
    found = form.shape({path: value})
    assert [problem.code for problem in found] == ["wrong_type"]
    assert found[0].path.startswith(path)


def test_shape_knows_every_question_and_no_other(form: Form) -> None:
    found = form.shape({"nothing": 1, "g": "x", "hint": "x", "items/what": "x", "inner": 3, "": 1})
    assert {problem.code for problem in found} == {"unknown_question"}
    assert len(found) == 6
    inside = form.shape({"items": [{"id": ID1, "nothing": 1}, {"id": ID2, "what": "x"}]})
    assert [(problem.code, problem.path) for problem in inside] == [("unknown_question", "items/nothing")]


def test_one_bad_answer_does_not_hide_another(form: Form) -> None:
    found = form.shape({"content": 1, "due": "x", "cost": 3})
    assert [(problem.code, problem.path) for problem in found] == [
        ("wrong_type", "content"),
        ("wrong_type", "due"),
    ]


def test_calculations_are_filled_in_and_nothing_given_is_changed(form: Form) -> None:
    answers = {
        "visits": 1,
        "g/inner": 4,
        "g/twice": "wrong",
        "items": [{"id": ID1, "what": "瓦", "n": 2}, {"id": ID2, "what": "梁", "n": 3}],
    }
    before = repr(answers)
    found = form.recalculate(answers, NOW)
    assert found["g/twice"] == "8"
    assert [entry["line"] for entry in found["items"]] == ["瓦:2", "梁:3"]
    assert found["total"] == "5"
    assert "late" not in found
    assert repr(answers) == before
    assert form.recalculate({"due": "2026-01-05"}, NOW)["late"] == "yes"


def test_what_is_not_relevant_has_no_value(form: Form) -> None:
    found = form.recalculate({"visits": 0, "g/inner": 4, "g/twice": "8"}, NOW)
    assert "g/twice" not in found
    assert found["g/inner"] == 4, "an answer is kept, only a calculation is taken out"


def test_calculating_twice_changes_nothing(form: Form) -> None:
    once = form.recalculate({"visits": 2, "g/inner": 7, "items": [{"id": ID1, "n": 2}]}, NOW)
    assert form.recalculate(once, NOW) == once


def test_flags_name_what_is_unmet(form: Form) -> None:
    answers = {"status": "done", "due": "2025-12-31", "cost": -1, "visits": 1, "g/inner": 12}
    answers |= {"items": [{"id": ID1, "what": "x", "n": 0}, {"id": ID2}]}
    assert form.flags(answers, NOW) == [
        {"code": "required", "question": "content"},
        {"code": "constraint", "question": "due"},
        {"code": "constraint", "question": "cost"},
        {"code": "required", "question": "why"},
        {"code": "constraint", "question": "g/inner"},
        {"code": "required", "question": f"items[{ID2}]/what"},
        {"code": "constraint", "question": f"items[{ID1}]/n"},
    ]


def test_what_is_not_relevant_is_not_flagged(form: Form) -> None:
    assert form.flags({"content": "x", "status": "draft", "visits": 0, "g/inner": 12}, NOW) == []


def test_envelope_gives_every_column_the_form_fills(form: Form) -> None:
    assert form.envelope({"content": "漏水", "due": "2026-12-01"}) == {
        "title": "漏水",
        "status": None,
        "due_on": "2026-12-01",
    }


def test_any_stored_answers_can_be_evaluated(form: Form) -> None:
    """Old versions, other forms, damaged rows: nothing in the answers may raise."""
    odd = [None, True, [], {}, [None], "x", {"id": 3}, [{"id": None}], [[1]], 1e300, "\ud800"]
    for path in [*GOOD, "g", "nothing"]:
        for value in odd:
            answers = {path: value, "visits": 1}
            assert isinstance(form.flags(answers, NOW), list)
            assert isinstance(form.recalculate(answers, NOW), dict)


def test_today_is_chinas_whatever_the_server_says() -> None:
    assert local_now("2026-11-22T16:30:00Z")[0] == "2026-11-23"
    assert local_now("2026-11-22T15:59:59.999Z") == ("2026-11-22", "2026-11-22T23:59:59.999+08:00")
    assert local_now("no time at all")[0] >= "2026"


def test_report_says_all_of_every_node(form: Form) -> None:
    found = report(form, {"content": "x", "visits": 1, "items": [{"id": ID1, "what": "瓦", "n": 2}]}, NOW)
    assert found["items"] == {"relevant": True, "label": "事项", "count": 1}
    assert found["items[1]/what"]["value"] == "瓦"
    assert found["why"]["relevant"] is False
    assert found["status"]["choices"] == ["draft", "done"]
    assert found["g/twice"]["value"] is None
