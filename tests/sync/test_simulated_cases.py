"""Walks that once failed, by what they found; each is walked at every `make test`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.databases import SqliteMaker
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


@pytest.mark.timeout(300)
def test_walks_that_failed_once(sqlite_maker: SqliteMaker, tmp_path: Path) -> None:
    with Bench(sqlite_maker, tmp_path) as bench:
        for name, steps in CASES.items():
            try:
                play(bench, steps)
            except AssertionError as found:
                raise AssertionError(f"{name}: {found}") from found
