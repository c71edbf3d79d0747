"""What people complain of and suggest reaches the county's administrators as text, and the log says that it was read."""

from __future__ import annotations

from starlette.applications import Starlette

from server import records, suggestions
from server.database import Database
from server.ids import new_id
from server.records import Seed
from tests.cast import CAST, SHIQIAO


async def said(app: Starlette, **answers: str) -> None:
    seed = Seed(new_id(), "suggestion", dict(answers), CAST["chen"].id, "2026-11-20T10:00:00+08:00")
    await records.load(app.state.database, CAST["chen"].township, SHIQIAO, [seed], app.state.catalogue)


async def actions(database: Database) -> list[str]:
    async with database.snapshot() as connection:
        return [
            str(row["action"]) for row in await connection.all("SELECT action FROM access_log ORDER BY n")
        ]


async def test_they_are_printed_with_where_they_come_from(app: Starlette) -> None:
    await said(app, kind="complaint", text="同一张表报了三次", about="月报", contact="村委会", state="open")
    await said(app, kind="suggestion", text="字再大一点", state="answered")
    text = await suggestions.report(app.state.database)
    assert (
        "同一张表报了三次" in text
        and "月报" in text
        and "村委会" in text
        and "石桥村" in text
        and CAST["chen"].name in text
    )
    assert "字再大一点" in text
    fresh = await suggestions.report(app.state.database, only_open=True)
    assert "同一张表报了三次" in fresh and "字再大一点" not in fresh
    assert (await actions(app.state.database)).count("suggestions_read") == 2


async def test_none_is_said_plainly(app: Starlette) -> None:
    assert "没有投诉建议" in await suggestions.report(app.state.database)
