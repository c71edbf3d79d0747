"""Publishing without HTTP: differences, costs, records counted, workbooks, which version is live; and the command line."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from server.database import Database
from server.migrations import migrate_sqlite
from server.refusals import Refusal
from server.surveys import cost, media, publications, terminal, touched, worker
from server.surveys.catalogue import Catalogue, sources
from server.surveys.compile import Source, compile_form
from server.surveys.difference import difference
from server.surveys.publications import Made
from server.surveys.workbook import NoWorkbook, workbook
from tests.serving import ROOT
from tests.surveys.test_catalogue import VISIT, folder
from tests.surveys.test_compile import BILINGUAL
from tests.surveys.wells import BROKEN, CHANGED, PIXEL, TOOLS, WELLS

__all__ = ["folder"]  # a fixture
SURVEYS = ROOT / "surveys"


def compiled(text: str, name: str = "wells.md", files: dict[str, str] | None = None) -> dict[str, Any]:
    found = compile_form(Source(name, text.encode(), files or {"tools.csv": TOOLS}))
    assert found.definition is not None, [error.line() for error in found.errors]
    return found.definition


def test_a_form_differs_from_itself_in_nothing() -> None:
    found = difference(compiled(WELLS), compiled(WELLS))
    assert found["same"] and not found["reordered"]
    assert not any(found[part] for part in ("added", "removed", "changed", "choices"))


@pytest.mark.parametrize(
    "old, new, path, aspects",
    [
        ("| integer | depth | 水深", "| integer | depth | 深度", "depth", {"label"}),
        ("| integer | depth |", "| decimal | depth |", "depth", {"type"}),
        ("${state} = 'clear'", "${state} != 'dry'", "depth", {"relevant"}),
        ("| text | bottle |", "| text | bottle |", "", set()),
        ("| title | |", "| | |", "well", {"envelope"}),
        ("| parent | household |", "| parent | person |", "household", {"refers"}),
    ],
)
def test_what_of_a_question_changed_is_named(old: str, new: str, path: str, aspects: set[str]) -> None:
    found = difference(compiled(WELLS), compiled(WELLS.replace(old, new)))["changed"]
    assert {q["path"]: {c["aspect"] for c in q["changes"]} for q in found} == (
        {path: aspects} if path else {}
    )


def test_order_and_reworded_choices_are_told() -> None:
    rows = WELLS.splitlines()
    rows[4], rows[5] = rows[5], rows[4]
    moved = difference(compiled(WELLS), compiled("\n".join(rows)))
    assert moved["reordered"] and not moved["changed"]
    (line,) = difference(compiled(WELLS), compiled(WELLS.replace("浑", "混")))["choices"]
    assert line["changed"] == [
        {
            "name": "muddy",
            "label": {"zh": "混", "en": "Muddy"},
            "before": {"zh": "浑", "en": "Muddy"},
        }
    ]


def test_cost_is_seconds_by_type_halved_where_asked_sometimes_doubled_in_repeats() -> None:
    definition = compiled(WELLS)
    seconds = cost.SECONDS
    expected = (
        2 * seconds["text"]
        + seconds["select_one"]
        + seconds["select_multiple"]
        + seconds["integer"] * cost.SOMETIMES
        + seconds["text"] * cost.ENTRIES
    )
    assert cost.seconds(definition) == expected
    found = cost.cost(definition, compiled(CHANGED), 4, {"household": 412, "person": 9, "village": 3})
    assert found["hours"] == round(expected * 412 * 4 / 3600, 1)
    assert found["added_hours"] == round((expected - found["before_seconds"]) * 412 * 4 / 3600, 1)
    assert "× 412 户 × 一年 4 次" in found["zh"] and "× 412 households × 4 times a year" in found["en"]
    same = cost.cost(definition, definition, 4, {"household": 412})
    assert "（和现在一样）" in same["zh"] and "(the same as now)" in same["en"] and same["added_hours"] == 0
    assert cost.asked(definition) == 6, "the repeat itself is no question"
    assert cost.subject(definition | {"envelope": {}}) == "village"
    assert cost.subject(definition | {"kind": "person"}) == "person"


def test_the_table_of_seconds_is_the_readme_s() -> None:
    readme = (SURVEYS / "README.md").read_text("utf-8")
    assert cost.table() in readme


def test_answers_are_found_in_repeats_within_repeats() -> None:
    questions = [
        ("a", "repeat", ""),
        ("a/g", "group", "a"),
        ("a/g/b", "repeat", "a"),
        ("a/g/b/c", "text", "a/g/b"),
    ]
    definition = {"questions": [{"path": p, "type": t, "repeat": r} for p, t, r in questions]}
    chain = touched.around(definition, "a/g/b/c")
    assert chain == ["a", "a/g/b"]
    answers = {"a": [{"id": "1", "g/b": [{"id": "2", "c": "x"}, {"id": "3"}]}, {"id": "4"}], "z": 1}
    assert list(touched.values(answers, "a/g/b/c", chain)) == ["x"]
    assert list(touched.values({"a": "odd"}, "a/g/b/c", chain)) == []
    assert list(touched.values(answers, "z", [])) == [1]


@pytest.mark.parametrize("source", sources(SURVEYS), ids=lambda source: source.name)
def test_every_form_of_ours_is_the_same_form_as_a_workbook(source: Source) -> None:
    first = compile_form(source)
    made = workbook(Made(source.name, source.data, {}, None))
    again = compile_form(Source("other name.xlsx", made, source.files, source.moves))
    assert first.definition and again.definition, [error.line() for error in again.errors]
    assert again.definition["hash"] == first.definition["hash"]


def test_a_workbook_holds_text_and_no_formulas() -> None:
    text = WELLS.replace("${state} = 'clear'", "=1+1")
    book = openpyxl.load_workbook(io.BytesIO(workbook(Made("w.md", text.encode(), {}, None))))
    cells = {cell.value: cell.data_type for row in book["survey"].iter_rows() for cell in row if cell.value}
    assert cells["=1+1"] == "s" and book.sheetnames == ["survey", "choices", "settings"]
    with pytest.raises(NoWorkbook):
        workbook(Made("w.xml", b"<a/>", {}, None))
    assert workbook(Made("w.xlsx", b"as it came", {}, None)) == b"as it came"


def test_pictures_are_found_by_name_and_change_the_version() -> None:
    definition = compiled(WELLS)
    assert media.named(definition) == ["well.png"]
    same, used, missing = media.attached(definition, {"other.png": PIXEL})
    assert (same, used, missing) == (definition, {}, ["well.png"])
    made, used, missing = media.attached(definition, {"well.png": PIXEL, "other.png": PIXEL})
    assert set(made["files"]) == set(used) == {"well.png"} and not missing
    assert made["hash"] != definition["hash"]
    assert media.attached(definition, {"well.png": PIXEL + b" "})[0]["hash"] != made["hash"]


async def tried(database: Database, text: str) -> str:
    """A trial, without compiling in a worker."""
    definition = compiled(text, "problem.md")
    async with database.transaction() as connection:
        made = Made("problem.md", text.encode(), {}, None)
        await publications.keep_trial(connection, definition, "", [], made, "")
    return str(definition["hash"])


async def published(database: Database, text: str, kind: str = "problem") -> str:
    hash_ = await tried(database, text)
    async with database.transaction() as connection:
        live = await publications.live_hash(connection, kind)
        await publications.publish(connection, kind, hash_, live=live, account_id="", message="")
    return hash_


async def test_what_was_published_stays_live_when_the_folder_changes(
    database: Database, folder: Path
) -> None:
    built_in = (await Catalogue.load(database, folder)).hashes["problem"]
    own = await published(database, VISIT.replace("内容", "说的话"))
    catalogue = await Catalogue.load(database, folder)
    assert catalogue.hashes["problem"] == own and catalogue.hashes["place"]
    (folder / "forms" / "problem.md").write_text(VISIT.replace("内容", "说了什么"), "utf-8")
    catalogue = await Catalogue.load(database, folder)
    assert catalogue.hashes["problem"] == own, "an administrator decided"
    async with database.transaction() as connection:
        listed = publications.by_kind(await publications.versions(connection, "problem"), catalogue)
        newer = listed[0]["newer_built_in"]
        assert newer not in (None, own, built_in)
        await publications.roll_back(connection, "problem", newer, account_id="", message="")
    (folder / "forms" / "problem.md").write_text(VISIT.replace("内容", "又改了"), "utf-8")
    catalogue = await Catalogue.load(database, folder)
    followed = catalogue.hashes["problem"]
    assert followed not in (own, built_in, newer), "back to the program's own, it follows the program again"
    async with database.transaction() as connection:
        await publications.roll_back(connection, "problem", built_in, account_id="", message="")
    assert (await Catalogue.load(database, folder)).hashes["problem"] == built_in, "an older one is pinned"


async def test_a_trial_runs_out_and_its_pictures_go_with_it(database: Database) -> None:
    hash_ = await tried(database, VISIT)
    async with database.transaction() as connection:
        await media.keep(connection, {"a.png": PIXEL})
        await connection.run("UPDATE form_trial SET at = '2020-01-01T00:00:00.000Z'")
        assert await publications.trial(connection, hash_) is None
        with pytest.raises(Refusal, match="unknown_form"):
            await publications.publish(connection, "problem", hash_, live=None, account_id="", message="")
    await tried(database, VISIT.replace("内容", "别的"))
    async with database.snapshot() as connection:
        rows = await connection.all("SELECT hash FROM form_trial")
        assert len(rows) == 1 and rows[0]["hash"] != hash_
        assert await connection.value("SELECT count(*) FROM form_media") == 0


async def test_a_publication_is_whole_or_not_at_all(database: Database) -> None:
    first = await published(database, VISIT)
    hash_ = await tried(database, VISIT.replace("内容", "别的"))

    class Cut(Exception):
        pass

    with pytest.raises(Cut):
        async with database.transaction() as connection:
            await publications.publish(connection, "problem", hash_, live=first, account_id="", message="")
            raise Cut
    async with database.snapshot() as connection:
        assert await publications.live_hash(connection, "problem") == first
        assert await publications.trial(connection, hash_) is not None
        assert await connection.value("SELECT count(*) FROM publication") == 1
        assert await connection.value("SELECT count(*) FROM access_log") == 1


# The command line


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with forms and their attachments, and an empty database."""
    data = tmp_path / "data"
    data.mkdir()
    migrate_sqlite(data / "shibu.sqlite3")
    for name, text in (("wells.md", WELLS), ("changed.md", CHANGED), ("broken.md", BROKEN)):
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "tools.csv").write_text(TOOLS, "utf-8")
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "well.png").write_bytes(PIXEL)
    return tmp_path


