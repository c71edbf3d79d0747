"""What is wrong with a form is said by code, sheet and row, in Chinese and English; nothing else happens."""

from __future__ import annotations

import io
import re
from typing import Any

import openpyxl
import pytest

from server.surveys.compile import Source, compile_form
from server.surveys.refusal import SENTENCES
from tests.surveys.mutations import workbook
from tests.surveys.test_compile import META, ours, small
from tests.surveys.test_constructs import XFORM

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
    "missing file of a look-up": (
        "| | text | b | B |\n| | calculate | a | | | | pulldata('people', 'x', 'y', ${b}) |",
        "unknown_list",
        3,
        "people.csv",
    ),
    "missing file brought by name": (
        "| | text | b | B |\n| | csv-external | people | |",
        "unknown_list",
        3,
        "people.csv",
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


#: rows with an appearance or an intent → (code, what the sentence names)
OUTSIDE = {
    "search": ("| | select_one c | a | A | search('x') | |", "unsupported_itemset", "search('x')"),
    "another app": ("| | text | a | A | ex:org.app() | |", "unsupported_appearance", "ex:org.app()"),
    "printer": ("| | text | a | A | printer:org.app() | |", "unsupported_appearance", "printer:"),
    "image-map": ("| | select_one c | a | A | image-map | |", "unsupported_appearance", "image-map"),
    "background-audio": ("| | background-audio | a | | | |", "unsupported_type", "background-audio"),
    "osm": ("| | osm | a | A | | |", "unsupported_type", "osm"),
    "intent": (
        "| | begin group | a | A | field-list | org.app() |\n| | text | b | B | | |\n| | end group | | | | |",
        "unsupported_appearance",
        "org.app()",
    ),
}


@pytest.mark.parametrize(("rows", "code", "named"), OUTSIDE.values(), ids=OUTSIDE)
def test_what_needs_another_app_is_refused_by_name(rows: str, code: str, named: str) -> None:
    columns = "| | type | name | label | appearance | intent |"
    lines = refusals(small(f"| | text | z | Z | | |\n{rows}", columns, CHOICES))
    assert [(line["code"], line["sheet"], line["row"]) for line in lines] == [(code, "survey", 3)]
    assert named in lines[0]["zh"] and named in lines[0]["en"]


#: a calculation of the question `a` that reads its own value → is that well defined?
OWN_VALUE = {
    "once(random())": True,
    "once(${b})": True,
    "if(${a} = '', ${b}, ${a})": True,
    "if(${b} > 3, ${a}, ${b})": True,
    "coalesce(${a}, ${b})": True,
    "coalesce(${a}, if(${b} = 1, 'x', ${a}))": True,
    "${a} + 1": False,
    "concat(${a}, 'x')": False,
    "if(${a} = 1, 2, 1)": False,
    "if(${a} = '', ${b}, concat(${a}, ${b}))": False,
}


@pytest.mark.parametrize(("calculation", "fits"), OWN_VALUE.items(), ids=list(OWN_VALUE))
def test_a_calculation_may_keep_its_value_but_not_work_on_it(calculation: str, fits: bool) -> None:
    text = plain(f"| | integer | b | B |\n| | calculate | a | | | | {calculation} |")
    found = compile_form(Source("form.md", text.encode(), strict=False))
    assert [(refused.code, refused.row) for refused in found.errors] == ([] if fits else [("cycle", 3)])


#: the same inside a repeat, where other entries' values are other values
RUNNING = {
    "indexed-repeat(${a}, ${r}, position(..) - 1) + ${b}": True,
    "/data/r[position() = position(current()/..) - 1]/a + ${b}": True,
    "sum(../preceding-sibling::r/a) + ${b}": True,
    "sum(/data/r/a) + ${b}": False,
    "sum(/data/r[b > 1]/a)": False,
}


@pytest.mark.parametrize(("calculation", "fits"), RUNNING.items(), ids=list(RUNNING))
def test_a_calculation_may_read_the_entries_before(calculation: str, fits: bool) -> None:
    text = plain(
        f"| | begin repeat | r | R |\n| | integer | b | B |\n| | calculate | a | | | | {calculation} |\n| | end repeat |"
    )
    found = compile_form(Source("form.md", text.encode(), strict=False))
    assert [(refused.code, refused.row) for refused in found.errors] == ([] if fits else [("cycle", 4)])
    if found.definition is not None:
        assert found.definition["dependents"]["r/a"] == ["r/a"]


def test_a_repeat_may_grow_with_its_answers_but_not_decide_on_them_in_a_circle() -> None:
    rows = """
| | calculate | so_far | | | | count(${r}) | | |
| | calculate | wanted | | | | if(indexed-repeat(${more}, ${r}, ${so_far}) = 'yes', ${so_far} + 1, ${so_far}) | | |
| | begin repeat | r | R | | | | | ${wanted} |
| | text | more | More |
| | end repeat |
"""
    columns = "| | type | name | label | relevant | constraint | calculation | choice_filter | repeat_count |"
    found = compile_form(Source("form.md", small(rows, columns).encode(), strict=False))
    assert found.errors == [] and found.definition is not None
    assert found.definition["order"].index("so_far") < found.definition["order"].index("wanted")


ACTIONS = {
    '<setvalue event="xforms-focus" ref="/data/a" value="1"/>': (
        "unsupported_action",
        "setvalue xforms-focus",
    ),
    '<setvalue ref="/data/a" value="1"/>': ("unsupported_action", "setvalue"),
    '<setvalue event="odk-instance-load" ref="/data/b" value="1"/>': ("unknown_reference", "b"),
    '<setvalue event="odk-instance-load" ref="/data/g" value="1"/>': ("unsupported_action", "setvalue g"),
    '<setvalue event="odk-instance-load" ref="/data/g[1]/c" value="1"/>': ("unsupported_path", "g[1]/c"),
    '<setvalue event="odk-instance-load" ref="/data/a" value="1 +"/>': ("broken_expression", "1 +"),
    '<bind nodeset="/data/a" calculate="jr:itext(1, 2)"/>': ("wrong_arguments", "jr:itext()"),
}


@pytest.mark.parametrize(
    ("action", "refused"), ACTIONS.items(), ids=[f"{a[0]} {a[1]}" for a in ACTIONS.values()]
)
def test_actions_that_cannot_be_done_are_refused(action: str, refused: tuple[str, str]) -> None:
    text = XFORM.format(tree="<a/><g><c/></g>", model=action, body='<input ref="/data/a"/>')
    found = compile_form(Source("t.xml", text.encode(), strict=False))
    assert [(one.code, one.name) for one in found.errors] == [refused]


def test_sealing_with_a_key_is_not_passed_over_in_silence() -> None:
    text = (
        plain("| | text | a | A |")
        + "| settings |\n| | public_key | submission_url |\n| | MIIBIjAN | https://x.example |"
    )
    assert [(line["code"], line["sheet"]) for line in refusals(text)] == [("unsupported_setting", "settings")]


XFORMS = {
    "a control without a node": ("<a/>", "", '<input ref="/data/b"/>', "unknown_reference"),
    "two nodes of one name": ("<a/><a/>", "", '<input ref="/data/a"/>', "duplicate_name"),
    "a list that is not there": (
        "<a/>",
        "",
        """<select1 ref="/data/a"><itemset nodeset="instance('x')/root/item"><value ref="n"/></itemset></select1>""",
        "unknown_list",
    ),
    "choices that are no entries": (
        "<a/><b/>",
        "",
        '<select1 ref="/data/a"><itemset nodeset="/data/b"><value ref="n"/></itemset></select1>',
        "unsupported_itemset",
    ),
    "a picture that depends": (
        "<a/>",
        '<itext><translation lang="zh"><text id="x"><value form="image"><output value="/data/a"/>.png</value></text>'
        "</translation></itext>",
        """<input ref="/data/a"><label ref="jr:itext('x')"/></input>""",
        "unsupported_media",
    ),
    "words that hold themselves": (
        "<a/>",
        """<itext><translation lang="zh"><text id="x"><value><output value="concat('', jr:itext('x'))"/></value></text>
        </translation></itext>""",
        """<input ref="/data/a"><label ref="jr:itext('x')"/></input>""",
        "cycle",
    ),
    "a reference outside": ("<a/>", '<bind nodeset="/other/a"/>', "", "bad_xform"),
    "an entity of nothing": (
        '<a/><meta><entity dataset="k" create="1"/></meta>',
        '<bind nodeset="/data/a" xmlns:e="http://www.opendatakit.org/xforms/entities" e:saveto="name"/>',
        "",
        "bad_entities",
    ),
}


@pytest.mark.parametrize(("tree", "model", "body", "code"), XFORMS.values(), ids=list(XFORMS))
def test_faults_of_xforms(tree: str, model: str, body: str, code: str) -> None:
    text = XFORM.format(tree=tree, model=model, body=body)
    found = compile_form(Source("t.xml", text.encode(), strict=False))
    assert [refused.code for refused in found.errors] == [code]


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


def test_cells_the_reader_stumbles_over() -> None:
    long = small("| | text | a | A | | | | | too far |", "| | type | name | label |")
    assert [(line["code"], line["sheet"], line["row"]) for line in refusals(long)] == [
        ("row_too_long", "survey", 2)
    ]
    empty = small("| | text | a | A |", "| | type | name | label |", "| choices |\n")
    assert [(line["code"], line["sheet"]) for line in refusals(empty)] == [("empty_sheet", "choices")]
    book = openpyxl.load_workbook(
        io.BytesIO(workbook(small("| | text | a | A |", "| | type | name | label |")))
    )
    book["survey"]["D1"] = 7
    packed = io.BytesIO()
    book.save(packed)
    found = compile_form(Source("form.xlsx", packed.getvalue(), strict=False))
    assert [refused.code for refused in found.errors] == ["header_not_text"]


def test_lists_that_cannot_be_read() -> None:
    row = small("| | select_one_from_file cl.csv | a | A |", "| | type | name | label |")
    assert [line["code"] for line in refusals(row, files={"cl.csv": 'name,label\n"open,x\n'})] == ["bad_list"]
    row = row.replace("cl.csv", "cl.geojson")
    assert [line["code"] for line in refusals(row, files={"cl.geojson": "{}"})] == ["bad_list"]


def test_every_sentence_is_in_both_languages() -> None:
    for code, (zh, en) in SENTENCES.items():
        assert re.search("[一-龥]", zh) and re.search("[A-Za-z]", en) and not re.search("[一-龥]", en), code
        assert set(re.findall(r"(?<!{){(\w+)}", zh)) == set(re.findall(r"(?<!{){(\w+)}", en)), code
