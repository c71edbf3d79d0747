"""The guide's language and tables: one table of cases for both evaluators, refusals with row and column, states of items."""

from __future__ import annotations

import shutil
from json import dumps
from pathlib import Path
from typing import Any

import pytest

from server.database import Database
from server.surveys import guide as guides
from server.surveys import periods, publish
from server.surveys.catalogue import Catalogue, FormsProblem
from server.surveys.expression.model import Unresolved
from server.surveys.expression.parse import SyntaxProblem
from server.surveys.expression.village import Village
from server.surveys.expression.village_resolve import VillageResolver
from server.surveys.expression.village_rows import Tables
from server.surveys.guide_reading import Reading, shown
from server.surveys.publications import Upload
from tests.surveys.guides import TABLE, Held, differing, form, forms, in_javascript, in_python

SURVEYS = Path(__file__).parent.parent.parent / "surveys"
TODAY = TABLE["today"]
RESOLVER = VillageResolver(guides.schema_of(forms()), TABLE["thresholds"])


def empty_guide() -> dict[str, Any]:
    definition = guides.compile_guide({}, forms()).definition
    days = {"visit": {"day": "visited_on", "title": None}}
    return definition | {"thresholds": TABLE["thresholds"], "kinds": days}


@pytest.mark.parametrize("on", ["", TABLE["on"]], ids=["now", "as of a day"])
def test_both_give_what_the_table_says(on: str) -> None:
    cases = TABLE["on_cases" if on else "cases"]
    trees = [RESOLVER.expression(text) for text, _ in cases]
    guide = empty_guide()
    days = {kind: of["day"] for kind, of in guide["kinds"].items()}
    village = Village(Tables(Held(TABLE["records"]), on, days), guide["thresholds"], on or TODAY)
    ours = [shown(village.value(tree)) for tree in trees]
    theirs = in_javascript(guide, [TABLE["records"]], TODAY, on, trees=trees)["villages"][0]["values"]
    wrong = [
        (text, mine, other, wanted)
        for (text, wanted), mine, other in zip(cases, ours, theirs, strict=True)
        if not dumps(mine) == dumps(other) == dumps(wanted)
    ]
    assert wrong == []


@pytest.mark.parametrize(("text", "code"), TABLE["refused"])
def test_what_cannot_be_evaluated_is_refused_by_name(text: str, code: str) -> None:
    with pytest.raises((Unresolved, SyntaxProblem)) as refused:
        RESOLVER.expression(text)
    assert getattr(refused.value, "code", "broken_expression") == code


def test_periods_are_the_same_in_both() -> None:
    theirs = in_javascript(empty_guide(), [], TODAY, periods=TABLE["periods"])["periods"]
    for (cadence, day, last, covered, due), other in zip(TABLE["periods"], theirs, strict=True):
        assert periods.due(cadence, day, last) == (covered, due), (cadence, day, last)
        assert other == {"covered": covered, "due": due}, (cadence, day, last)


# The tables

STEPS = """id,phase,group,zh,en,hint_zh,hint_en,make_kind,make_prefill,make_screen,rule,evidence,must,reference
s1,arrive,,步,Step,,,,,,,,,yes
s1.tip.1,,,说,Say,,,,,,,,,
s1.a.all,,,一,One,,,household,presence=resident,,count(instance('household')/root/item) >= 3,household,yes,
s1.a.seen,,,二,Two,,,,,/visit,count(instance('visit')/root/item) > 9,visit[household = 'h1'],yes,
s1.a.tick,,,三,Three,,,,,,,,,
s1.a.none,,,四,Four,,,,,,,person[name = 'x'],,
"""
MECHANISMS = """id,area,zh,en,kinds,prefill,cadence,screen,tip_zh,tip_en
m.visits,mass,走访,Visits,visit; person[birth_year = 1950],household=h1|name=x,month,,常去,Go often
"""
FIGURES = """id,mechanism,zh,en,unit,value
m.visits.n,m.visits,次数,Visits,次,count(instance('visit')/root/item)
"""
INDICATORS = """id,section,zh,en,unit,value,evidence,question,ledger
i.households,a,户,Households,户,count(instance('household')/root/item),household,homes,L1
i.profile,a,写的,Written,,,,homes,
i.nothing,a,没有,Nothing,,count(instance('step_item_state')/root/item),step_item_state,,
i.name,a,谁,Who,,instance('household')/root/item/head_name,household,,
"""
OWN_FORMS = [
    form("step_item_state", dict.fromkeys(("item_id", "state", "na_reason", "note", "updated_on", "title"), "text")),
    form("village_profile", {"year": "integer", "homes": "integer"}),
]
STATE = {"by": "chen", "at": "2026-11-02T08:00:00Z", "created_at": "2026-11-02T08:00:00Z"}


