"""Paths through a form as XPath has them: axes, predicates and positions, in groups and in repeats within repeats."""

from __future__ import annotations

from json import dumps
from typing import Any

import pytest

from server.surveys.expression.form_index import FormIndex
from server.surveys.expression.parse import SyntaxProblem, parse
from server.surveys.expression.resolve import Model, Unresolved, resolve
from server.surveys.form import Form
from tests.surveys.expressions import in_javascript, in_python
from tests.surveys.test_compile import compiled

FARMS = Form(
    compiled(
        """
| survey |
| | type | name | label |
| | text | owner | Owner |
| | begin group | land | Land |
| | integer | wet | Wet |
| | integer | dry | Dry |
| | end group | |
| | begin repeat | field | Field |
| | text | crop | Crop |
| | integer | size | Size |
| | begin repeat | harvest | Harvest |
| | integer | year | Year |
| | integer | sacks | Sacks |
| | end repeat | |
| | end repeat | |
| | text | note | Note |
"""
    )
)
MODEL = Model(
    "data", FormIndex(FARMS.definition), {"c": {"name", "up"}}, attributes={"id": "farms", "version": "7"}
)


def entry(id_: str, **values: Any) -> dict[str, Any]:
    return {"id": id_, **values}


ANSWERS = {
    "owner": "李",
    "land/wet": 3,
    "land/dry": 4,
    "note": "end",
    "field": [
        entry("a", crop="rice", size=5, harvest=[entry("a1", year=2024, sacks=10), entry("a2", year=2025, sacks=20)]),
        entry("b", crop="tea", size=2, harvest=[entry("b1", year=2025, sacks=7)]),
        entry("c", crop="maize", size=9, harvest=[]),
        entry("d", crop="tea", size=1, harvest=[entry("d1", year=2023, sacks=1), entry("d2", year=2025, sacks=2)]),
    ],
}  # fmt: skip

#: (expression, question it belongs to, entries it stands in, value)
CASES: list[tuple[str, str, list[int], Any]] = [
    # Axes
    ("/data/owner", "note", [], {"nodes": ["李"]}),
    ("/data/child::land/child::dry", "note", [], {"nodes": ["4"]}),
    ("sum(/data/land/*)", "note", [], 7),
    ("count(//sacks)", "note", [], 5),
    ("sum(//harvest/sacks)", "note", [], 40),
    ("sum(/data/field//sacks)", "note", [], 40),
    ("count(/data/descendant::year)", "note", [], 5),
    ("string(../owner)", "land", [], "李"),
    ("string(ancestor::field/crop)", "field/harvest/sacks", [1, 0], "tea"),
    ("string(ancestor::*[2]/crop)", "field/harvest/sacks", [0, 1], "rice"),
    ("count(ancestor-or-self::*)", "field/harvest/sacks", [0, 1], 4),
    ("string(self::owner)", "owner", [], "李"),
    ("string(following-sibling::dry)", "land/wet", [], "4"),
    ("string(../preceding-sibling::owner)", "land/wet", [], "李"),
    ("join(' ', ../preceding-sibling::field/crop)", "field/crop", [2], "rice tea"),
    ("join(' ', ../following-sibling::field/crop)", "field/crop", [1], "maize tea"),
    ("string(../preceding-sibling::field[1]/crop)", "field/crop", [2], "tea"),
    ("string(../preceding-sibling::field[last()]/crop)", "field/crop", [2], "rice"),
    ("string(../following-sibling::field[2]/crop)", "field/crop", [0], "maize"),
    ("count(../preceding-sibling::field[1])", "field/crop", [0], 0),
    ("sum(../../preceding-sibling::field/harvest/sacks)", "field/harvest/sacks", [3, 0], 37),
    ("string(../preceding-sibling::harvest/year)", "field/harvest/sacks", [3, 1], "2023"),
    # Predicates on repeats
    ("/data/field[position()=2]/crop", "note", [], {"nodes": ["tea"]}),
    ("/data/field[2]/crop", "note", [], {"nodes": ["tea"]}),
    ("/data/field[last()]/size", "note", [], {"nodes": ["1"]}),
    ("/data/field[crop='tea'][2]/size", "note", [], {"nodes": ["1"]}),
    ("/data/field[size > 1][last()]/crop", "note", [], {"nodes": ["maize"]}),
    ("count(/data/field[crop='tea'])", "note", [], 2),
    ("count(../field[./crop = 'tea' and ./size < 2])", "note", [], 1),
    ("join(',', /data/field/harvest[1]/sacks)", "note", [], "10,7,1"),
    ("join(',', /data/field/harvest[last()]/sacks)", "note", [], "20,7,2"),
    ("join(',', /data/field[position() mod 2 = 0]/harvest[position()=2]/sacks)", "note", [], "2"),
    ("join(',', /data/field/crop[1])", "note", [], "rice,tea,maize,tea"),
    ("count(/data/field/crop[2])", "note", [], 0),
    ("join(',', /data/field[harvest/year = 2024]/crop)", "note", [], "rice"),
    ("(/data/field)[3]/crop", "note", [], {"nodes": ["maize"]}),
    ("(/data/field/harvest)[3]/sacks", "note", [], {"nodes": ["7"]}),
    ("(/data/land/wet | /data/land/dry)", "note", [], {"nodes": ["3", "4"]}),
    ("(/data/land/wet | /data/land/dry)[2]", "note", [], {"nodes": ["4"]}),
    ("/data/land/*[2]", "note", [], {"nodes": ["4"]}),
    ("/data[1]/owner[1]", "note", [], {"nodes": ["李"]}),
    # The own entry
    ("position(..)", "field/crop", [2], 3),
    ("position(../..)", "field/harvest/sacks", [3, 1], 4),
    ("string(../crop)", "field/size", [3], "tea"),
    ("sum(../harvest/sacks)", "field/crop", [0], 30),
    ("string(/data/field[position() = position(current()/..) - 1]/crop)", "field/crop", [1], "rice"),
    ("count(/data/field[crop = current()/../crop])", "field/size", [3], 2),
    ("string(indexed-repeat(/data/field/harvest/sacks, /data/field, 4, /data/field/harvest, 2))", "note", [], "2"),
    ("string(current())", "owner", [], "李"),
    # Of the form
    ("/data/@version", "note", [], "7"),
    ("concat(/data/@id, '-')", "note", [], "farms-"),
]  # fmt: skip


