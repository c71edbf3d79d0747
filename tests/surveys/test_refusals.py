"""What is wrong with a form is said by code, sheet and row, in Chinese and English; nothing else happens."""

from __future__ import annotations

import re
from typing import Any

import pytest

from server.surveys.compile import Source, compile_form
from server.surveys.refusal import SENTENCES
from tests.surveys.test_compile import META, ours, small

COLUMNS = (
    "| | type | name | label | relevant | constraint | calculation | choice_filter | default | trigger |"
)
CHOICES = """
| choices |
| | list_name | name | label | up |
| | c | a | A | x |
"""


def refusals(text: str, **more: Any) -> list[dict[str, Any]]:
    found = compile_form(Source("form.md", text.encode(), strict=more.pop("strict", False), **more))
    assert found.definition is None
    return [refused.line() for refused in found.errors]


def plain(rows: str) -> str:
    return small(rows, COLUMNS, CHOICES)


#: rows of the survey sheet → (code, row, what the sentence names)
FAULTS = {
    "unknown reference": ("| | text | a | A | ${nothing} = 1 |", "unknown_reference", 2, "nothing"),
    "unknown path": ("| | text | a | A | /data/nothing = 1 |", "unknown_reference", 2, "nothing"),
    "broken relevant": ("| | text | a | A | . >> 3 and |", "broken_expression", 2, "> 3 and"),
    "broken constraint": ("| | text | b | B |\n| | text | a | A | | (. > 1 |", "broken_expression", 3, ""),
    "unknown function": ("| | text | a | A | frob(.) |", "unknown_function", 2, "frob()"),
    "unsupported function": ("| | text | a | A | here() |", "unsupported_function", 2, "here()"),
    "wrong arguments": ("| | text | a | A | selected(.) |", "wrong_arguments", 2, "selected()"),
    "look-around": ("| | text | a | A | | regex(., '(?=x)') |", "unsupported_pattern", 2, "(?=x)"),
    "own value in a circle": ("| | calculate | a | | | | ${a} + 1 |", "cycle", 2, "a → a"),
    "circle of three": (
        "| | calculate | a | | | | ${b} |\n| | calculate | b | | | | ${c} |\n| | text | c | C | ${a} = 1 |",
        "cycle",
        2,
        "a → b → c → a",
    ),
    "group that hides what decides on it": (
        "| | begin group | g | G | ${a} = 1 |\n| | text | a | A |\n| | end group |",
        "cycle",
        2,
        "g → g",
    ),
    "unknown list": ("| | select_one nolist | a | A |", "unknown_list", 2, "nolist"),
    "missing list file": (
        "| | text | b | B |\n| | select_one_from_file no.csv | a | A |",
        "unknown_list",
        3,
        "no.csv",
    ),
    "unknown column": ("| | select_one c | a | A | | | | nocol = 1 |", "unknown_column", 2, "c.nocol"),
    "unknown type": ("| | text | b | B |\n| | frobnicate | a | A |", "unknown_type", 3, "frobnicate"),
    "duplicate name": ("| | text | a | A |\n| | text | a | B |", "duplicate_name", 3, "a"),
    "bad name": ("| | text | 1a | A |", "bad_name", 2, "1a"),
    "missing label": ("| | text | b | B |\n| | text | a | |", "missing_label", 3, "a"),
    "missing name": ("| | text | | A |", "missing_name", 2, ""),
    "unclosed group": ("| | begin group | g | G |\n| | text | a | A |", "unmatched_group", 2, "g"),
    "closed twice": ("| | text | a | A |\n| | end group |", "unmatched_group", 3, ""),
    "missing calculation": ("| | calculate | a | |", "missing_calculation", 2, "a"),
    "reserved at the root": ("| | text | deleted | A |", "reserved_name", 2, "deleted"),
    "reserved in a repeat": (
        "| | begin repeat | r | R |\n| | text | id | A |\n| | end repeat |",
        "reserved_name",
        3,
        "id",
    ),
    "not a choice": (
        "| | text | b | B |\n| | text | a | A | jr:choice-name(., '${b}') = 'x' |",
        "not_a_choice",
        3,
        "b",
    ),
}


@pytest.mark.parametrize(("rows", "code", "row", "named"), FAULTS.values(), ids=FAULTS)
def test_faults_of_the_survey_sheet(rows: str, code: str, row: int, named: str) -> None:
    lines = refusals(plain(rows))
    assert [(line["code"], line["sheet"], line["row"]) for line in lines] == [(code, "survey", row)]
    assert named in lines[0]["zh"] and named in lines[0]["en"]
    assert re.search("[一-龥]", lines[0]["zh"]) and not re.search("[一-龥]", lines[0]["en"])


def test_all_faults_are_said_at_once() -> None:
    lines = refusals(
        plain("| | text | a | A | frob() |\n| | text | b | B | /data/x |\n| | text | c | C | 1 + |")
    )
    assert [(line["code"], line["row"]) for line in lines] == [
        ("unknown_function", 2),
        ("unknown_reference", 3),
        ("broken_expression", 4),
    ]