def compiled(**files: str) -> guides.Compiled:
    return guides.compile_guide({f"{name}.csv": text for name, text in files.items()}, forms() + OWN_FORMS)


@pytest.fixture
def guide() -> dict[str, Any]:
    found = compiled(steps=STEPS, mechanisms=MECHANISMS, figures=FIGURES, indicators=INDICATORS)
    assert found.problems == {}
    return found.definition


def by_hand(*said: tuple[str, str, str, str]) -> dict[str, Any]:
    rows = [
        {"id": f"s{n}", "answers": {"item_id": item, "state": state, "updated_on": on, "title": title}, **STATE}
        for n, (item, state, on, title) in enumerate(said)
    ]
    return {**TABLE["records"], "step_item_state": rows}


def test_states_of_items_and_steps(guide: dict[str, Any]) -> None:
    kinds = by_hand(
        ("s1.a.tick", "na", "2026-11-01", ""),
        ("s1.a.tick", "done", "2026-11-02", ""),
        ("s1.a.none", "na", "2026-11-02", ""),
        ("s1.local.x", "doing", "2026-11-02", "本地"),
        ("s9.local.x", "done", "2026-11-02", "别的"),
    )
    told = Reading(guide, Held(kinds), TODAY).told()
    states = {name: (item["state"], item["by"], item["n"]) for name, item in told["items"].items()}
    assert states == {
        "s1.a.all": ("done", "evidence", 3),
        "s1.a.seen": ("doing", "evidence", 2),
        "s1.a.tick": ("done", "hand", 0),
        "s1.a.none": ("na", "hand", 0),
        "s1.local.x": ("doing", "hand", 0),
    }
    assert told["items"]["s1.local.x"]["title"] == "本地"
    assert told["steps"]["s1"] == {"done": 2, "all": 5, "na": 1, "isDone": False, "open": ["s1.a.seen"]}
    finished = by_hand(("s1.a.seen", "done", "2026-11-02", ""), ("s1.a.tick", "done", "", ""), ("s1.a.none", "na", "", ""))
    assert Reading(guide, Held(finished), TODAY).step("s1")["isDone"] is True
    for records in (kinds, finished, TABLE["records"], {}):
        theirs = in_javascript(guide, [records], TODAY)["villages"][0]
        assert differing(in_python(guide, records, TODAY), theirs) == []


def test_numbers_are_counted_else_as_written(guide: dict[str, Any]) -> None:
    profiles = [
        {"id": "y1", "answers": {"year": 2025, "homes": 400}, **STATE},
        {"id": "y2", "answers": {"year": 2026}, **STATE},
    ]
    told = Reading(guide, Held({**TABLE["records"], "village_profile": profiles}), TODAY).told()["indicators"]
    assert told["i.households"] == {
        "value": 3, "asOf": "2026-11-23", "from": "records", "counted": 3, "written": 400, "year": 2025, "n": 3
    }  # fmt: skip
    assert (told["i.profile"]["value"], told["i.profile"]["asOf"], told["i.profile"]["from"]) == (400, "2025", "written")
    assert (told["i.nothing"]["value"], told["i.nothing"]["from"]) == (None, "")
    bare = Reading(guide, Held({"village_profile": profiles}), TODAY)
    assert (bare.indicator("i.households")["value"], bare.indicator("i.households")["from"]) == (400, "written")


