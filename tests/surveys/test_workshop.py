"""Many forms in one workshop: each in its own child, within its own limits, the next one none the worse for the last."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from pathlib import Path

import pytest

from server.surveys import worker, workshop
from server.surveys.compile import Source
from tests.surveys.test_compile import BILINGUAL, small
from tests.surveys.test_worker import bomb, codes

GOOD = Source("house.md", BILINGUAL.encode(), strict=False)


def spinning() -> Source:
    rows = "\n".join(
        f"| | calculate | c{n} | | {'+'.join('${c0}' for _ in range(60)) if n else '1'} | |"
        for n in range(4000)
    )
    return Source("big.md", small(rows).encode(), strict=False)


async def test_forms_come_out_as_from_a_worker_of_their_own() -> None:
    bad = Source("bad.md", small("| | text | a | A | | ${b} = 1 |").encode(), strict=False)
    alone = [await worker.run(source) for source in (GOOD, bad)]
    assert await workshop.run_many([GOOD, bad]) == alone
    assert alone[0].ok and codes(alone[1]) == ["unknown_reference"]


async def test_a_form_that_spins_or_eats_memory_harms_no_other() -> None:
    sources = [GOOD, spinning(), GOOD, Source("bomb.xlsx", bomb(400), strict=False), GOOD]
    limits = worker.Limits(cpu_seconds=3, memory_bytes=256 * 1024 * 1024)
    outcomes = await workshop.run_many(sources, limits)
    assert [codes(outcome) for outcome in outcomes] == [[], ["took_too_long"], [], ["too_much_memory"], []]


async def test_the_wall_clock_stops_a_child_and_the_workshop_goes_on() -> None:
    outcomes = await workshop.run_many([spinning(), spinning()], worker.Limits(wall_seconds=0.3))
    assert [codes(outcome) for outcome in outcomes] == [["took_too_long"], ["took_too_long"]]


async def test_a_file_too_large_never_reaches_the_workshop() -> None:
    huge = Source("a.md", b"x" * (worker.MAX_SOURCE + 1))
    outcomes = await workshop.run_many([huge, huge])
    assert [codes(outcome) for outcome in outcomes] == [["too_large"], ["too_large"]]


async def test_forty_forms_at_start_take_seconds() -> None:
    started = time.monotonic()
    outcomes = await workshop.run_many([GOOD] * 40)
    assert all(outcome.ok for outcome in outcomes)
    # Alone each takes more than half a second; the bound leaves room for a busy machine.
    assert time.monotonic() - started < 20


async def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    task = asyncio.create_task(workshop.run_many([spinning()] * 3))
    await asyncio.sleep(1.5)
    assert any(name.startswith("shibu-form-") for name in os.listdir(tmp_path))
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert os.listdir(tmp_path) == []
