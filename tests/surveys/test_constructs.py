"""What XLSForm has beyond questions and conditions: actions, files, entities, choices from repeats, the record before."""

from __future__ import annotations

from typing import Any

import pytest

from server.surveys.compile import Source, compile_form
from tests.surveys.test_compile import by_path, compiled, small

COLUMNS = "| | type | name | label | calculation | trigger | default | repeat_count | choice_filter | parameters | appearance |"
CHOICES = """
| choices |
| | list_name | name | label | up |
| | c | a | A | x |
| | c | b | B | y |
"""


def form(rows: str, columns: str = COLUMNS, rest: str = CHOICES, **more: Any) -> dict[str, Any]:
    return compiled(small(rows, columns, rest), **more)


@pytest.mark.parametrize(
    ("row", "kind", "holds", "parameters"),
    [
        ("| | image | q | Q | | | | | | max-pixels=800 | draw |", "image", "text", {"max-pixels": "800"}),
        ("| | audio | q | Q | | | | | | quality=low | |", "audio", "text", {"quality": "low"}),
        ("| | video | q | Q | | | | | | | |", "video", "text", {"mediatype": "video/*"}),
        ("| | file | q | Q | | | | | | | |", "file", "text", {"mediatype": "application/*"}),
        ("| | barcode | q | Q | | | | | | | |", "barcode", "text", {}),
        (
            "| | geopoint | q | Q | | | | | | capture-accuracy=5 allow-mock-accuracy=true | |",
            "geopoint",
            "text",
            {"accuracyThreshold": "5", "allow-mock-accuracy": "true"},
        ),
        ("| | geotrace | q | Q | | | | | | | |", "geotrace", "text", {}),
        ("| | geoshape | q | Q | | | | | | | |", "geoshape", "text", {}),
        (
            "| | range | q | Q | | | | | | start=0 end=6 step=2 | |",
            "range",
            "number",
            {"start": "0", "end": "6", "step": "2"},
        ),
        ("| | rank c | q | Q | | | | | | | |", "rank", "list", {}),
        ("| | hidden | q | | | | x | | | | |", "hidden", "text", {}),
    ],
)
def test_types_of_the_device(row: str, kind: str, holds: str, parameters: dict[str, str]) -> None:
    question = by_path(form(row))["q"]
    assert (question["type"], question["holds"]) == (kind, holds)
    assert question["parameters"].items() >= parameters.items()
    assert "appearance" not in question["parameters"]


@pytest.mark.parametrize(
    ("row", "default"),
    [
        ("| | select_multiple c | q | Q | | | a b | | | | |", ["str", "a b"]),
        ("| | geopoint | q | Q | | | 25.1 102.7 0 0 | | | | |", ["str", "25.1 102.7 0 0"]),
        ("| | date | q | Q | | | 2026-11-23 | | | | |", ["str", "2026-11-23"]),
        ("| | dateTime | q | Q | | | now() | | | | |", ["call", "now"]),
        ("| | decimal | q | Q | | | 2.5 | | | | |", ["num", 2.5]),
        ("| | image | q | Q | | | map.png | | | | |", ["str", "map.png"]),
        ("| | select_one c | q | Q | | | if(true(), 'a', 'b') | | | | |", None),
    ],
)
def test_defaults_of_every_kind(row: str, default: Any) -> None:
    found = by_path(form(row))["q"]["default"]
    assert found == (default or ["call", "if", ["call", "true"], ["str", "a"], ["str", "b"]])


def test_defaults_in_repeats_are_worked_out_for_every_entry() -> None:
    definition = form(
        """
| | integer | n | N | | | | | | | |
| | begin repeat | r | R | | | | | | | |
| | integer | at | At | | | position(..) | | | | |
| | text | word | Word | | | x | | | | |
| | end repeat | | | | | | | | | |
"""
    )
    questions = by_path(definition)
    assert questions["r/at"]["default"] == ["call", "position", ["path", "r", 1]]
    assert questions["r/word"]["default"] == ["str", "x"]
    assert questions["r"]["entries"] == [{"word": "x"}]
    assert definition["actions"] == []