def test_what_a_mechanism_says(guide: dict[str, Any]) -> None:
    told = Reading(guide, Held(TABLE["records"]), TODAY).mechanism("m.visits")
    kinds = [{"last": day, "covered": None, "due": ""} for day in ("2026-11-01", "2026-06-01")]
    figures = {"m.visits.n": 3}
    assert told == {"n": 4, "last": "2026-11-01", "covered": True, "due": "2026-12-31", "kinds": kinds, "figures": figures}
    (one,) = guide["mechanisms"]
    assert [kind["prefill"] for kind in one["kinds"]] == [{"household": "h1"}, {"name": "x"}]


def test_each_kind_of_a_mechanism_may_have_its_own_cadence() -> None:
    terms = TABLE["terms"]
    lines = [f"m.{n},mass,一,One,{terms['kinds']},,{cadence},,," for n, (cadence, *_) in enumerate(terms["cases"])]
    found = compiled(mechanisms="\n".join((MECHANISMS.splitlines()[0], *lines)))
    assert found.problems == {}
    theirs = in_javascript(found.definition, [TABLE["records"]], TODAY)["villages"][0]["mechanisms"]
    reading = Reading(found.definition, Held(TABLE["records"]), TODAY)
    for n, (cadence, covered, due, kinds) in enumerate(terms["cases"]):
        told = reading.mechanism(f"m.{n}")
        assert (told["last"], told["covered"], told["due"]) == ("2026-11-01", covered, due), cadence
        wanted = [{"last": day, "covered": of, "due": to} for day, (of, to) in zip(terms["last"], kinds, strict=True)]
        assert told["kinds"] == wanted, cadence
        assert theirs[f"m.{n}"] == told, cadence


def test_what_may_leave_the_village_says_nothing_of_a_person() -> None:
    named = [form("household", {"head_name": "text"}), form("village_profile", {"secretary": "text", "homes": "integer"})]
    for one in named:
        for question in one["questions"]:
            question["sensitivity"] = "personal" if question["path"] != "homes" else "public"
    table = INDICATORS.splitlines()[0] + "\n" + "\n".join(
        (
            "a,x,一,One,,instance('household')/root/item/head_name,household,,",
            "b,x,二,Two,,count(instance('household')/root/item[head_name != '']),household,,",
            "c,x,三,Three,,\"if(1 = 1, join(',', instance('household')/root/item/head_name), '')\",household,,",
            "d,x,四,Four,,,,secretary,",
            "e,x,五,Five,,,,homes,",
            "f,x,六,Six,,instance('household')/root/item/_by,household,,",
            "g,x,七,Seven,,max(instance('household')/root/item/head_name),household,,",
        )
    )
    found = guides.compile_guide({"indicators.csv": table}, named)
    assert found.problems == {}
    assert {one["id"]: one["open"] for one in found.definition["indicators"]} == {
        "a": False, "b": True, "c": False, "d": False, "e": True, "f": False, "g": False
    }  # fmt: skip


WRONG = [
    ("steps", STEPS + "s1.a.x,,,五,Five,,,nobody,,,,,,", "make_kind", "unknown_kind"),
    ("steps", STEPS + "s1.a.x,,,五,Five,,,visit,place=1,,,,,", "make_prefill", "unknown_answer"),
    ("steps", STEPS + "s1.a.x,,,五,Five,,,,,,count(instance('visit')/root/item/nothing) > 1,,,", "rule", "unknown_answer"),
    ("steps", STEPS + "s1.a.x,,,五,Five,,,,,,1 +,,,", "rule", "broken_expression"),
    ("steps", STEPS + "s1.a.x,,,五,Five,,,,,,,visit[nothing = 1],,", "evidence", "unknown_answer"),
    ("steps", STEPS + "s1.a.x,,,五,Five,,,,,,,visit household,,", "evidence", "broken_expression"),
    ("steps", STEPS + "s1.a.x,,,五,,,,,,,,,,", "en", "missing_words"),
    ("steps", STEPS + "s1.a.x,,,五,Five,想,,,,,,,,", "hint_en", "missing_words"),
    ("steps", STEPS + "s2.a.x,,,五,Five,,,,,,,,,", "id", "bad_name"),
    ("steps", STEPS + "s1.a.all,,,五,Five,,,,,,,,,", "id", "duplicate_name"),
    ("indicators", INDICATORS + "i.x,a,五,Five,,threshold('no'),,,", "value", "unknown_threshold"),
    ("indicators", INDICATORS + "i.x,a,五,Five,,,,no,", "question", "unknown_answer"),
    ("mechanisms", MECHANISMS + "m.x,mass,五,Five,visit,,weekly,,,", "cadence", "bad_cell"),
    ("mechanisms", MECHANISMS + "m.x,mass,五,Five,visit; person,,month; weekly,,,", "cadence", "bad_cell"),
    ("mechanisms", MECHANISMS + "m.x,mass,五,Five,visit; person,,month; month; month,,,", "cadence", "bad_cell"),
    ("figures", FIGURES + "m.x.n,m.x,五,Five,,1", "mechanism", "unknown_reference"),
    ("thresholds", "name,value,zh,en\nx,much,多,Much", "value", "bad_cell"),
]