def resolved(text: str, home: str) -> list[Any]:
    return resolve(parse(text), MODEL, home)[0]


@pytest.mark.parametrize(("text", "home", "at", "wanted"), CASES, ids=[f"{c[0]} @{c[1]}" for c in CASES])
def test_python_finds_what_xpath_finds(text: str, home: str, at: list[int], wanted: Any) -> None:
    assert in_python(FARMS, resolved(text, home), ANSWERS, at) == wanted


def test_javascript_finds_the_same() -> None:
    jobs = [
        {"definition": FARMS.definition, "tree": resolved(text, home), "answers": ANSWERS, "at": at, "lang": "zh"}
        for text, home, at, _ in CASES
    ]  # fmt: skip
    found = in_javascript(jobs)
    pairs = zip(CASES, found, strict=True)
    wrong = {case[0]: (value, case[3]) for case, value in pairs if dumps(value) != dumps(case[3])}
    assert wrong == {}


REFUSED = {
    "/other/owner": "unknown_reference",
    "../../owner": "unknown_reference",
    "/data/land/water": "unknown_reference",
    "//water": "unknown_reference",
    "preceding-sibling::nothing": "unknown_reference",
    "/data/@colour": "unsupported_path",
    "following::note": "unsupported_axis",
    "namespace::x": "unsupported_axis",
    "/data/land/text()": "unsupported_axis",
    "/data/field[../field[1]/following-sibling::field]": "unsupported_path",
    "/data/field/harvest[year > 1][2]": "unsupported_path",
    "(/data/owner | /data/note)[. = 1]": "unsupported_path",
    "instance('c')[1]": "unsupported_path",
    "instance('c')/root/item/name/more": "unsupported_path",
    "instance('d')/root/item": "unknown_list",
    "instance('c')/root/item[colour = 1]": "unknown_column",
    "count('x')": "not_a_node_set",
    "sum()": "wrong_arguments",
    "if(1, 2)": "wrong_arguments",
    "indexed-repeat(/data/field/crop, /data/land, 1)": "unsupported_path",
    "jr:choice-name('a', /data/owner)": "not_a_choice",
}


@pytest.mark.parametrize(("text", "code"), REFUSED.items(), ids=list(REFUSED))
def test_what_no_tree_can_tell_is_refused_by_name(text: str, code: str) -> None:
    with pytest.raises((Unresolved, SyntaxProblem)) as found:
        resolved(text, "note")
    assert code in {getattr(found.value, "code", ""), getattr(found.value, "reason", "")}


@pytest.mark.parametrize(
    ("text", "home", "reads"),
    [
        ("../preceding-sibling::field/crop", "field/size", {"field", "field/crop"}),
        ("/data/field[size > 2]/crop", "note", {"field", "field/size", "field/crop"}),
        ("count(//harvest)", "note", {"field/harvest"}),
        ("ancestor::field/crop", "field/harvest/year", {"field/crop"}),
        ("/data/@version", "note", set()),
    ],
)
def test_what_is_read_is_known(text: str, home: str, reads: set[str]) -> None:
    assert resolve(parse(text), MODEL, home)[1] >= reads
