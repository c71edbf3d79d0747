"""What the township's leader hears of a village: the phone's numbers, nobody's name, and only of one's own villages."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from server import records, summaries
from server.demo.dice import CHINA
from server.demo.loading import named
from server.demo.plan import plans
from server.demo.village import records as records_of
from server.demo.writing import Moment
from server.records import Seed
from tests.api.test_matrix import hello, push, sync
from tests.cast import BEIPO, CAST, LIUWAN, SHIQIAO, YUNLING
from tests.conftest import ClientOf
from tests.surveys.guides import in_javascript


@pytest.fixture
async def village(app: Starlette) -> Starlette:
    """A village of the small demo under the cast's 石桥村."""
    moment = Moment(datetime.now(CHINA) - timedelta(hours=1))
    written = records_of(plans("small")[0], moment)
    people: dict[str, str] = defaultdict(lambda: CAST["chen"].id)
    seeds = [Seed(one.id, one.kind, named(one.answers, people), CAST["chen"].id, one.at) for one in written]
    await records.load(app.state.database, CAST["chen"].township, SHIQIAO, seeds, app.state.catalogue)
    return app


async def held(client: httpx2.AsyncClient, name: str) -> dict[str, list[dict[str, Any]]]:
    """All records of 石桥村 that a person's phone holds, by kind."""
    answer = await sync(client, hello(name))
    kinds: dict[str, list[dict[str, Any]]] = {}
    for line in map(json.loads, answer.text.splitlines()):
        if line["t"] == "record" and line["village"] == SHIQIAO:
            kinds.setdefault(line["kind"], []).append(line)
    return kinds


async def test_the_leader_reads_the_phones_numbers_and_nobodys_name(village: Starlette, client_of: ClientOf) -> None:
    leader, chen = await client_of("leader"), await client_of("chen")
    kinds = await held(chen, "chen")
    assert len(kinds["household"]) > 10
    hello_ = json.loads((await sync(chen, hello("chen"))).text.splitlines()[0])
    guide = (await chen.get(f"/api/forms/{hello_['forms']['guide']}")).json()
    phone = in_javascript(guide, [kinds], summaries.today())["villages"][0]

    answer = await leader.get(f"/api/summaries/{SHIQIAO}")
    told = answer.json()
    assert told["name"] == "石桥村" and told["asOf"] == max(one["at"] for found in kinds.values() for one in found)
    figures = {one["id"]: one for one in told["figures"]}
    assert set(figures) == {one["id"] for one in guide["indicators"] if one["open"]} and len(figures) > 60
    for name, one in figures.items():
        there = phone["indicators"][name]
        assert (one["value"], one["asOf"], one["from"], one["n"]) == tuple(there[key] for key in ("value", "asOf", "from", "n")), name
    assert figures["population.households_registered"]["value"] == len(kinds["household"])
    steps = {one["id"]: {key: one[key] for key in ("done", "all", "na", "isDone")} for one in told["steps"]}
    assert steps == {name: {key: step[key] for key in ("done", "all", "na", "isDone")} for name, step in phone["steps"].items()}
    assert any(step["done"] for step in steps.values())

    said = json.dumps(told | {"name": ""}, ensure_ascii=False)
    assert not private_in(said, kinds)
    assert (await chen.get(f"/api/summaries/{SHIQIAO}")).text == answer.text, "the village's own people read the same"


def private_in(text: str, kinds: dict[str, list[dict[str, Any]]]) -> set[str]:
    """Names and numbers of people that stand in a text."""
    people = [one["answers"] for kind in ("household", "person", "contact") for one in kinds.get(kind, ())]
    names = {str(answers.get(path)) for answers in people for path in ("name", "head_name", "phone") if answers.get(path)}
    for profile in kinds.get("village_profile", ()):
        for member in profile["answers"].get("organisation/members", ()):
            names |= {str(member[key]) for key in ("name", "phone") if member.get(key)}
    assert len(names) > 20
    return {name for name in names if name in text} | set(re.findall(r"(?<!\d)1[3-9]\d{9}(?!\d)", text))


async def test_lines_in_the_order_of_names_and_only_of_ones_own_villages(village: Starlette, client_of: ClientOf) -> None:
    seen = {}
    for role in ("leader", "chen", "outsider", "outleader", "admin"):
        answer = await (await client_of(role)).get("/api/summaries")
        seen[role] = [line["village"] for line in answer.json()["villages"]]
        if role == "leader":
            lines = answer.json()["villages"]
    assert set(seen["leader"]) == {SHIQIAO, LIUWAN, YUNLING}
    assert [line["name"] for line in lines] == sorted(line["name"] for line in lines)
    assert (seen["chen"], seen["outsider"], seen["outleader"], seen["admin"]) == ([SHIQIAO], [BEIPO], [BEIPO], [])
    shiqiao = next(line for line in lines if line["village"] == SHIQIAO)
    assert [one["id"] for one in shiqiao["figures"]] == list(summaries.LINE)
    assert set(shiqiao) == {"village", "name", "asOf", "figures"}, "no steps: villages are not compared"
    empty = next(line for line in lines if line["village"] == YUNLING)
    assert empty["asOf"] == "" and all(one["value"] is None for one in empty["figures"])
    for odd in ("x", "%00", "..%2f..", "a" * 2000, f"township:{CAST['leader'].township}"):
        assert (await (await client_of("leader")).get(f"/api/summaries/{odd}")).status_code == 404


async def test_a_summary_is_kept_until_the_village_changes(village: Starlette, client_of: ClientOf) -> None:
    leader, chen = await client_of("leader"), await client_of("chen")
    worked_out: list[str] = []
    before = summaries.summary_of

    def counted(*given: Any) -> summaries.Summary:
        worked_out.append(given[3]["village"])
        return before(*given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(summaries, "summary_of", counted)
        homes = []
        for change in (False, False, True):
            if change:
                new = "0192f000-0000-7000-a000-000000000001"
                assert (await push(chen, "chen", SHIQIAO, new, "household", {"head_name": "新来"}))["result"] == "ok"
            told = (await leader.get(f"/api/summaries/{SHIQIAO}")).json()
            homes.append(next(one["value"] for one in told["figures"] if one["id"] == "population.households_registered"))
    assert worked_out == [SHIQIAO, SHIQIAO]
    assert homes[0] == homes[1] == homes[2] - 1


async def test_nobody_writes_a_guide(village: Starlette, client_of: ClientOf) -> None:
    chen = await client_of("chen")
    answer = await push(chen, "chen", SHIQIAO, "0192f000-0000-7000-a000-000000000002", "guide", {})
    assert (answer["result"], answer["code"]) == ("quarantined", "unknown_kind")