def survey(place: Path, *arguments: object) -> tuple[int, str]:
    command = [sys.executable, "-m", "server", "survey", *map(str, arguments), "--data", str(place / "data")]
    ran = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=110, stdin=subprocess.DEVNULL
    )
    return ran.returncode, ran.stdout + ran.stderr


def test_publish_list_roll_back_and_download_on_the_command_line(place: Path) -> None:
    code, said = survey(place, "publish", place / "broken.md", "--yes")
    assert code == 1 and "(survey 6) 引用了不存在的题目“stat”" in said and "Published" not in said
    code, said = survey(place, "publish", place / "wells.md")
    assert code == 1 and "Not published" in said and "/#/preview/" in said and "× 一年 4 次" in said
    code, said = survey(place, "publish", place / "wells.md", "--yes", "--message", "抗旱")
    assert code == 0 and "Published well_check" in said
    code, said = survey(place, "publish", place / "changed.md", "--yes", "--by", "nobody")
    assert code == 1 and "There is no account nobody" in said
    code, said = survey(place, "publish", place / "changed.md", "--yes")
    assert code == 0
    for line in (
        "+    level 水位 (integer)",
        "-    depth 水深 (integer)",
        "label 哪口井 → 井名",
        "-    state: dry 干了",
    ):
        assert line in said, said
    code, said = survey(place, "list")
    assert code == 0 and "抗旱" in said and said.count("live, built in") == len(list(Path("surveys/forms").glob("*.md"))) and "wells.md" in said
    code, said = survey(place, "rollback", "well_check")
    assert code == 0 and "is live" in said
    target = place / "down" / "w.xlsx"
    target.parent.mkdir()
    code, said = survey(place, "download", "well_check", target)
    assert code == 0 and "with tools.csv" in said
    assert (target.parent / "tools.csv").read_text("utf-8") == TOOLS
    code, said = survey(place, "publish", target)
    assert code == 0 and "Nothing to publish" in said, "what was downloaded is what is live"
    for wrong in (
        ("rollback", "nothing"),
        ("download", "nothing", target),
        ("download", "visit", "--version", "0", target),
    ):
        code, said = survey(place, *wrong)
        assert code == 1 and "There is no form of this version" in said


