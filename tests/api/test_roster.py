"""Accounts, roles and villages from the command line, and the access log that remembers it."""

from __future__ import annotations

import asyncio
import json
import re
from uuid import uuid4

import httpx2
import pytest
from starlette.applications import Starlette

from server import access_log, policies, roster
from server.__main__ import load_demo, main
from server.database import Connection, Database
from server.roster import RosterError
from server.settings import Settings
from server.surveys.catalogue import Catalogue
from tests import cast
from tests.cast import CAST, PASSWORD
from tests.conftest import ClientOf, _fill, one_engine
from tests.serving import Server


async def scope_version(connection: Connection, login: str) -> int:
    return int(await connection.value("SELECT scope_version FROM account WHERE login = ?", login))


async def test_a_role_given_shows_in_the_scope_and_taken_away_is_gone(client_of: ClientOf, app: Starlette) -> None:
    chen = await client_of("chen")

    async def villages() -> set[str]:
        return {v["id"] for v in (await chen.get("/api/session")).json()["scope"]["villages"]}

    database: Database = app.state.database
    before = (await chen.get("/api/session")).json()["scope"]["version"]
    async with database.transaction() as connection:
        place = await roster.post(connection, "cadre", "柳湾村", None)
        assert place.village_id == cast.LIUWAN
        await roster.grant(connection, CAST["chen"].id, place)
        await roster.grant(connection, CAST["chen"].id, place)  # twice is once
        held = await connection.value("SELECT count(*) AS n FROM membership WHERE account_id = ?", CAST["chen"].id)
        assert held == 2
    assert cast.LIUWAN in await villages()
    assert (await chen.get("/api/session")).json()["scope"]["version"] == before + 1
    async with database.transaction() as connection:
        await roster.revoke(connection, CAST["chen"].id, place)
        with pytest.raises(RosterError):
            await roster.revoke(connection, CAST["chen"].id, place)
    assert await villages() == {cast.SHIQIAO, cast.common_ground(cast.TOWNSHIP)}
    assert (await chen.get("/api/session")).json()["scope"]["version"] == before + 2


async def test_a_new_role_makes_the_person_known_to_the_township(peopled: Database) -> None:
    async with peopled.transaction() as connection:
        place = await roster.post(connection, "cadre", "柳湾村", None)
        await roster.grant(connection, CAST["chen"].id, place)
    async with peopled.snapshot() as connection:
        row = await connection.one("SELECT * FROM record WHERE kind = 'colleague' AND id = ?", CAST["chen"].id)
    assert row is not None
    assert row["village_id"] == cast.common_ground(cast.TOWNSHIP) and "陈志远" in row["answers"]


async def test_a_new_village_begins_with_the_policies_of_the_folder(peopled: Database, catalogue: Catalogue) -> None:
    folder = Settings().surveys
    wanted = policies.entries(folder)
    async with peopled.transaction() as connection:
        village = await roster.add_village(connection, "新村", "清溪镇")
    assert await policies.give(peopled, catalogue, folder, cast.TOWNSHIP, village) == len(wanted) > 20
    async with peopled.snapshot() as connection:
        rows = await connection.all("SELECT answers FROM record WHERE kind = 'policy' AND village_id = ?", village)
    found = [json.loads(row["answers"]) for row in rows]
    assert {one["name"] for one in found} == {one["name"] for one in wanted}
    form = catalogue.current("policy")
    assert form is not None
    # A column is an answer of the form, a code one of its list.
    assert {path for one in found for path in one} <= {question.path for question in form.questions}
    codes = (folder / "lists/cl_policy.csv").read_text("utf-8")
    assert all(re.search(rf"(?m)^{one['code']},", codes) for one in found)


async def test_a_new_village_reaches_the_leader(peopled: Database) -> None:
    async with peopled.transaction() as connection:
        before = await scope_version(connection, "leader")
        village = await roster.add_village(connection, "新村", "清溪镇")
        assert await scope_version(connection, "leader") == before + 1
        assert await connection.value("SELECT township_id FROM village WHERE id = ?", village) == cast.TOWNSHIP
        with pytest.raises(RosterError, match="already has"):
            await roster.add_village(connection, "新村", "清溪镇")
        elsewhere = await roster.add_village(connection, "新村", "青山镇", county="云泽县")
        row = await connection.one("SELECT v.township_id, t.name FROM village v JOIN township t USING (township_id) WHERE v.id = ?", elsewhere)
        assert row is not None and row["name"] == "青山镇"
        shared = await connection.value("SELECT kind FROM village WHERE id = ?", f"township:{row['township_id']}")
        assert shared == "township"
        with pytest.raises(RosterError, match="several"):
            await roster.post(connection, "cadre", "新村", None)
        assert (await roster.post(connection, "cadre", "新村", "青山镇")).village_id == elsewhere


@pytest.mark.parametrize(
    ("role", "village", "township"),
    [
        ("cadre", None, None), ("cadre", "无此村", None), ("cadre", "石桥村", "白云镇"), ("township_leader", None, None),
        ("township_leader", "石桥村", "清溪镇"), ("township_leader", None, "无此镇"), ("king", "石桥村", None),
        ("cadre", f"township:{cast.TOWNSHIP}", None),
    ],
)  # fmt: skip
async def test_a_place_that_is_not_clear_is_refused(
    peopled: Database, role: str, village: str | None, township: str | None
) -> None:
    with pytest.raises(RosterError):
        async with peopled.transaction() as connection:
            await roster.post(connection, role, village, township)


