"""XLSForms in, definitions out: what each part of a form becomes. Forms are pyxform's Markdown tables."""

from __future__ import annotations

from typing import Any

from server.surveys.compile import Source, compile_form
from server.surveys.form import Form

BILINGUAL = """
| survey |
| | type | name | label::中文 (zh) | label::English (en) | hint::中文 (zh) | required | required_message::中文 (zh) | relevant | constraint | constraint_message::中文 (zh) | constraint_message::English (en) | default | read_only | appearance | guidance_hint::中文 (zh) |
| | text | who | 户主 | Head | 身份证上的名字 | yes | 要写户主 | | string-length(.) > 1 | 太短 | Too short | | | | 问本人 |
| | integer | rooms | ${who}家几间房 | Rooms | | ${who} != '' | | ${who} != '' | . >= 0 and . < 100 | | | 3 | | | |
| | select_one cl_a | grade | 等级 | Grade | | | | | | | | a | | minimal | |
| | select_multiple cl_a | needs | 需要 | Needs | | no | | | | | | | | | |
| | date | seen | 日期 | Date | | | | | . <= today() | | | today() | | | |
| | text | told | 转告 | Told | | | | | | | | | yes | multiline | |
| | note | say | 说明 | Note | | | | | | | | | | | |
| | acknowledge | agreed | 同意 | Agreed | | | | | | | | | | | |
| | start | started | | | | | | | | | | | | | |
| | username | person | | | | | | | | | | | | | |
| | begin group | place | 住址 | Place | | | | ${rooms} > 0 | | | | | | field-list | |
| | decimal | size | 面积 | Size | | | | | | | | | | | |
| | range | steps | 台阶 | Steps | | | | | | | | | | | |
| | end group |
| choices |
| | list_name | name | label::中文 (zh) | label::English (en) | up |
| | cl_a | a | 甲 | A | x |
| | cl_a | b | ${who}的 | B | y |
| settings |
| | form_title | form_id | default_language | style |
| | 住房 / House | house | 中文 (zh) | pages |
"""


def compiled(text: str, **more: Any) -> dict[str, Any]:
    """The definition of a form that must compile; strict only where the form carries our metadata."""
    found = compile_form(Source("form.md", text.encode(), strict=False, **more))
    assert [refused.line() for refused in found.errors] == []
    assert found.definition is not None
    return found.definition