@pytest.mark.parametrize(("table", "text", "column", "code"), WRONG, ids=lambda value: value if len(str(value)) < 20 else "")
def test_what_is_wrong_is_told_with_row_and_column(table: str, text: str, column: str, code: str) -> None:
    files = {"mechanisms": MECHANISMS, table: text}
    problems = compiled(**files).problems
    assert set(problems) == {f"{table}.csv"}
    (line,) = problems[f"{table}.csv"]
    assert (line["code"], line["sheet"], line["row"]) == (code, column, len(text.strip().splitlines()))
    assert line["zh"] and line["en"] and "{" not in line["zh"] + line["en"]


def test_a_new_version_of_a_form_that_asks_less_is_noticed(guide: dict[str, Any]) -> None:
    assert guides.unread(guide, form("household", {"phone": "text"})) == ["head_name"]
    assert guides.unread(guide, form("visit", {"household": "text"})) == []
    assert guides.unread(guide, form("other", {})) == []


async def test_a_folder_whose_guide_names_what_is_not_there_does_not_start(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "surveys"
    (folder / "forms").mkdir(parents=True)
    shutil.copytree(SURVEYS / "lists", folder / "lists")
    shutil.copy(SURVEYS / "forms" / "visit.md", folder / "forms" / "visit.md")
    (folder / "steps.csv").write_text(STEPS.replace("household,presence=resident", ",").replace("household'", "visit'").replace(",household,", ",visit,").replace("person[name = 'x']", ""), "utf-8")
    catalogue = await Catalogue.load(database, folder)
    first = catalogue.current("guide")
    assert first is not None and first.definition["steps"][0]["items"][1]["rule"]
    (folder / "steps.csv").write_text(STEPS, "utf-8")
    with pytest.raises(FormsProblem) as stopped:
        await Catalogue.load(database, folder)
    told = str(stopped.value)
    assert "steps.csv (rule 4)" in told and "household" in told and "没有" in told and "There is no kind" in told
    assert (await Catalogue.stored(database)).hashes["guide"] == first.hash, "what stood stays"


async def test_publishing_a_form_that_asks_less_warns_of_what_the_guide_reads(database: Database, catalogue: Catalogue) -> None:
    lines = (SURVEYS / "forms" / "visit.md").read_text("utf-8").splitlines()
    fewer = "\n".join(line for line in lines if "| topics " not in line)
    assert len(fewer.splitlines()) == len(lines) - 1
    found = await publish.try_form(database, catalogue, SURVEYS, Upload("visit.md", fewer.encode()), "")
    assert found["ok"], found["errors"]
    (told,) = (warning for warning in found["warnings"] if warning["code"] == "guide_reads")
    assert "topics" in told["zh"] and "topics" in told["en"]
    same = await publish.try_form(database, catalogue, SURVEYS, Upload("visit.md", "\n".join(lines).encode()), "")
    assert not [warning for warning in same["warnings"] if warning["code"] == "guide_reads"]