def test_a_trigger_writes_when_another_answer_changes() -> None:
    definition = form(
        """
| | text | a | A | | | | | | | |
| | calculate | when | | now() | ${a} | | | | | |
| | text | gone | Gone | | ${a} | | | | | |
| | background-geopoint | where | | | ${a} | | | | | |
| | start-geopoint | home | | | | | | | | |
| | begin repeat | r | R | | | | | | | |
| | text | x | X | | | | | | | |
| | text | y | Y | concat(${x}, ${a}) | ${x} | | | | | |
| | end repeat | | | | | | | | | |
"""
    )
    changed = ["value-changed"]
    assert sorted(definition["actions"], key=str) == sorted(
        [
            {"on": changed, "from": "a", "ref": "when", "value": ["call", "now"]},
            {"on": changed, "from": "a", "ref": "gone", "value": None},
            {"on": changed, "from": "a", "ref": "where", "value": None, "geopoint": True},
            {"on": ["first-load"], "from": "", "ref": "home", "value": None, "geopoint": True},
            {
                "on": changed,
                "from": "r/x",
                "ref": "r/y",
                "value": ["call", "concat", ["path", "r/x", 1], ["path", "a"]],
            },
        ],
        key=str,
    )
    assert by_path(definition)["when"]["calculate"] is None


XFORM = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa" xmlns:odk="http://www.opendatakit.org/xforms"><h:head><h:title>T</h:title><model>
 <instance><data id="t" version="3">{tree}</data></instance>{model}</model></h:head><h:body>{body}</h:body></h:html>"""


def xform(tree: str, model: str = "", body: str = "") -> dict[str, Any]:
    found = compile_form(
        Source("t.xml", XFORM.format(tree=tree, model=model, body=body).encode(), strict=False)
    )
    assert [refused.line() for refused in found.errors] == []
    assert found.definition is not None
    return found.definition


def test_actions_of_every_event_wherever_they_stand() -> None:
    definition = xform(
        "<a/><b/><g><c/></g><r><d/></r>",
        """<bind nodeset="/data/a" id="first"/>
        <setvalue event="xforms-ready" ref="/data/a" value="1 + 1"/>
        <setvalue event="odk-instance-load" bind="first">it's “so”</setvalue>
        <setvalue event="odk-instance-first-load odk-instance-load" ref="/data/b"/>""",
        """<group ref="/data/g"><setvalue event="odk-instance-first-load" ref="/data/g/c" value="'in a group'"/>
        <input ref="/data/g/c"><setvalue event="xforms-value-changed" ref="/data/b" value="/data/g/c"/></input></group>
        <group ref="/data/r"><repeat nodeset="/data/r"><setvalue event="odk-new-repeat" ref="/data/r/d" value="position(..)"/>
        <input ref="/data/r/d"/></repeat></group>""",
    )
    questions = by_path(definition)
    assert questions["a"]["default"] == ["+", ["num", 1], ["num", 1]]
    assert questions["g/c"]["default"] == ["str", "in a group"]
    assert definition["actions"] == [
        {"on": ["load"], "from": "", "ref": "a", "value": ["str", "it's “so”"]},
        {"on": ["first-load", "load"], "from": "", "ref": "b", "value": None},
        {"on": ["value-changed"], "from": "g/c", "ref": "b", "value": ["path", "g/c"]},
        {"on": ["new-repeat"], "from": "r", "ref": "r/d", "value": ["call", "position", ["path", "r", 1]]},
    ]


def test_entries_the_form_itself_gives() -> None:
    repeat = '<group ref="/data/r"><repeat nodeset="/data/r"{more}><input ref="/data/r/a"/></repeat></group>'
    tree = '<r jr:template=""><a>t</a></r><r><a>1</a></r><r><a/></r>'
    questions = by_path(xform(tree, '<bind nodeset="/data/r/a" type="int"/>', repeat.format(more="")))
    assert (questions["r"]["entries"], questions["r/a"]["default"]) == ([{"a": 1}, {}], ["str", "t"])
    assert "fixed" not in questions["r"]
    fixed = xform("<r><a>x</a></r>", "", repeat.format(more=' jr:noAddRemove="true()"'))
    questions = by_path(fixed)
    # Without a template the first entry's answers are its own.
    assert (questions["r"]["entries"], questions["r/a"]["default"]) == ([{"a": "x"}], None)
    assert questions["r"]["fixed"] is True


def test_our_own_repeats_begin_empty() -> None:
    text = small(
        "| | begin repeat | r | R | |\n| | text | a | A | internal |\n| | end repeat | | | |",
        "| | type | name | label | bind::shibu:sensitivity |",
        '| settings |\n| | form_id | namespaces |\n| | f | shibu="https://shibu.example/xforms" |',
    )
    assert "entries" not in by_path(compiled(text))["r"]


def test_choices_from_the_entries_of_a_repeat() -> None:
    definition = form(
        """
