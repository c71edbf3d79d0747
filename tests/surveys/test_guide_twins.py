"""The same village says the same on the server and on a phone: every item, indicator and figure of every village of a demo."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from server.demo.dice import CHINA
from server.demo.plan import plans
from server.demo.village import records as records_of
from server.demo.writing import Moment
from server.summaries import LINE
from server.surveys import guide_lines
from server.surveys.guide_reading import Reading
from tests.surveys.guides import Held, differing, in_javascript, in_python

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=CHINA)
SIZE = "default" if os.environ.get("PROOF") else "small"


@pytest.fixture(scope="module")
def guide() -> dict[str, Any]:
    found = guide_lines.compiled(Path(__file__).parent.parent.parent / "surveys")
    assert found.problems == {}
    return found.definition


@pytest.fixture(scope="module")
def villages() -> list[Mapping[str, Sequence[Mapping[str, Any]]]]:
    """Records as a phone has them, made without a database."""
    found: list[Mapping[str, Sequence[Mapping[str, Any]]]] = []
    for plan in plans(SIZE):
        kinds: dict[str, list[dict[str, Any]]] = {}
        for one in records_of(plan, Moment(NOW)):
            line = {"id": one.id, "answers": one.answers, "by": one.by, "at": one.at, "created_at": one.at}
            kinds.setdefault(one.kind, []).append(line)
        found.append(kinds)
    return found


@pytest.mark.parametrize("on", ["", "2026-06-30"], ids=["now", "as of a day"])
def test_server_and_phone_say_the_same(guide: dict[str, Any], villages: list[Any], on: str) -> None:
    today = NOW.date().isoformat()
    theirs = in_javascript(guide, villages, today, on)["villages"]
    for kinds, other in zip(villages, theirs, strict=True):
        assert differing(in_python(guide, kinds, today, on), other) == []


def test_the_demo_gives_the_guide_something_to_say(guide: dict[str, Any], villages: list[Any]) -> None:
    """Else the twins would agree about nothing."""
    told = in_python(guide, villages[0], NOW.date().isoformat())
    states = {item["state"] for item in told["items"].values()}
    assert states >= {"todo", "doing", "done"}
    counted = [one for one in told["indicators"].values() if one["from"] == "records"]
    written = [one for one in told["indicators"].values() if one["from"] == "written"]
    assert len(counted) > 20 and len(written) > 20
    assert sum(1 for one in told["mechanisms"].values() if one["n"]) > 5


def test_the_township_reads_numbers_and_nobodys_name(guide: dict[str, Any]) -> None:
    assert [step["number"] for step in guide["steps"]] == list(range(1, 11))
    assert len(guide["indicators"]) > 80
    readable = {one["id"] for one in guide["indicators"] if one["open"]}
    assert set(LINE) <= readable
    assert not {"organisation.secretary", "organisation.secretary_phone"} & readable


def test_the_command_line_tells_every_part(guide: dict[str, Any], villages: list[Any]) -> None:
    lines = "\n".join(guide_lines.told(Reading(guide, Held(villages[0]), NOW.date().isoformat())))
    ids = [one["id"] for part in ("steps", "indicators", "mechanisms") for one in guide[part]]
    ids += [item["id"] for step in guide["steps"] for item in step["items"]]
    assert [name for name in ids if f"{name}\t" not in lines] == []