def test_check_and_compile_find_pictures_beside_the_form(place: Path) -> None:
    def run(action: str) -> Any:
        command = [sys.executable, "-m", "server", "survey", action, str(place / "wells.md")]
        ran = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=90)
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout)

    assert run("check")["warnings"] == []
    assert set(run("compile")["files"]) == {"well.png"}
    (place / "media" / "well.png").unlink()
    (warning,) = run("check")["warnings"]
    assert "well.png" in warning
    (place / "wells.md").write_text(BILINGUAL, "utf-8")
    assert run("check")["ok"], "a form from elsewhere says nothing of it"
    command = [sys.executable, "-m", "server", "survey", "check", "--strict", str(place / "wells.md")]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=90)
    assert ran.returncode == 1 and ran.stdout.count(b"missing_sensitivity") == 11


def test_the_converter_s_english_comes_last_under_a_chinese_heading() -> None:
    known = {"code": "no_title", "sheet": None, "row": None, "zh": "没有题", "en": "None"}
    note = {"code": "note", "sheet": None, "row": None, "zh": "Odd.", "en": "Odd."}
    said = list(terminal.lines({"ok": False, "errors": [], "warnings": [note, known]}))
    assert said == ["warn 没有题 None", "转换工具的英文提示 what the converter remarks:", "     Odd."]


async def test_settings_speak_for_questions_that_say_nothing() -> None:
    outcome = await worker.run(Source("wells.md", WELLS.encode(), {"tools.csv": TOOLS}))
    assert outcome.definition is not None, outcome.errors
    said = {q["path"]: q["sensitivity"] for q in outcome.definition["questions"] if q["holds"] != "nothing"}
    assert set(said.values()) == {"internal"} and outcome.settings["shibu:times_per_year"] == "4"