| | begin repeat | person | Person | | | | | | | |
| | text | name | Name | | | | | | | |
| | integer | age | Age | | | | | | | |
| | end repeat | | | | | | | | | |
| | select_one ${name} | head | Head | | | | | ${age} > 17 | | |
| | select_multiple ${name} | there | There | | | | | | randomize=true | |
| | calculate | called | | jr:choice-name(${head}, '${head}') | | | | | | |
"""
    )
    questions = by_path(definition)
    head, there = questions["head"], questions["there"]
    assert (head["list"], head["choice_filter"]) == (None, None)
    assert head["from"] == {
        "nodes": ["filter", ["path", "person"], [">", ["path", "person/age", 1], ["num", 17]]],
        "value": "name",
        "label": "name",
    }
    assert (there["type"], there["randomize"]) == ("select_multiple", True)
    assert there["from"]["nodes"][0] == "filter"
    assert questions["called"]["calculate"][:2] == ["call", "jr:choice-name"]


def test_a_filter_may_ask_for_a_rows_place() -> None:
    definition = form("| | select_one c | q | Q | | | | | position() < 2 or up = 'y' | | |")
    question = by_path(definition)["q"]
    rows = definition["lists"][question["list"]]
    assert [(row["name"], row["#"]) for row in rows] == [("a", "1"), ("b", "2")]
    place = ["call", "number", ["field", "#"]]
    assert question["choice_filter"] == [
        "or",
        ["<", place, ["num", 2]],
        ["=", ["field", "up"], ["str", "y"]],
    ]


def test_the_record_saved_before() -> None:
    definition = form(
        "| | text | a | A | | | ${last-saved#a} | | | | |\n| | text | b | B | | | concat(${last-saved#a}, '!') | | | | |"
    )
    questions = by_path(definition)
    assert questions["a"]["default"] == ["last", "a"]
    assert questions["b"]["default"] == ["call", "concat", ["last", "a"], ["str", "!"]]
    assert definition["lists"].keys() <= {"c"}


ENTITIES = """
| survey |
| | type | name | label | save_to |
{rows}
| entities |
{entities}
"""


def test_entities_that_a_form_makes() -> None:
    rows = "| | text | a | A | first |\n| | integer | b | B | |"
    made = ENTITIES.format(
        rows=rows, entities="| | list_name | label | create_if |\n| | trees | ${a} | ${b} > 1 |"
    )
    assert compiled(made)["entities"] == [
        {
            "kind": "trees",
            "repeat": "",
            "id": None,
            "create": [">", ["path", "b"], ["num", 1]],
            "update": False,
            "label": ["path", "a"],
            "properties": {"first": "a"},
        }
    ]


def test_entities_that_a_form_changes_are_our_records() -> None:
    rows = "| | select_one_from_file trees.csv | t | T | |\n| | text | a | A | first |"
    entities = "| | list_name | entity_id | update_if |\n| | trees | ${t} | ${a} != '' |"
    text = ENTITIES.format(rows=rows, entities=entities)
    definition = compiled(text)
    (entity,) = definition["entities"]
    assert (entity["id"], entity["create"]) == (["path", "t"], False)
    assert entity["update"] == ["!=", ["path", "a"], ["str", ""]]
    chosen = by_path(definition)["t"]
    # No file of trees was given, so a record of that kind is chosen.
    assert (chosen["type"], chosen["refers"], chosen["list"]) == ("text", "trees", None)
    listed = compiled(text, files={"trees.csv": "name,label\n1,Oak\n"})
    assert by_path(listed)["t"]["list"] == "trees"


def test_an_entity_for_each_entry_of_a_repeat() -> None:
    rows = """
| | text | house | House | houses#label_of |
| | begin repeat | r | R | |
| | text | b | B | trees#first |
| | end repeat | | | |
""".replace("label_of", "called")
    entities = "| | list_name | label | repeat |\n| | trees | ${b} | ${r} |\n| | houses | ${house} | |"
    found = compiled(ENTITIES.format(rows=rows.strip(), entities=entities))["entities"]
    by_kind = {entity["kind"]: entity for entity in found}
    assert (by_kind["trees"]["repeat"], by_kind["houses"]["repeat"]) == ("r", "")
    assert by_kind["trees"]["label"] == ["path", "r/b", 1]
    assert (by_kind["trees"]["properties"], by_kind["houses"]["properties"]) == (
        {"first": "r/b"},
        {"called": "house"},
    )


def test_pictures_and_sounds_of_each_language() -> None:
    text = """
