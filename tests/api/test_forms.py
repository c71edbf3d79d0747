"""Publishing over HTTP: an administrator tries a form, sees what it changes and costs, publishes it, takes it back."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from server import access_log, records
from server.app import create_app
from server.records import Seed
from server.settings import Settings
from tests import cast
from tests.api.test_matrix import ask_history, push, sync
from tests.api.test_matrix import hello as hello_of
from tests.cast import CAST, LIUWAN, SHIQIAO
from tests.conftest import ClientOf, one_engine
from tests.surveys.wells import BROKEN, CHANGED, PIXEL, TOOLS, WELLS, body

KIND = "well_check"


async def tried(client: httpx2.AsyncClient, text: str = WELLS, **more: Any) -> dict[str, Any]:
    answer = await client.post("/api/surveys/trials", json=body(text, **more))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def published(
    client: httpx2.AsyncClient, text: str = WELLS, message: str = "", **more: Any
) -> dict[str, Any]:
    found = await tried(client, text, **more)
    assert found["ok"], found["errors"]
    said = {"hash": found["hash"], "live": found["live"], "message": message}
    answer = await client.post(f"/api/surveys/{found['kind']}/publish", json=said)
    assert answer.status_code == 200, answer.text
    return found


async def forms_of(client: httpx2.AsyncClient, name: str = "chen") -> dict[str, str]:
    """What a phone hears."""
    answer = await sync(client, hello_of(name))
    return dict(json.loads(answer.text.splitlines()[0])["forms"])


async def seeded(app: Starlette, village: str, answers: list[dict[str, Any]], kind: str = KIND) -> None:
    seeds = [
        Seed(
            f"0192f000-0000-7000-b000-{village[-4:]}{n:08d}",
            kind,
            given,
            CAST["chen"].id,
            "2026-11-02T08:00:00+08:00",
        )
        for n, given in enumerate(answers)
    ]
    township = cast.VILLAGES[village][0]
    await records.load(app.state.database, township, village, seeds, app.state.catalogue)


@one_engine
async def test_what_is_wrong_comes_with_sheet_and_row_and_nothing_is_kept(client_of: ClientOf) -> None:
    admin = await client_of("admin")
    found = await tried(admin, BROKEN)
    assert (found["ok"], found["kind"]) == (False, None)
    (error,) = found["errors"]
    assert (error["code"], error["sheet"], error["row"]) == ("unknown_reference", "survey", 6)
    assert "stat" in error["zh"] and "stat" in error["en"] and "hash" not in found
    for name, data in (("x.xml", "<a/>"), ("x.xlsx", "not a zip"), ("x", "x")):
        assert [e["code"] for e in (await tried(admin, data, name=name))["errors"]] == ["unreadable"]
    taken = await tried(admin, WELLS.replace("| well_check |", "| conflict |"))
    assert [e["code"] for e in taken["errors"]] == ["reserved_kind"]


@one_engine
async def test_every_question_says_how_sensitive_it_is_and_a_sensitive_one_why(client_of: ClientOf) -> None:
    admin = await client_of("admin")
    silent = await tried(admin, WELLS.replace("| internal | 4 |", "|  | 4 |"))
    (one,) = silent["errors"]
    assert (one["code"], one["count"], one["row"]) == ("missing_sensitivity", 6, None)
    assert (
        "6 题没有写敏感级别：household（第" in one["zh"]
        and "shibu:sensitivity" in one["zh"]
        and " 等" in one["zh"]
    )
    assert silent["file"] == "wells.md"
    why = await tried(admin, WELLS.replace("| internal | 4 |", "| sensitive | 4 |"))
    (one,) = why["errors"]
    assert one["code"] == "missing_purpose" and "shibu:purpose" in one["en"]


async def test_a_new_form_is_tried_published_and_on_the_phones_at_their_next_sync(
    app: Starlette, client_of: ClientOf
) -> None:
    admin, chen = await client_of("admin"), await client_of("chen")
    await seeded(app, SHIQIAO, [{"head_name": "张"}, {"head_name": "李"}], "household")
    before = await forms_of(chen)
    found = await tried(admin)
    assert (found["ok"], found["kind"], found["live"], found["questions"]) == (True, KIND, None, 6)
    assert found["difference"]["new"] and len(found["difference"]["added"]) == 7
    assert found["warnings"] == []
    cost = found["cost"]
    assert (cost["subject"], cost["count"], cost["times_per_year"]) == ("household", 2, 4)
    assert cost["hours"] == round(cost["seconds"] * 2 * 4 / 3600, 1)
    assert "× 2 户 × 一年 4 次" in cost["zh"] and "× 2 households × 4 times a year" in cost["en"]

    address = f"/api/forms/{found['hash']}"
    assert await forms_of(chen) == before, "a trial is on no phone"
    assert (await chen.get(address)).status_code == 404
    preview = await admin.get(address)
    assert preview.status_code == 200 and preview.json()["hash"] == found["hash"]

    said = {"hash": found["hash"], "live": None, "message": "抗旱要用"}
    answer = await admin.post(f"/api/surveys/{KIND}/publish", json=said)
    assert answer.json() == {"kind": KIND, "hash": found["hash"]}
    assert (await forms_of(chen))[KIND] == found["hash"]
    definition = (await chen.get(address)).json()
    assert definition["files"] == {"well.png": hashlib.sha256(PIXEL).hexdigest()}
    picture = await chen.get(f"/api/form-media/{definition['files']['well.png']}")
    assert picture.content == PIXEL and picture.headers["content-type"] == "image/png"
    assert "immutable" in picture.headers["cache-control"]
    record = "0192f000-0000-7000-a000-000000000001"
    done = await push(chen, "chen", SHIQIAO, record, KIND, {"well": "村口井", "state": "clear"})
    assert done["result"] == "ok", done
    async with app.state.database.snapshot() as connection:
        (log,) = await connection.all(
            "SELECT account_id, detail FROM access_log WHERE action = 'form.publish'"
        )
        assert (log["account_id"], found["hash"] in log["detail"]) == (CAST["admin"].id, True)
        assert await access_log.first_broken(connection) is None
    listed = (await admin.get("/api/surveys")).json()["forms"]
    mine = next(form for form in listed if form["kind"] == KIND)
    assert mine["live"] == found["hash"] and mine["newer_built_in"] is None
    (publication,) = mine["versions"][0]["published"]
    assert (publication["by"], publication["message"]) == ("admin", "抗旱要用")


async def test_a_change_tells_what_goes_whom_it_touches_and_what_more_it_costs(
    app: Starlette, client_of: ClientOf
) -> None:
    admin = await client_of("admin")
    first = await published(admin)
    clear = {
        "well": "东",
        "state": "clear",
        "depth": 3,
        "samples": [{"id": "0192f000-0000-7000-c000-000000000001", "bottle": "甲"}],
    }
    await seeded(app, SHIQIAO, [clear, {"well": "西", "state": "dry"}, {"well": "南", "state": "dry"}])
    await seeded(app, LIUWAN, [{"well": "北", "state": "dry", "depth": 9}])
    found = await tried(admin, CHANGED)
    assert found["live"] == first["hash"]
    changes = found["difference"]
    assert [q["path"] for q in changes["added"]] == ["level"] and changes["added"][0]["label"]["zh"] == "水位"
    assert [q["path"] for q in changes["removed"]] == ["depth"]
    by_path = {q["path"]: {c["aspect"]: c for c in q["changes"]} for q in changes["changed"]}
    assert by_path["well"]["label"] | {} == {
        "aspect": "label", "before": {"zh": "哪口井", "en": "Which well"}, "after": {"zh": "井名", "en": "Which well"}
    }  # fmt: skip
    assert by_path["samples/bottle"]["type"]["before"]["en"] == "text"
    assert set(by_path) == {"well", "samples/bottle"}
    (line,) = changes["choices"]
    assert line["questions"] == ["state"] and [row["name"] for row in line["removed"]] == ["dry"]
    touches = found["touches"]
    assert touches["records"]["total"] == 4
    asked = {q["path"]: q for q in touches["questions"]}
    assert (asked["depth"]["why"], asked["depth"]["total"]) == ("removed", 2)
    assert {v["name"]: v["records"] for v in asked["depth"]["villages"]} == {"石桥村": 1, "柳湾村": 1}
    assert (asked["samples/bottle"]["why"], asked["samples/bottle"]["total"]) == ("changed", 1)
    (choice,) = touches["choices"]
    assert (choice["path"], choice["name"], choice["total"]) == ("state", "dry", 3)
    assert [v["records"] for v in choice["villages"]] == [2, 1]
    assert {w["code"] for w in found["warnings"]} == {"question_in_use", "choice_in_use", "answers_unfit"}
    assert any("“干了”在 3 条记录里" in w["zh"] for w in found["warnings"])
    assert touches["phones"] >= 1


async def test_removed_questions_stay_in_the_record_and_in_its_history(
    app: Starlette, client_of: ClientOf
) -> None:
    admin, chen = await client_of("admin"), await client_of("chen")
    first = await published(admin)
    record = "0192f000-0000-7000-a000-000000000001"
    assert (await push(chen, "chen", SHIQIAO, record, KIND, {"well": "东", "state": "clear", "depth": 3}))[
        "result"
    ] == "ok"
    second = await published(admin, CHANGED)
    assert (await forms_of(chen))[KIND] == second["hash"]
    done = await push(chen, "chen", SHIQIAO, record, KIND, {"level": 2}, base=1, n=2)
    assert done["result"] == "ok", done
    # A draft of the version before is still taken, with the question that is gone.
    late = {
        "t": "change", "village": SHIQIAO, "n": 3, "record": record, "kind": KIND, "form": first["hash"], "base": 2,
        "set": {"depth": 4}, "at": "2026-11-20T10:00:00+08:00",
    }  # fmt: skip
    answer = await sync(chen, hello_of("chen"), late)
    assert '"result":"ok"' in answer.text, answer.text
    async with app.state.database.snapshot() as connection:
        stored = await connection.value("SELECT answers FROM record WHERE id = ?", record)
    assert '"depth":4' in stored and '"level":2' in stored
    history = (await ask_history(chen, "chen", app, record)).json()["changes"]
    assert [change["set"].get("depth") for change in history] == [3, None, 4]


async def test_the_version_before_comes_back(client_of: ClientOf) -> None:
    admin, chen = await client_of("admin"), await client_of("chen")
    first, second = await published(admin), await published(admin, CHANGED)
    back = await admin.post(f"/api/surveys/{KIND}/rollback", json={"message": "改错了"})
    assert back.json() == {"kind": KIND, "hash": first["hash"]}
    assert (await forms_of(chen))[KIND] == first["hash"]
    again = await admin.post(f"/api/surveys/{KIND}/rollback", json={})
    assert again.json()["hash"] == second["hash"]
    for wrong in ("0" * 16, (await forms_of(chen))["visit"]):
        answer = await admin.post(f"/api/surveys/{KIND}/rollback", json={"hash": wrong})
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_form")


@one_engine
async def test_a_publication_is_refused_when_another_came_between(client_of: ClientOf) -> None:
    admin = await client_of("admin")
    first, other = await tried(admin), await tried(admin, CHANGED)
    address = f"/api/surveys/{KIND}/publish"
    assert (await admin.post(address, json={"hash": other["hash"], "live": None})).status_code == 200
    late = await admin.post(address, json={"hash": first["hash"], "live": None})
    assert (late.status_code, late.json()["code"]) == (409, "form_changed")
    seen = (await admin.get(f"/api/surveys/trials/{first['hash']}")).json()
    assert seen["live"] == other["hash"] and [q["path"] for q in seen["difference"]["removed"]] == ["level"]
    assert (await admin.post(address, json={"hash": first["hash"], "live": other["hash"]})).status_code == 200
    gone = await admin.post(address, json={"hash": first["hash"], "live": first["hash"]})
    assert (gone.status_code, gone.json()["code"]) == (404, "unknown_form"), "a trial is published once"
    other_kind = await tried(admin, WELLS)
    wrong = await admin.post("/api/surveys/visit/publish", json={"hash": other_kind["hash"], "live": None})
    assert wrong.status_code == 404


async def test_another_process_of_the_server_sees_it_without_a_restart(
    app: Starlette, client_of: ClientOf, settings: Settings
) -> None:
    other = create_app(settings)
    async with other.router.lifespan_context(other):
        transport = httpx2.ASGITransport(other)
        async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
            login = {"account": "chen", "password": cast.PASSWORD, "device": CAST["chen"].device}
            assert (await client.post("/api/session", json=login)).status_code == 200
            assert KIND not in await forms_of(client)
            found = await published(await client_of("admin"))
            assert (await forms_of(client))[KIND] == found["hash"]
            assert (await client.get(f"/api/forms/{found['hash']}")).status_code == 200


@one_engine
async def test_lists_and_pictures_that_came_once_need_not_come_again(client_of: ClientOf) -> None:
    admin = await client_of("admin")
    first = await published(admin)
    again = body(WELLS.replace("哪口井", "井"))
    again["files"] = []
    found = (await admin.post("/api/surveys/trials", json=again)).json()
    assert found["ok"], found["errors"]
    assert [q["path"] for q in found["difference"]["changed"]] == ["well"] and not found["difference"][
        "choices"
    ]
    assert found["warnings"] == []
    more = await tried(admin, files={"tools.csv": (TOOLS + "pump,水泵,Pump\n").encode()})
    (line,) = more["difference"]["choices"]
    assert [row["name"] for row in line["added"]] == ["pump"]
    bare = await tried(admin, WELLS.replace("well.png", "none.png"), files={})
    assert [w["code"] for w in bare["warnings"]] == ["missing_media"]
    assert (await admin.get(f"/api/surveys/{KIND}/{first['hash']}/lists/tools.csv")).text == TOOLS
    assert (await admin.get(f"/api/surveys/{KIND}/{first['hash']}/lists/other.csv")).status_code == 404


@one_engine
@pytest.mark.parametrize("kind", ["household", "person", "problem", "village_profile", "visit"])
async def test_every_form_of_ours_downloads_as_a_workbook_that_is_the_same_form(
    client_of: ClientOf, kind: str
) -> None:
    admin = await client_of("admin")
    listed = (await admin.get("/api/surveys")).json()["forms"]
    live = next(form["live"] for form in listed if form["kind"] == kind)
    answer = await admin.get(f"/api/surveys/{kind}/{live}/workbook")
    assert answer.headers["content-type"].endswith("spreadsheetml.sheet")
    assert f"{kind}.xlsx" in answer.headers["content-disposition"]
    upload = {"name": "下载 (1).xlsx", "data": base64.b64encode(answer.content).decode()}
    found = (await admin.post("/api/surveys/trials", json=upload)).json()
    assert found["ok"], found["errors"]
    assert found["hash"] == live and found["difference"]["same"]
    assert not found["difference"]["changed"] and found["cost"]["added_hours"] == 0


@one_engine
async def test_a_workbook_comes_back_as_it_was_uploaded_and_the_program_s_own_form_after_it(
    client_of: ClientOf,
) -> None:
    admin = await client_of("admin")
    ours = (await forms_of(await client_of("chen")))["visit"]
    workbook = (await admin.get(f"/api/surveys/visit/{ours}/workbook")).content
    found = await tried(admin, workbook, name="v.xlsx", files={})
    said = {"hash": found["hash"], "live": found["live"]}
    assert (await admin.post("/api/surveys/visit/publish", json=said)).status_code == 200
    assert (await admin.get(f"/api/surveys/visit/{found['hash']}/workbook")).content == workbook
    changed = await published(admin, CHANGED.replace("| well_check |", "| visit |"))
    listed = {form["kind"]: form for form in (await admin.get("/api/surveys")).json()["forms"]}
    assert (listed["visit"]["live"], listed["visit"]["newer_built_in"]) == (changed["hash"], ours)
    codes = {w["code"] for w in changed["warnings"]}
    assert {"column_lost", "guide_reads"} <= codes <= {"column_lost", "guide_reads", "question_in_use"}
    back = await admin.post("/api/surveys/visit/rollback", json={"hash": ours})
    assert back.json()["hash"] == ours
    listed = {form["kind"]: form for form in (await admin.get("/api/surveys")).json()["forms"]}
    assert (listed["visit"]["live"], listed["visit"]["newer_built_in"]) == (ours, None)


@one_engine
async def test_uploads_have_their_own_limit(client_of: ClientOf, app: Starlette) -> None:
    admin = await client_of("admin")
    large = app.state.settings.form_body_mb * 2**20
    answer = await admin.post("/api/surveys/trials", json=body("x" * large))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    middle = await tried(admin, "x" * (5 * 2**20))
    assert [e["code"] for e in middle["errors"]] == ["too_large"]
    for wrong in ({"name": "a/b.md", "data": ""}, {"name": "a.md", "data": "%%%"}, {"data": ""}, []):
        answer = await admin.post("/api/surveys/trials", json=wrong)
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed"), wrong


ENTITIES = """| entities |
| | list_name | label | create_if |
| | {dataset} | ${{well}} | true() |
"""


@one_engine
async def test_entities_go_to_a_kind_there_is_and_to_questions_it_has(client_of: ClientOf) -> None:
    admin = await client_of("admin")

    def form(dataset: str, question: str) -> str:
        sheets = WELLS.replace("| bind::shibu:envelope |", "| save_to | bind::shibu:envelope |", 1)
        lines = []
        for line in sheets.splitlines():
            cells = line.split("|")
            if len(cells) > 9 and "save_to" not in line and line.startswith("| | "):
                cells.insert(7, f" {question} " if " well " in line else " ")
            lines.append("|".join(cells))
        return "\n".join(lines) + "\n" + ENTITIES.format(dataset=dataset)

    fine = await tried(admin, form("household", "head_name"))
    assert fine["ok"], fine["errors"]
    nowhere = await tried(admin, form("barn", "head_name"))
    assert [(e["code"], e["sheet"]) for e in nowhere["errors"]] == [("unknown_dataset", "entities")]
    assert "barn" in nowhere["errors"][0]["zh"]
    unasked = await tried(admin, form("household", "colour"))
    assert [(e["code"], e["sheet"]) for e in unasked["errors"]] == [("unknown_property", "entities")]
    ours = await tried(admin, form("conflict", "state"))
    assert [e["code"] for e in ours["errors"]] == ["unknown_dataset"]