def test_appearance_search_and_outside_apps_are_refused_by_name() -> None:
    columns = "| | type | name | label | appearance |"
    lines = refusals(
        small("| | select_one c | a | A | search('x') |\n| | text | b | B | ex:org.app() |", columns, CHOICES)
    )
    assert [line["code"] for line in lines] == ["unsupported_itemset", "unsupported_appearance"]


METADATA_FAULTS = {
    "no sensitivity": ("| | text | a | 甲 | A | | | | | | | |", "missing_sensitivity", "a"),
    "unknown sensitivity": ("| | text | a | 甲 | A | secret | | | | | | |", "bad_metadata", "secret"),
    "sensitive without purpose": ("| | text | a | 甲 | A | sensitive | | | | | | |", "missing_purpose", "a"),
    "local only": ("| | text | a | 甲 | A | local-only | | | | | | |", "local_only", "a"),
    "unknown merge": (
        "| | text | a | 甲 | A | internal | | sometimes | | | | |",
        "bad_metadata",
        "sometimes",
    ),
    "counter of text": ("| | text | a | 甲 | A | internal | | counter | | | | |", "bad_metadata", "counter"),
    "unknown envelope": ("| | text | a | 甲 | A | internal | | | colour | | | |", "bad_metadata", "colour"),
    "unknown writers": ("| | text | a | 甲 | A | internal | | | | | | nobody |", "bad_metadata", "nobody"),
    "unknown township": ("| | text | a | 甲 | A | internal | | | | | maybe | |", "bad_metadata", "maybe"),
}


@pytest.mark.parametrize(("row", "code", "named"), METADATA_FAULTS.values(), ids=METADATA_FAULTS)
def test_faults_of_our_metadata(row: str, code: str, named: str) -> None:
    lines = refusals(ours(row), strict=True)
    assert [(line["code"], line["sheet"], line["row"]) for line in lines] == [(code, "survey", 2)]
    assert named in lines[0]["zh"] and named in lines[0]["en"]


def test_two_questions_cannot_fill_one_envelope_column() -> None:
    rows = "| | text | a | 甲 | A | internal | | | title | | | |\n| | text | b | 乙 | B | internal | | | title | | | |"
    assert [(line["code"], line["row"]) for line in refusals(ours(rows))] == [("duplicate_envelope", 3)]


def test_a_form_without_our_columns_is_not_ours() -> None:
    text = plain("| | text | a | A |")
    assert [line["code"] for line in refusals(text, strict=True)] == ["missing_sensitivity"]
    assert compile_form(Source("form.md", text.encode(), strict=False)).definition is not None


def test_moves_name_states_and_roles_that_exist() -> None:
    moves = [{"from": "draft", "to": "gone", "roles": "cadre"}, {"from": "", "to": "draft", "roles": "king"}]
    rows = "| | select_one st | status | 状态 | S | internal | | | status | | | any |"
    lines = refusals(ours(rows), moves=moves)
    assert [line["code"] for line in lines] == ["bad_move", "bad_metadata"]
    assert "gone" in lines[0]["zh"] and "king" in lines[1]["zh"]


def test_an_unknown_metadata_column_is_refused() -> None:
    columns = META.replace("shibu:merge", "shibu:merged")
    lines = refusals(ours("| | text | a | 甲 | A | internal | | set | | | | |", columns))
    assert [line["code"] for line in lines] == ["bad_metadata"]
    assert "shibu:merged" in lines[0]["en"]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("form.txt", b"x", "unreadable"),
        ("form.md", b"", "unreadable"),
        ("form.md", b"\xff\xfe\x00", "unreadable"),
        ("form.xlsx", b"PK\x03\x04 not a zip", "unreadable"),
        ("form.xls", b"\xd0\xcf\x11\xe0 not one either", "unreadable"),
        ("form.md", b"| choices |\n| | list_name | name |\n| | a | b |", "missing_sheet"),
        ("form.xml", b"<a/>", "bad_xform"),
        ("form.xml", b"not xml", "bad_xform"),
        (
            "form.xml",
            b'<!DOCTYPE x [<!ENTITY e "x">]><h:html xmlns:h="http://www.w3.org/1999/xhtml">&e;</h:html>',
            "bad_xform",
        ),
    ],
)
def test_files_that_are_no_forms(name: str, data: bytes, code: str) -> None:
    found = compile_form(Source(name, data, strict=False))
    assert [refused.code for refused in found.errors] == [code]
    assert "Traceback" not in found.errors[0].line()["en"]


def test_lists_that_cannot_be_read() -> None:
    row = small("| | select_one_from_file cl.csv | a | A |", "| | type | name | label |")
    assert [line["code"] for line in refusals(row, files={"cl.csv": 'name,label\n"open,x\n'})] == ["bad_list"]
    row = row.replace("cl.csv", "cl.geojson")
    assert [line["code"] for line in refusals(row, files={"cl.geojson": "{}"})] == ["bad_list"]


def test_every_sentence_is_in_both_languages() -> None:
    for code, (zh, en) in SENTENCES.items():
        assert re.search("[一-龥]", zh) and re.search("[A-Za-z]", en) and not re.search("[一-龥]", en), code
        assert set(re.findall(r"(?<!{){(\w+)}", zh)) == set(re.findall(r"(?<!{){(\w+)}", en)), code