async def test_a_disabled_account_is_out_at_once(client_of: ClientOf, visitor: httpx2.AsyncClient, app: Starlette) -> None:
    chen = await client_of("chen")
    async with app.state.database.transaction() as connection:
        await roster.set_disabled(connection, "chen", True)
    assert (await chen.get("/api/session")).status_code == 401
    body = {"account": "chen", "password": PASSWORD, "device": str(uuid4())}
    assert (await visitor.post("/api/session", json=body)).status_code == 401
    async with app.state.database.transaction() as connection:
        await roster.set_disabled(connection, "chen", False)
    assert (await visitor.post("/api/session", json=body)).status_code == 200


async def test_names_of_accounts(peopled: Database) -> None:
    async with peopled.transaction() as connection:
        for bad in ("", "a", "a b", "a\x00b", "CHEN", "-ab", "x" * 65):
            with pytest.raises(RosterError):
                await roster.add(connection, bad, "某人", "hash")
        for bad in ("", "  ", "甲\n乙", "甲\x00", "名" * 101):
            with pytest.raises(RosterError, match="name has"):
                await roster.add(connection, "wang.wu", bad, "hash")
        for good in ("wang.wu", "王五", "W_5@zhen"):
            assert await roster.add(connection, good, "某人", "hash")


async def test_the_access_log_shows_a_row_changed_or_taken_out(peopled: Database) -> None:
    async with peopled.transaction() as connection:
        for login in ("wang", "zhao", "qian"):
            await roster.add(connection, login, "某人", "hash")
    for sql in (
        "UPDATE access_log SET detail = '{}' WHERE n = 2",
        "UPDATE access_log SET account_id = 'x' WHERE n = 2",
        "DELETE FROM access_log WHERE n = 2",
        "UPDATE access_log SET previous_hash = hash WHERE n = 2",
    ):
        with pytest.raises(RuntimeError):
            async with peopled.transaction() as connection:
                assert await access_log.first_broken(connection) is None
                await connection.run(sql)
                assert await access_log.first_broken(connection) == 2, sql
                raise RuntimeError
    async with peopled.snapshot() as connection:
        actions = [row["action"] for row in await connection.all("SELECT action FROM access_log ORDER BY n")]
    assert actions == ["account.add"] * 3


def test_a_county_is_set_up_from_the_command_line_alone(serve: Server) -> None:
    village = serve.command("village", "add", "石桥村", "--township", "清溪镇", "--county", "云泽县").strip()
    assert re.fullmatch(r"[0-9a-f-]{36}", village)
    serve.command("village", "add", "柳湾村", "--township", "清溪镇", "--code", "990123001002")
    serve.command("user", "add", "liu", "--name", "刘文", "--role", "cadre", "--village", "990123001002")
    assert "cadre 柳湾村" in serve.command("user", "list")
    made = serve.command("user", "add", "chen", "--name", "陈志远")
    password = re.search(r"Password: (\S+)", made)
    assert password
    serve.command("user", "grant", "chen", "--role", "cadre", "--village", "石桥村")
    assert "cadre 石桥村" in serve.command("user", "list")
    serve.start()
    body = {"account": "chen", "password": password[1], "device": str(uuid4())}
    answer = httpx2.post(f"{serve.url}/api/session", json=body)
    assert answer.status_code == 200
    assert village in [v["id"] for v in answer.json()["scope"]["villages"]]

    async def begun(connection: Connection) -> None:
        assert await connection.value("SELECT count(*) FROM record WHERE kind = 'policy' AND village_id = ?", village) > 20

    asyncio.run(_fill(serve.database, begun))
    # While it serves: the change is seen without a restart.
    serve.command("user", "passwd", "chen", "--password", "another-long-one")
    assert httpx2.get(f"{serve.url}/api/session", cookies=dict(answer.cookies)).status_code == 401
    assert httpx2.post(f"{serve.url}/api/session", json={**body, "password": "another-long-one"}).status_code == 200
    serve.command("user", "revoke", "chen", "--role", "cadre", "--village", "石桥村")
    assert "石桥村" not in serve.command("user", "list")
    report = serve.command("doctor")
    assert "BAD" not in report and "Access log: whole" in report


@pytest.mark.parametrize(
    "arguments",
    [
        ["user", "add", "chen", "--name", "x", "--password", "short"],
        ["user", "grant", "nobody", "--role", "county_admin"],
        ["user", "passwd", "nobody", "--password", "long-enough-1"],
        ["village", "add", "", "--township", ""],
    ],
)
def test_a_mistake_on_the_command_line_is_one_sentence(
    arguments: list[str], tmp_path: object, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHIBU_DATA", str(tmp_path))
    assert main(arguments) == 1
    told = capsys.readouterr()
    assert told.err.strip() and "Traceback" not in told.err and len(told.err.splitlines()) == 1


def test_an_unknown_setting_stops_the_start(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIBU_DATABSE", "x")
    assert main(["migrate"]) == 1
    assert "SHIBU_DATABSE" in capsys.readouterr().err


def test_the_demo_is_loaded_once_and_tells_how_to_get_in(database_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings(database=database_url, demo_password="a-demo-password")
    for _ in range(2):
        asyncio.run(load_demo(settings, "small"))
        told = capsys.readouterr().out
        for login in ("cadre1", "cadre2", "cadre3", "secretary1", "leader1", "admin", "outsider"):
            assert re.search(rf"^{login}\t", told, re.M), told
        assert "a-demo-password" in told


@one_engine
def test_a_demo_cut_short_is_not_taken_for_whole(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def cut(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("server.demo.load", cut)
    settings = Settings(database=database_url)
    with pytest.raises(KeyboardInterrupt):
        asyncio.run(load_demo(settings, "small"))
    with pytest.raises(ValueError, match="cut short"):
        asyncio.run(load_demo(settings, "small"))
