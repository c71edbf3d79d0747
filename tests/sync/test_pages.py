"""Pages of first pulls that phones share: the same to the byte, never for whom they were not made, never more than allowed."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server import records
from server.cursor import Cursor
from server.feed_pages import Page, Pages, Piece
from server.sync import _zipped
from tests.bench import together
from tests.cast import SHIQIAO, TOWNSHIP
from tests.sync import forms
from tests.sync.conftest import World
from tests.sync.test_load import seeds


async def test_phones_of_a_village_share_its_pages_and_other_views_do_not(world: World) -> None:
    pages: Pages = world.app.state.feed_pages
    await records.load(world.database, TOWNSHIP, SHIQIAO, seeds(300), forms.catalogue())
    chen, zhang, leader = [await world.phone(name, limit=60) for name in ("chen", "zhang", "leader")]
    await chen.sync()
    made = list(pages._pages)
    assert len(made) == 5 and pages.bytes == sum(len(page.piece.packed) for page in pages._pages.values())
    await zhang.sync()
    assert list(pages._pages) == made, "nothing was read twice"
    assert zhang.records(SHIQIAO) == chen.records(SHIQIAO) and len(zhang.records(SHIQIAO)) == 300
    await leader.sync()
    assert len(leader.records(SHIQIAO)) == 30
    assert all(row["answers"].keys() <= {"content", "status", "reported_on"} for row in leader.records(SHIQIAO).values())
    # What is written afterwards is in the next pull, and the pages made before are nobody's any more.
    written = next(iter(chen.records(SHIQIAO)))
    chen.save(SHIQIAO, "problem", {"content": "neu"}, written)
    await chen.sync()
    fresh = await world.phone("zhou", limit=60)
    await fresh.sync()
    assert fresh.records(SHIQIAO)[written]["answers"]["content"] == "neu"
    for phone in (chen, zhang, leader, fresh):
        assert not phone.mismatches


async def test_an_answer_put_together_from_packed_pages_is_one_gzip_file() -> None:
    packed = json.dumps([f"line {n}" for n in range(200_000)]).encode()  # more than one block of zeros
    chunks = [[b"hello\n", Piece.of(packed)], [], [Piece.of(b""), b"between\n"], [Piece.of(packed), b"end\n"]]

    async def coming() -> AsyncIterator[list[bytes | Piece]]:
        for chunk in chunks:
            yield chunk  # type: ignore[misc]

    whole = b"".join([part async for part in _zipped(coming())])
    assert gzip.decompress(whole) == b"hello\n" + packed + b"between\n" + packed + b"end\n"
    assert Piece.of(packed).raw() == packed


def test_what_is_kept_stays_below_its_limit_and_the_oldest_goes() -> None:
    page = Page(Piece.of(os.urandom(1000)), 50, Cursor(1))
    size = len(page.piece.packed)
    pages = Pages(3 * size)
    for key in "abc":
        pages.keep(key, page)
    assert pages.get("a") is page
    pages.keep("d", page)
    pages.keep("d", page)
    assert pages.get("b") is None and pages.get("a") is page and pages.bytes == 3 * size


@pytest.mark.skipif(not os.environ.get("PROOF"), reason="part of the proof")
def test_a_hundred_phones_that_come_together_are_all_served_within_the_memory_there_is(tmp_path: Path) -> None:
    _, megabytes, got = together.run(tmp_path, together.VILLAGES, together.PHONES, together.RECORDS)
    assert got == [(200, together.RECORDS)] * (together.VILLAGES * together.PHONES)
    assert megabytes <= together.MEGABYTES