def by_path(definition: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {question["path"]: question for question in definition["questions"]}


def small(
    rows: str, columns: str = "| | type | name | label | calculation | relevant |", rest: str = ""
) -> str:
    return f"| survey |\n{columns}\n{rows.strip()}\n{rest}"


def test_words_come_in_both_languages_with_values_in_place() -> None:
    definition = compiled(BILINGUAL)
    questions = by_path(definition)
    assert definition["title"] == {"zh": "住房", "en": "House"}
    assert definition["languages"] == ["zh", "en"]
    assert definition["style"] == "pages"
    who = questions["who"]
    assert who["label"] == {"zh": "户主", "en": "Head"}
    assert who["hint"] == {"zh": "身份证上的名字"}
    assert who["guidance"] == {"zh": "问本人"}
    assert who["required_message"] == {"zh": "要写户主"}
    assert who["constraint_message"] == {"zh": "太短", "en": "Too short"}
    assert questions["rooms"]["label"] == {"zh": [["path", "who"], "家几间房"], "en": "Rooms"}
    assert definition["lists"]["cl_a"] == [
        {"name": "a", "label": {"zh": "甲", "en": "A"}, "up": "x"},
        {"name": "b", "label": {"zh": [["path", "who"], "的"], "en": "B"}, "up": "y"},
    ]


def test_types_and_what_they_hold() -> None:
    questions = by_path(compiled(BILINGUAL))
    found = {path: (question["type"], question["holds"]) for path, question in questions.items()}
    assert found == {
        "who": ("text", "text"),
        "rooms": ("integer", "number"),
        "grade": ("select_one", "text"),
        "needs": ("select_multiple", "list"),
        "seen": ("date", "text"),
        "told": ("text", "text"),
        "say": ("note", "nothing"),
        "agreed": ("acknowledge", "text"),
        "started": ("meta", "text"),
        "person": ("meta", "text"),
        "place": ("group", "nothing"),
        "place/size": ("decimal", "number"),
        "place/steps": ("range", "number"),
    }
    assert questions["person"]["preload"] == "username"
    assert questions["started"]["preload"] == "start"
    assert questions["place/steps"]["parameters"] == {"start": "1", "end": "10", "step": "1"}
    assert questions["place"]["appearance"] == "field-list"
    assert questions["place/size"]["parent"] == "place"


def test_conditions_become_trees_over_question_paths() -> None:
    questions = by_path(compiled(BILINGUAL))
    assert questions["who"]["required"] is True
    assert questions["needs"]["required"] is False
    assert questions["rooms"]["required"] == ["!=", ["path", "who"], ["str", ""]]
    assert questions["rooms"]["constraint"] == [
        "and",
        [">=", ["path", "rooms"], ["num", 0]],
        ["<", ["path", "rooms"], ["num", 100]],
    ]
    assert questions["place"]["relevant"] == [">", ["path", "rooms"], ["num", 0]]
    assert questions["told"]["read_only"] is True
    assert questions["rooms"]["default"] == ["num", 3]
    assert questions["grade"]["default"] == ["str", "a"]
    assert questions["seen"]["default"] == ["call", "today"]


def test_order_and_dependents_follow_what_is_read() -> None:
    definition = compiled(
        small(
            """
| | calculate | total | | ${doubled} + 1 | |
| | calculate | doubled | | ${n} * 2 | |
| | integer | n | N | | ${go} = 'y' |
| | text | go | Go | | |
| | text | far | Far | | ${total} > 3 |
"""
        )
    )
    order = definition["order"]
    assert order.index("n") < order.index("doubled") < order.index("total") < order.index("far")
    assert "go" not in order
    assert definition["dependents"] == {"doubled": ["total"], "n": ["doubled"], "go": ["n"], "total": ["far"]}


def test_relevance_of_a_group_settles_before_those_who_read_inside_it() -> None:
    rows = """
| | calculate | outside | | ${inside} + 1 | |
| | begin group | g | G | | ${go} = 'y' |
| | integer | inside | I | | |
| | end group |
| | text | go | Go | | |
"""
    assert compiled(small(rows))["order"] == ["g", "outside"]


def test_repeats_bind_their_own_entry() -> None:
    definition = compiled(
        small(
            """
| | begin repeat | person | Person | | |
| | text | name | Name | | |
| | integer | age | Age | | ${name} != '' |
| | begin repeat | job | Job | | |
| | text | place | Place | concat(${name}, '@') | |
| | end repeat |
| | end repeat |
| | calculate | count | | count(${person}) | |
| | calculate | sum | | sum(${age}) | |
"""
        )
    )
    questions = by_path(definition)
    assert questions["person"]["holds"] == "entries"
    assert questions["person/age"]["repeat"] == "person"
    assert questions["person/age"]["relevant"] == ["!=", ["path", "person/name", 1], ["str", ""]]
    assert questions["person/job/place"]["calculate"] == [
        "call",
        "concat",
        ["path", "person/name", 1],
        ["str", "@"],
    ]
    assert questions["person/job/place"]["repeat"] == "person/job"
    assert questions["count"]["calculate"] == ["call", "count", ["path", "person"]]
    assert questions["sum"]["calculate"] == ["call", "sum", ["path", "person/age"]]


def test_repeat_count_is_an_expression() -> None:
    text = small(
        """
| | integer | n | N | |
| | begin repeat | r | R | ${n} |
| | text | x | X | |
| | end repeat |
""",
        "| | type | name | label | repeat_count |",
    )
    questions = by_path(compiled(text))
    assert questions["r"]["count"] == ["path", "n"]


def test_choices_from_a_file_in_both_languages() -> None:
    text = small(
        "| | select_one_from_file cl_place.csv | place | Place | kind = 'town' | people |",
        "| | type | name | label | choice_filter | appearance |",
    )
    file = "name,label,en,kind\nqx,清溪镇,Qingxi,town\nsq,石桥村,Shiqiao,village\n"
    definition = compiled(text, files={"cl_place.csv": file})
    question = by_path(definition)["place"]
    assert question["list"] == "cl_place"
    assert question["choice_filter"] == ["=", ["field", "kind"], ["str", "town"]]
    assert definition["lists"]["cl_place"] == [
        {"name": "qx", "kind": "town", "label": {"zh": "清溪镇", "en": "Qingxi"}},
        {"name": "sq", "kind": "village", "label": {"zh": "石桥村", "en": "Shiqiao"}},
    ]


def test_cascading_choices_read_the_answer_before() -> None:
    text = small(
        """
| | select_one county | county | County | |
| | begin repeat | stop | Stop | |
| | select_one town | town | Town | up = ${county} |
| | select_one town | again | Again | name = ${town} |
| | end repeat |
""",
        "| | type | name | label | choice_filter |",
        """
| choices |
| | list_name | name | label | up |
| | county | yz | 云泽 | |
| | town | qx | 清溪 | yz |
""",
    )
    definition = compiled(text)
    questions = by_path(definition)
    assert questions["stop/town"]["choice_filter"] == ["=", ["field", "up"], ["path", "county"]]
    assert questions["stop/again"]["choice_filter"] == ["=", ["field", "name"], ["current", "stop/town", 1]]
    assert definition["dependents"]["county"] == ["stop/town"]


def test_or_other_asks_in_both_languages() -> None:
    text = """
| survey |
| | type | name | label::中文 (zh) | label::English (en) |
| | select_one c or_other | pick | 选 | Pick |
| choices |
| | list_name | name | label::中文 (zh) | label::English (en) |
| | c | a | 甲 | A |
"""
    definition = compiled(text)
    other = by_path(definition)["pick_other"]
    assert other["label"] == {"zh": "请说明", "en": "Please specify"}
    assert other["relevant"] == ["call", "selected", ["path", "pick"], ["str", "other"]]
    assert definition["lists"]["c"][-1] == {"name": "other", "label": {"zh": "其他", "en": "Other"}}


def test_or_other_of_a_form_in_one_language_is_in_that_language() -> None:
    text = """
| survey |
| | type | name | label |
| | select_one c or_other | pick | {} |
| choices |
| | list_name | name | label |
| | c | a | {} |
"""
    found = [by_path(compiled(text.format(*words)))["pick_other"] for words in (("选", "甲"), ("Pick", "A"))]
    assert [[*question["label"].values()] for question in found] == [["请说明"], ["Specify other."]]


OURS = """
| survey |
| | type | name | label::中文 (zh) | label::English (en) | {columns} |
{rows}
| settings |
| | form_title | form_id | namespaces |
| | 问题 / Problem | problem | shibu="https://shibu.example/xforms" |
| choices |
| | list_name | name | label::中文 (zh) | label::English (en) |
| | st | draft | 草稿 | Draft |
| | st | done | 办结 | Done |
"""
META = "bind::shibu:sensitivity | bind::shibu:purpose | bind::shibu:merge | bind::shibu:envelope | bind::shibu:refers | bind::shibu:township | bind::shibu:writers"


def ours(rows: str, columns: str = META) -> str:
    return OURS.format(rows=rows.strip(), columns=columns)


def test_metadata_of_our_own_forms() -> None:
    text = ours(
        """
| | text | household | 户 | Household | internal | | | parent | household | no | |
| | select_one st | status | 状态 | Status | public | | | status | | | any |
| | text | phone | 电话 | Phone | sensitive | 联系本人 | once | | | shared | leader |
| | integer | visits | 次数 | Visits | internal | | counter | | | | |
| | begin repeat | actions | 经过 | Actions | | | log | | | | any |
| | text | did | 做了 | Did | internal | | | | | | |
| | end repeat |
"""
    )
    moves = [{"kind": "problem", "from": "", "to": "draft", "roles": "cadre first_secretary"}]
    moves += [{"kind": "problem", "from": "draft", "to": "done", "roles": "leader"}]
    definition = compiled(text, moves=moves)
    questions = by_path(definition)
    assert definition["kind"] == "problem"
    assert definition["envelope"] == {"parent": "household", "status": "status"}
    assert (questions["household"]["refers"], questions["household"]["township"]) == ("household", "no")
    assert (questions["phone"]["purpose"], questions["phone"]["merge"], questions["phone"]["writers"]) == (
        "联系本人",
        "once",
        "leader",
    )
    assert questions["actions"]["merge"] == "log"
    assert questions["visits"]["merge"] == "counter"
    assert definition["moves"] == [
        {"from": "", "to": "draft", "role": "cadre"},
        {"from": "", "to": "draft", "role": "first_secretary"},
        {"from": "draft", "to": "done", "role": "leader"},
    ]


def test_the_hash_names_the_content() -> None:
    first, again = compiled(BILINGUAL), compiled(BILINGUAL)
    changed = compiled(BILINGUAL.replace("户主 | Head", "户主名 | Head"))
    assert first == again
    assert first["hash"] == again["hash"] != changed["hash"]
    assert Form(first).hash == first["hash"]


def test_a_form_of_a_thousand_questions_keeps_its_order() -> None:
    rows = "\n".join(
        f"| | calculate | c{n} | | {f'${{c{n - 1}}} + 1' if n else '1'} | |" for n in reversed(range(400))
    )
    definition = compiled(small(rows))
    assert definition["order"] == [f"c{n}" for n in range(400)]
    assert Form(definition).recalculate({})["c399"] == "400"


def test_read_only_groups_and_calculations_are_not_written_by_hand() -> None:
    rows = """
| | begin group | fixed | F | | yes |
| | text | a | A | | |
| | end group |
| | begin group | maybe | M | | ${go} = 'y' |
| | text | b | B | | ${b2} = 'x' |
| | text | b2 | B2 | | |
| | end group |
| | integer | shown | S | 1 + 1 | |
| | text | go | Go | | |
"""
    definition = compiled(small(rows, "| | type | name | label | calculation | read_only |"))
    questions = by_path(definition)
    decides = ["=", ["path", "go"], ["str", "y"]]
    assert questions["fixed/a"]["read_only"] is True
    assert questions["maybe/b2"]["read_only"] == decides
    assert questions["maybe/b"]["read_only"] == ["or", decides, ["=", ["path", "maybe/b2"], ["str", "x"]]]
    assert questions["shown"]["read_only"] is True
    assert questions["go"]["read_only"] is False
    assert definition["dependents"]["go"] == ["maybe", "maybe/b", "maybe/b2"]


def test_the_default_language_comes_first() -> None:
    text = BILINGUAL.replace("| 中文 (zh) | pages", "| English (en) | pages")
    assert compiled(text)["languages"] == ["en", "zh"]
