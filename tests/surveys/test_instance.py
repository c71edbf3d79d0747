"""Answers as XForm instances and back: nothing is lost, whatever stands in them, and others can read the tree."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.surveys.compile import Source, compile_form
from server.surveys.form import Form, Question
from server.surveys.instance import MORE, Instances, same
from server.surveys.refusal import Refused
from tests.surveys.test_compile import compiled

RECORD = "0199c0de-0000-7000-8000-000000000001"
FORMS = Path("surveys/forms")
NESTED = """
| survey |
| | type | name | label |
| | text | who | Who |
| | integer | rooms | Rooms |
| | select_multiple cl | needs | Needs |
| | begin group | place | Place |
| | text | spot | Spot |
| | end group |
| | begin repeat | fields | Fields |
| | decimal | size | Size |
| | begin repeat | crops | Crops |
| | text | crop | Crop |
| | end repeat |
| | end repeat |
| choices |
| | list_name | name | label |
| | cl | a | A |
| | cl | b | B |
| settings |
| | form_id | version |
| | nested | 7 |
"""


@pytest.fixture(scope="module")
def nested() -> Instances:
    found = compile_form(Source("nested.md", NESTED.encode(), strict=False))
    assert found.definition is not None, [refused.line() for refused in found.errors]
    return Instances(Form(found.definition), found.xform)


def round_trip(instances: Instances, answers: dict[str, Any]) -> dict[str, Any]:
    read = instances.read(instances.write(answers, RECORD))
    assert read.record_id == RECORD
    return read.answers


def test_the_tree_is_what_another_tool_would_send(nested: Instances) -> None:
    answers = {
        "who": "杨 <德贵> & 家人",
        "rooms": 4,
        "needs": ["a", "b"],
        "place/spot": "27.1 103.5 0 12",
        "fields": [
            {
                "id": "0199c0de-0000-7000-8000-00000000000a",
                "size": 1.5,
                "crops": [{"id": "c1", "crop": "苞谷"}],
            },
            {"id": "0199c0de-0000-7000-8000-00000000000b", "size#remark": "他说的"},
        ],
        "rooms#later": "yes",
    }
    root = fromstring(nested.write(answers, RECORD))
    assert (root.tag, root.attrib) == ("data", {"id": "nested", "version": "7"})
    assert [child.tag for child in root] == ["who", "rooms", "needs", "place", "fields", "fields", "meta"]
    assert root.findtext("who") == "杨 <德贵> & 家人"
    assert root.findtext("needs") == "a b"
    assert root.findtext("place/spot") == "27.1 103.5 0 12"
    assert [node.findtext("size") for node in root.findall("fields")] == ["1.5", ""]
    assert root.findtext("fields/crops/crop") == "苞谷"
    assert root.findtext("meta/instanceID") == f"uuid:{RECORD}"
    assert round_trip(nested, answers) == answers


def test_an_instance_of_another_tool_is_read_the_same_each_time(nested: Instances) -> None:
    xml = f"""<?xml version="1.0"?><n:data xmlns:n="http://x" xmlns:jr="http://openrosa.org/javarosa" id="nested" version="7">
      <n:who>罗永福</n:who><n:rooms> 3 </n:rooms><n:needs>b</n:needs><n:unknown>?</n:unknown>
      <n:fields jr:template=""><n:size/></n:fields><n:fields><n:size>2.50</n:size></n:fields>
      <meta xmlns="http://openrosa.org/xforms"><instanceID>uuid:{RECORD}</instanceID></meta></n:data>"""
    read = nested.read(xml)
    assert read.record_id == RECORD
    entries = read.answers.pop("fields")
    assert read.answers == {"who": "罗永福", "rooms": 3, "needs": ["b"]}
    assert [entry["size"] for entry in entries] == [2.5]
    assert entries == nested.read(xml).answers["fields"]


@pytest.mark.parametrize(
    "answers",
    [
        {"gone/question": {"deep": [1, None, "x"]}},
        {"who": "", "needs": [], "fields": []},
        {"who": "line\r\nline\ttab \x07 bell", "rooms": "four"},
        {"rooms": 3.0, "place/spot": None, "needs": ["a b", ""]},
        {"rooms": True, "fields": "not entries"},
        {"fields": [{"id": "x", "size": 10**30}, "no entry", {"size": 1}]},
        {"who": "  spaces  ", "who#remark": "two\nlines", "fields": [{"id": "\x00"}]},
    ],
)
def test_what_a_tree_cannot_say_is_not_lost(nested: Instances, answers: dict[str, Any]) -> None:
    assert same(round_trip(nested, answers), {k: v for k, v in answers.items() if v is not None})


@pytest.mark.parametrize(
    "xml",
    [
        "",
        "<data",
        "<other id='nested'/>",
        "<data id='another'/>",
        "<!DOCTYPE d [<!ENTITY e 'x'>]><data id='nested'><who>&e;</who></data>",
        "<data id='nested'><s:answers xmlns:s='https://shibu.example/xforms'>{</s:answers></data>",
    ],
)
def test_what_is_no_instance_is_refused(nested: Instances, xml: str) -> None:
    with pytest.raises(Refused) as refused:
        nested.read(xml)
    assert refused.value.line()["code"] == "bad_instance"
    assert refused.value.line()["zh"] and refused.value.line()["en"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(
    st.dictionaries(
        st.sampled_from(["who", "rooms", "needs", "place/spot", "fields", "who#remark", "more"]), JSON
    )
)
def test_any_answers_come_back(nested: Instances, answers: dict[str, Any]) -> None:
    kept = {key: value for key, value in answers.items() if value is not None}
    assert same(round_trip(nested, answers), kept)


def plausible(question: Question, chance: random.Random) -> Any:
    """Some answer of the question's kind."""
    if question.holds == "number":
        return chance.choice([0, -3, 17, 2.5, 1e-7])
    if question.holds == "list":
        return chance.sample(["a", "b", "c_1"], chance.randint(1, 3))
    return chance.choice(["2026-11-23", "苞谷 & 洋芋", " x ", "uuid:1", "多行\n的话"])


def filled(form: Form, chance: random.Random, around: str = "", start: int = 0) -> dict[str, Any]:
    """Answers to about half of the questions of a group, an entry or the whole form."""
    answers: dict[str, Any] = {}
    for question in form.questions:
        if question.repeat != around or question.holds == "nothing" or chance.random() < 0.5:
            continue
        if question.holds == "entries":
            inside = [
                filled(form, chance, question.path, len(question.path) + 1)
                for _ in range(chance.randint(1, 3))
            ]
            answers[question.path[start:]] = [{"id": f"e{n}"} | entry for n, entry in enumerate(inside)]
        else:
            answers[question.path[start:]] = plausible(question, chance)
    return answers


def test_every_form_of_ours_goes_out_and_in(forms: list[dict[str, Any]]) -> None:
    assert forms
    for row in forms:
        form = Form(json.loads(row["definition"]))
        instances = Instances(form, row["xform"])
        for seed in range(20):
            answers = filled(form, random.Random(f"{form.kind} {seed}"))
            xml = instances.write(answers, RECORD)
            assert same(instances.read(xml).answers, answers), (form.kind, seed)
            assert MORE not in {node.tag for node in fromstring(xml)}, form.kind


def test_a_definition_without_an_xform_has_instances_too() -> None:
    form = Form(compiled(NESTED))
    assert round_trip(Instances(form, ""), {"who": "罗"}) == {"who": "罗"}
