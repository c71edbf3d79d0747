"""Walks that once failed, by what they found; each is walked at every `make test`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.databases import PostgresMaker, SqliteMaker
from tests.sync.simulation.machine import play
from tests.sync.simulation.walking import Bench

CASES: dict[str, list[tuple[str, dict[str, Any]]]] = {
    # The second page heard of one village's page after the first had stored another's, and showed the older values for a moment.
    "a second page keeps showing what no row here holds yet": [
        ("begin", {"count": 3, "pages": 2, "locks": True}),
        ("edit", {"who": 0, "which": 0, "field": "phone", "page": 0}),
        ("all_at_once", {"writes": 1, "scope": True, "left": 15, "how": "busy"}),
        ("scope_changes", {}),
        ("all_at_once", {"writes": 1, "scope": False, "left": 4, "how": ""}),
        ("all_at_once", {"writes": 2, "scope": False, "left": 0, "how": ""}),
    ],
    # A village left the scope between two snapshots of one answer.
    "a village is lost while its answer is being read": [
        ("begin", {"count": 2, "pages": 1, "locks": True}),
        ("scope_changes", {}),
        ("two_edit_one", {"which": 1, "field": "note"}),
        ("scope_changes", {}),
        ("all_at_once", {"writes": 2, "scope": True, "left": 0, "how": ""}),
        ("all_at_once", {"writes": 2, "scope": True, "left": 0, "how": ""}),
    ],
    # What was read ahead for the scope of the request before was missing in the new one, or was seen as before.
    "the scope changes between two answers": [
        ("begin", {"count": 3, "pages": 1, "locks": True}),
        ("two_edit_one", {"which": 1, "field": "note"}),
        ("scope_changes", {}),
        ("sync", {"who": 1, "fault": "", "at": 0}),
        ("scope_changes", {}),
        ("sync", {"who": 1, "fault": "", "at": 0}),
        ("edit", {"who": 0, "which": 0, "field": "note", "page": 0}),
        ("sync", {"who": 0, "fault": "", "at": 0}),
        ("role_changes", {}),
        ("sync", {"who": 1, "fault": "", "at": 0}),
        ("role_changes", {}),
        ("sync", {"who": 1, "fault": "", "at": 0}),
    ],
    # Restored by the program's own restore: everyone signs in again, the wiped phone too.
    "restored, and a phone wiped": [
        ("begin", {"count": 3, "pages": 2, "locks": True}),
        ("back_up", {"own": True}),
        ("all_at_once", {"writes": 1, "scope": True, "left": 0, "how": ""}),
        ("restore", {}),
        ("wipe", {"who": 0, "everything": True}),
    ],
    "a phone is copied and both go on": [
        ("begin", {"count": 2, "pages": 1, "locks": True}),
        ("edit", {"who": 0, "which": 0, "field": "visits", "page": 0}),
        ("clone", {"who": 0}),
        ("edit", {"who": 0, "which": 0, "field": "visits", "page": 0}),
        ("edit", {"who": 2, "which": 0, "field": "visits", "page": 0}),
        ("sync", {"who": 0, "fault": "", "at": 0}),
        ("sync", {"who": 2, "fault": "cut answer", "at": 900}),
        ("sync", {"who": 2, "fault": "", "at": 0}),
    ],
    "the server is killed right after its answer": [
        ("begin", {"count": 2, "pages": 1, "locks": True}),
        ("edit", {"who": 0, "which": 0, "field": "visits", "page": 0}),
        ("sync", {"who": 0, "fault": "killed", "at": 0}),
        ("edit", {"who": 1, "which": 0, "field": "visits", "page": 0}),
        ("sync", {"who": 1, "fault": "killed", "at": 0}),
    ],
}


CASES_OVER_POSTGRES: dict[str, list[tuple[str, dict[str, Any]]]] = {
    # Between a restored server's rows and the changes that wait again, an older value than one's own was shown for a moment.
    "rows of a restored server are shown under what is sent again": [
        ("begin", {"count": 2, "pages": 1, "locks": True}),
        ("sync", {"fault": "401", "who": 3, "at": 562}),
        ("restore", {}),
        ("create", {"draft": True, "who": 2, "kind": "visit"}),
        ("read_history", {"which": 29, "who": 2}),
        ("sync", {"at": 365, "fault": "503", "who": 4}),
        ("two_edit_one", {"which": 23, "field": "phone"}),
        ("back_up", {"own": False}),
        ("sync", {"at": 201, "fault": "cut answer", "who": 1}),
        ("sync", {"at": 0, "who": 3, "fault": "cut answer"}),
        ("python_phone", {"fault": "twice", "edits": True}),
        ("settle", {"choice": "theirs", "who": 3, "which": 9}),
        ("problem", {"who": 4, "change": "yes", "which": 21}),
        ("server_fault", {"how": "die", "who": 0, "left": 50}),
        ("sync", {"at": 1465, "fault": "503", "who": 0}),
        ("sync", {"fault": "killed", "at": 1355, "who": 0}),
        ("sync", {"fault": "lost answer", "at": 1283, "who": 1}),
        ("attach", {"who": 2}),
        ("restore", {}),
        ("draft", {"who": 4, "number": 0}),
        ("settle", {"choice": "written", "which": 16, "who": 2}),
        ("server_fault", {"how": "raise", "left": 9, "who": 4}),
        ("problem", {"which": 6, "change": "reported_on", "who": 2}),
        ("problem", {"change": "remark", "which": 13, "who": 1}),
    ],
}


@pytest.mark.timeout(300)
def test_walks_that_failed_once(sqlite_maker: SqliteMaker, tmp_path: Path) -> None:
    walked(sqlite_maker, tmp_path, CASES)


@pytest.mark.timeout(300)
def test_walks_that_failed_once_over_postgres(postgres_maker: PostgresMaker, tmp_path: Path) -> None:
    walked(postgres_maker, tmp_path, CASES_OVER_POSTGRES)


def walked(maker: SqliteMaker | PostgresMaker, folder: Path, cases: dict[str, list[tuple[str, dict[str, Any]]]]) -> None:
    with Bench(maker, folder) as bench:
        for name, steps in cases.items():
            try:
                play(bench, steps)
            except AssertionError as found:
                raise AssertionError(f"{name}: {found}") from found