| survey |
| | type | name | label::中文 (zh) | label::English (en) | media::image::中文 (zh) | media::image::English (en) | media::audio::中文 (zh) | guidance_hint::中文 (zh) | hint::中文 (zh) |
| | select_one c | q | 问 | Ask | 问.png | ask.png | 问.mp3 | 慢慢问 | 提示 |
| choices |
| | list_name | name | label::中文 (zh) | label::English (en) | media::big-image::中文 (zh) | media::image::中文 (zh) |
| | c | a | 甲 | A | 大.png | 小.png |
"""
    definition = compiled(text)
    question = by_path(definition)["q"]
    assert question["media"] == {"image": {"zh": "问.png", "en": "ask.png"}, "audio": {"zh": "问.mp3"}}
    assert (question["hint"], question["guidance"]) == ({"zh": "提示"}, {"zh": "慢慢问"})
    assert definition["lists"]["c"][0]["media"] == {
        "image": {"zh": "小.png"},
        "big-image": {"zh": "大.png"},
    }


def test_words_that_name_other_words() -> None:
    definition = xform(
        "<a/>",
        """<itext><translation lang="zh"><text id="x"><value>先看<output value="jr:itext('y')"/>再答</value></text>
        <text id="y"><value>图</value></text></translation><translation lang="en"><text id="x"><value>See
        <output value="jr:itext('y')"/></value></text><text id="y"><value>picture</value></text></translation></itext>""",
        """<input ref="/data/a"><label ref="jr:itext('x')"/></input>""",
    )
    label = by_path(definition)["a"]["label"]
    assert label["zh"] == "先看图再答"
    assert label["en"].split() == ["See", "picture"]


def test_lists_of_the_sheet_external_choices() -> None:
    text = small(
        "| | text | s | S | |\n| | select_one_external town | t | T | state=${s} |",
        "| | type | name | label | choice_filter |",
        "| external_choices |\n| | list_name | name | label | state |\n| | town | a | A | x |\n| | town | b | B | y |",
    )
    definition = compiled(text)
    question = by_path(definition)["t"]
    assert question["type"] == "select_one"
    assert question["choice_filter"] == ["=", ["field", "state"], ["path", "s"]]
    assert [row["name"] for row in definition["lists"][question["list"]]] == ["a", "b"]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("p.csv", "name,label,kind\na,A,x\nb,B,y\n"),
        ("p.xml", "<root><item><name>a</name><label>A</label><kind>x</kind></item></root>"),
        (
            "p.geojson",
            '{"type":"FeatureCollection","features":[{"type":"Feature","id":"a","geometry":{"type":"Point",'
            '"coordinates":[102.5,25.25]},"properties":{"title":"A","kind":"x"}}]}',
        ),
    ],
)
def test_lists_from_files_of_every_kind(file: str, text: str) -> None:
    parameters = "value=id label=title" if file.endswith(".geojson") else ""
    row = f"| | select_multiple_from_file {file} | q | Q | | | | | kind = 'x' | {parameters} | |"
    definition = form(row, files={file: text})
    question = by_path(definition)["q"]
    first = definition["lists"][question["list"]][0]
    assert (first["name"], list(first["label"].values())) == ("a", ["A"])
    assert question["type"] == "select_multiple"
    if file.endswith(".geojson"):
        assert first["geometry"].startswith("25.25 102.5")


def test_what_the_device_fills_in() -> None:
    kinds = (
        "start",
        "end",
        "today",
        "deviceid",
        "username",
        "email",
        "phonenumber",
        "subscriberid",
        "simserial",
    )
    rows = "\n".join(f"| | {kind} | {kind} | | | | | | | | |" for kind in kinds)
    definition = form(f"{rows}\n| | audit | audit | | | | | | | | |\n| | text | a | A | | | | | | | |")
    questions = by_path(definition)
    # Our history of changes is the audit.
    assert [*questions] == [*kinds, "a"]
    assert {path: question["preload"] for path, question in questions.items() if path != "a"} == {
        kind: kind for kind in kinds
    }


def test_a_preload_that_is_asked_is_where_the_question_starts() -> None:
    definition = xform(
        "<d/><m/>",
        '<bind nodeset="/data/d" type="date" jr:preload="date" jr:preloadParams="today"/>'
        '<bind nodeset="/data/m" jr:preload="property" jr:preloadParams="email"/>',
        '<input ref="/data/d"/><input ref="/data/m"/>',
    )
    questions = by_path(definition)
    assert (questions["d"]["type"], questions["d"]["default"]) == ("date", ["call", "today"])
    assert questions["m"]["default"] == ["call", "property", ["str", "email"]]


def test_the_records_own_id_can_be_named() -> None:
    definition = form("| | calculate | id_of | | concat(/data/meta/instanceID, '-') | | | | | | |")
    assert by_path(definition)["id_of"]["calculate"][2] == ["call", "property", ["str", "instanceid"]]
