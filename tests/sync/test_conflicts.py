"""Two versions of one answer: both kept, shown to everyone who sees the question, settled by a person, never lost."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from tests.cast import CAST, SHIQIAO
from tests.phone import Phone
from tests.sync.conftest import World


async def pair(world: World) -> tuple[Phone, Phone, str]:
    """Two colleagues who both hold one household."""
    chen, zhang = await world.phone("chen"), await world.phone("zhang")
    members = {"put": [{"id": chen.new_id(), "name": "小"}, {"id": chen.new_id(), "name": "大"}]}
    record = chen.save(SHIQIAO, "household", {"head": "张大山", "phone": "1", "lat": 1.5, "lon": 2.5, "members": members})
    await chen.sync()
    await zhang.sync()
    return chen, zhang, record


async def both_edit(one: Phone, two: Phone, record: str, first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """Both write offline, `one` syncs first; then all know. Says the only open conflict."""
    one.save(SHIQIAO, "household", first, record)
    two.save(SHIQIAO, "household", second, record)
    for phone in (one, two, one):
        await phone.sync()
    assert not one.mismatches and not two.mismatches
    assert [c["answers"] for c in one.conflicts] == [c["answers"] for c in two.conflicts]
    (conflict,) = one.conflicts
    return conflict


def settle(phone: Phone, conflict: dict[str, Any], state: str, **more: Any) -> None:
    phone.save(SHIQIAO, "conflict", {"state": state, **more}, conflict["id"])


async def test_both_versions_are_on_both_phones(world: World) -> None:
    chen, zhang, record = await pair(world)
    conflict = await both_edit(chen, zhang, record, {"phone": "2"}, {"phone": "3"})
    answers = conflict["answers"]
    assert (answers["base"], answers["mine"], answers["theirs"]) == ("1", "3", "2")
    assert (answers["mine_by"], answers["theirs_by"]) == (CAST["zhang"].id, CAST["chen"].id)
    assert (answers["record"], answers["question"], answers["state"]) == (record, "phone", "open")
    assert answers["mine_at"] == zhang.outbox[-1].at and answers["theirs_at"] == chen.outbox[-1].at
    assert chen.records(SHIQIAO)[record]["answers"]["phone"] == "2"
    assert zhang.outbox[-1].answer["conflicts"] == [conflict["id"]]


@pytest.mark.parametrize(
    ("state", "more", "value"), [("kept_mine", {}, "3"), ("kept_theirs", {}, "2"), ("written", {"value": "4"}, "4")]
)
async def test_one_decision_settles_it_everywhere(world: World, state: str, more: dict[str, Any], value: str) -> None:
    chen, zhang, record = await pair(world)
    conflict = await both_edit(chen, zhang, record, {"phone": "2"}, {"phone": "3"})
    settle(chen, conflict, state, **more)
    lines = await chen.sync()
    assert [line["result"] for line in lines if line["t"] == "answer"] == ["ok"]
    await zhang.sync()
    for phone in (chen, zhang):
        assert phone.records(SHIQIAO)[record]["answers"]["phone"] == value
        assert not phone.conflicts and not phone.mismatches
    closed = chen.records(SHIQIAO)[conflict["id"]]["answers"]
    assert closed["state"] == state and closed.get("value") == more.get("value")


async def test_the_same_value_from_both_is_no_conflict(world: World) -> None:
    chen, zhang, record = await pair(world)
    chen.save(SHIQIAO, "household", {"phone": "2"}, record)
    zhang.save(SHIQIAO, "household", {"phone": "2", "note": "n"}, record)
    await chen.sync()
    await zhang.sync()
    assert not zhang.conflicts
    assert zhang.records(SHIQIAO)[record]["answers"] | {"phone": "2", "note": "n"} == zhang.records(SHIQIAO)[record]["answers"]


async def test_a_phone_never_conflicts_with_itself(world: World) -> None:
    chen, zhang, record = await pair(world)
    for value in ("2", "3", "4"):
        chen.save(SHIQIAO, "household", {"phone": value}, record)
        assert chen.outbox[-1].base == 1
    await chen.sync(batch=1)
    await zhang.sync()
    assert not chen.conflicts and zhang.records(SHIQIAO)[record]["answers"]["phone"] == "4"


@pytest.mark.parametrize("batch", [1, 2])
async def test_own_edits_around_a_foreign_one_open_one_conflict(world: World, batch: int) -> None:
    chen, zhang, record = await pair(world)
    zhang.save(SHIQIAO, "household", {"phone": "z"}, record)
    await zhang.sync()
    for value in ("2", "3"):
        chen.save(SHIQIAO, "household", {"phone": value}, record)
    await chen.sync(batch=batch)
    (conflict,) = chen.conflicts
    assert (conflict["answers"]["mine"], conflict["answers"]["theirs"], conflict["answers"]["base"]) == ("3", "z", "1")
    history = (await chen.client.get(f"/api/records/{conflict['id']}/history")).json()["changes"]
    assert [line["set"].get("mine") for line in history] == ["2", "3"]


async def test_three_people_on_one_answer_keep_every_value(world: World) -> None:
    chen, zhang, record = await pair(world)
    zhou = await world.phone("zhou")
    await zhou.sync()
    for phone, value in ((chen, "2"), (zhang, "3"), (zhou, "4")):
        phone.save(SHIQIAO, "household", {"phone": value}, record)
    for phone in (chen, zhang, zhou, chen):
        await phone.sync()
    assert chen.records(SHIQIAO)[record]["answers"]["phone"] == "2"
    assert {c["answers"]["mine"] for c in chen.conflicts} == {"3", "4"}


async def test_a_second_different_decision_opens_a_conflict_on_the_record(world: World) -> None:
    chen, zhang, record = await pair(world)
    conflict = await both_edit(chen, zhang, record, {"phone": "2"}, {"phone": "3"})
    settle(chen, conflict, "kept_mine")
    settle(zhang, conflict, "kept_theirs")
    await chen.sync()
    lines = await zhang.sync()
    assert [line["result"] for line in lines if line["t"] == "answer"] == ["conflict"]
    (again,) = zhang.conflicts
    assert again["id"] != conflict["id"] and again["answers"]["record"] == record
    assert (again["answers"]["mine"], again["answers"]["theirs"]) == ("2", "3")
    assert zhang.records(SHIQIAO)[conflict["id"]]["answers"]["state"] == "kept_mine"
    settle(zhang, again, "kept_mine")
    await zhang.sync()
    await chen.sync()
    assert chen.records(SHIQIAO)[record]["answers"]["phone"] == "2" and not chen.conflicts


async def test_kept_theirs_is_not_undone_by_a_later_kept_mine(world: World) -> None:
    chen, zhang, record = await pair(world)
    conflict = await both_edit(chen, zhang, record, {"phone": "2"}, {"phone": "3"})
    settle(chen, conflict, "kept_theirs")
    settle(zhang, conflict, "kept_mine")
    await chen.sync()
    await zhang.sync()
    assert zhang.records(SHIQIAO)[record]["answers"]["phone"] == "2"
    (again,) = zhang.conflicts
    assert (again["answers"]["mine"], again["answers"]["theirs"]) == ("3", "2")


async def test_the_same_decision_twice_is_one(world: World) -> None:
    chen, zhang, record = await pair(world)
    conflict = await both_edit(chen, zhang, record, {"phone": "2"}, {"phone": "3"})
    settle(chen, conflict, "kept_mine")
    settle(zhang, conflict, "written", value="3")
    await chen.sync()
    lines = await zhang.sync()
    assert [line["result"] for line in lines if line["t"] == "answer"] == ["ok"] and not zhang.conflicts


async def test_a_person_may_decide_again(world: World) -> None:
    chen, zhang, record = await pair(world)
    conflict = await both_edit(chen, zhang, record, {"phone": "2"}, {"phone": "3"})
    settle(chen, conflict, "kept_mine")
    await chen.sync()
    settle(chen, conflict, "kept_theirs")
    await chen.sync()
    assert chen.records(SHIQIAO)[record]["answers"]["phone"] == "2" and not chen.conflicts


async def test_a_decision_on_what_moved_on_meanwhile_does_not_overwrite_it(world: World) -> None:
    chen, zhang, record = await pair(world)
    conflict = await both_edit(chen, zhang, record, {"phone": "2"}, {"phone": "3"})
    zhou = await world.phone("zhou")
    await zhou.sync()
    zhou.save(SHIQIAO, "household", {"phone": "9"}, record)
    await zhou.sync()
    settle(zhang, conflict, "kept_mine")
    await zhang.sync()
    assert zhang.records(SHIQIAO)[record]["answers"]["phone"] == "9"
    (again,) = zhang.conflicts
    assert (again["answers"]["mine"], again["answers"]["theirs"]) == ("3", "9")


@pytest.mark.parametrize("changes", [{"mine": "x"}, {"state": "open"}, {"state": "won"}, {}, {"state": "kept_mine", "deleted": True}])
async def test_only_its_state_and_value_can_be_written(world: World, changes: dict[str, Any]) -> None:
    chen, zhang, record = await pair(world)
    conflict = await both_edit(chen, zhang, record, {"phone": "2"}, {"phone": "3"})
    chen.save(SHIQIAO, "conflict", changes, conflict["id"])
    await chen.sync()
    assert chen.outbox[-1].state == "quarantined"
    await zhang.sync()
    assert zhang.conflicts[0]["rev"] == conflict["rev"]


async def test_a_written_value_has_to_fit_the_question(world: World) -> None:
    chen, zhang, record = await pair(world)
    conflict = await both_edit(chen, zhang, record, {"phone": "2"}, {"phone": "3"})
    settle(chen, conflict, "written", value=7)
    await chen.sync()
    assert chen.outbox[-1].answer["code"] == "wrong_type" and len(chen.conflicts) == 1


# Deleting against editing


async def test_a_deletion_meeting_an_edit_keeps_the_record_and_asks(world: World) -> None:
    chen, zhang, record = await pair(world)
    conflict = await both_edit(chen, zhang, record, {"phone": "2"}, {"deleted": True})
    assert (conflict["answers"]["question"], conflict["answers"]["mine"], conflict["answers"]["theirs"]) == ("deleted", True, False)
    assert conflict["answers"]["theirs_by"] == CAST["chen"].id
    assert record in chen.records(SHIQIAO)
    settle(chen, conflict, "kept_mine")
    await chen.sync()
    await zhang.sync()
    assert record not in chen.records(SHIQIAO) and record not in zhang.records(SHIQIAO)
    assert not chen.mismatches and not zhang.mismatches


async def test_an_edit_meeting_a_deletion_revives_and_asks(world: World) -> None:
    chen, zhang, record = await pair(world)
    conflict = await both_edit(chen, zhang, record, {"deleted": True}, {"phone": "3"})
    assert (conflict["answers"]["question"], conflict["answers"]["mine"], conflict["answers"]["theirs"]) == ("deleted", False, True)
    assert (conflict["answers"]["mine_by"], conflict["answers"]["theirs_by"]) == (CAST["zhang"].id, CAST["chen"].id)
    assert chen.records(SHIQIAO)[record]["answers"]["phone"] == "3"
    settle(zhang, conflict, "kept_theirs")
    await zhang.sync()
    await chen.sync()
    assert record not in chen.records(SHIQIAO) and not chen.mismatches


async def test_both_deleting_is_no_conflict(world: World) -> None:
    chen, zhang, record = await pair(world)
    for phone in (chen, zhang):
        phone.save(SHIQIAO, "household", {"deleted": True}, record)
        await phone.sync()
    assert not zhang.conflicts and record not in zhang.records(SHIQIAO)


async def test_open_conflicts_go_and_come_back_with_their_record(world: World) -> None:
    chen, zhang, record = await pair(world)
    conflict = await both_edit(chen, zhang, record, {"phone": "2"}, {"phone": "3"})
    chen.save(SHIQIAO, "household", {"deleted": True}, record)
    await chen.sync()
    await zhang.sync()
    assert not zhang.conflicts and record not in zhang.records(SHIQIAO) and not zhang.mismatches
    chen.save(SHIQIAO, "household", {"deleted": False}, record, base=chen.outbox[-1].answer["rev"])
    await chen.sync()
    await zhang.sync()
    assert [c["id"] for c in zhang.conflicts] == [conflict["id"]] and not zhang.mismatches


async def test_settling_a_conflict_of_a_deleted_record_revives_it(world: World) -> None:
    chen, zhang, record = await pair(world)
    conflict = await both_edit(chen, zhang, record, {"phone": "2"}, {"phone": "3"})
    chen.save(SHIQIAO, "household", {"deleted": True}, record)
    settle(zhang, conflict, "kept_mine")
    for phone in (chen, zhang, chen):
        await phone.sync()
    assert chen.records(SHIQIAO)[record]["answers"]["phone"] == "3"
    assert [c["answers"]["question"] for c in chen.conflicts] == ["deleted"] and not chen.mismatches


# Groups and entries


async def test_a_group_conflicts_and_is_settled_as_one(world: World) -> None:
    chen, zhang, record = await pair(world)
    conflict = await both_edit(chen, zhang, record, {"lat": 3.5, "lon": 4.5}, {"lon": 9.5})
    answers = conflict["answers"]
    assert answers["question"] == "group:place" and answers["base"] == {"lat": 1.5, "lon": 2.5}
    assert answers["mine"] == {"lat": 1.5, "lon": 9.5} and answers["theirs"] == {"lat": 3.5, "lon": 4.5}
    settle(chen, conflict, "kept_mine")
    await chen.sync()
    row = chen.records(SHIQIAO)[record]["answers"]
    assert (row["lat"], row["lon"]) == (1.5, 9.5) and not chen.conflicts


async def test_entries_of_a_repeat_merge_one_by_one(world: World) -> None:
    chen, zhang, record = await pair(world)
    one, two = chen.records(SHIQIAO)[record]["answers"]["members"]
    first = {"members": {"put": [one | {"name": "小明"}, {"id": chen.new_id(), "name": "新"}]}}
    second = {"members": {"put": [one | {"age": 9}], "drop": [two["id"]]}}
    conflict = await both_edit(chen, zhang, record, first, second)
    answers = conflict["answers"]
    assert answers["question"] == f"members/{one['id']}" and answers["base"] == one
    assert answers["mine"] == one | {"age": 9} and answers["theirs"] == one | {"name": "小明"}
    assert [m["name"] for m in chen.records(SHIQIAO)[record]["answers"]["members"]] == ["小明", "新"]
    settle(zhang, conflict, "written", value={"id": one["id"], "name": "小明", "age": 9})
    await zhang.sync()
    assert {"id": one["id"], "name": "小明", "age": 9} in zhang.records(SHIQIAO)[record]["answers"]["members"]


async def test_calculated_answers_are_the_servers(world: World) -> None:
    chen, zhang, record = await pair(world)
    chen.save(SHIQIAO, "household", {"size": 99, "members": {"put": [{"id": chen.new_id(), "name": "新"}]}}, record)
    zhang.save(SHIQIAO, "household", {"size": 1, "note": "n"}, record)
    await chen.sync()
    await zhang.sync()
    assert zhang.records(SHIQIAO)[record]["answers"]["size"] == 3 and not zhang.conflicts


async def test_counters_sets_and_logs_of_two_phones_come_together(world: World) -> None:
    chen, zhang, record = await pair(world)
    for phone, tag in ((chen, "a"), (zhang, "b")):
        entry = {"append": [{"id": phone.new_id(), "text": tag}]}
        phone.save(SHIQIAO, "household", {"visits": {"add": 2}, "tags": {"put": [tag]}, "log": entry}, record)
    for phone in (chen, zhang, chen):
        await phone.sync()
    row = chen.records(SHIQIAO)[record]["answers"]
    assert row["visits"] == 4 and row["tags"] == ["a", "b"] and [e["text"] for e in row["log"]] == ["a", "b"]
    assert not chen.conflicts


async def test_an_older_app_does_not_erase_what_it_does_not_know(world: World) -> None:
    from tests.sync.forms import OLD_HOUSEHOLD

    chen, zhang, record = await pair(world)
    zhang.forms = lambda kind: str(OLD_HOUSEHOLD["hash"])
    zhang.save(SHIQIAO, "household", {"phone": "7"}, record)
    await zhang.sync()
    await chen.sync()
    row = chen.records(SHIQIAO)[record]
    assert row["answers"]["phone"] == "7" and row["answers"]["lat"] == 1.5
    assert row["form"] == chen.forms("household")


async def test_closing_a_conflict_brings_in_no_one_who_did_not_agree(world: World) -> None:
    """A decision is a change like any other: what a record may not hold without a person's yes it may not get this way either."""
    chen, zhang = await world.phone("chen"), await world.phone("zhang")
    record = chen.save(SHIQIAO, "talent", {"name": "杨", "contact_ok": "yes", "skills": "a"})
    for phone in (chen, zhang):
        await phone.sync()
    chen.save(SHIQIAO, "talent", {"skills": "b"}, record)
    zhang.save(SHIQIAO, "talent", {"skills": "c"}, record)
    for phone in (chen, zhang):
        await phone.sync()
    (conflict,) = zhang.conflicts
    # The yes is gone before the decision: by hand, for no phone's change can do it.
    answers = json.dumps({"name": "杨", "contact_ok": "no", "skills": "b"})
    await world.run("UPDATE record SET answers = ? WHERE id = ?", answers, record)
    zhang.save(SHIQIAO, "conflict", {"state": "written", "value": "c and d"}, conflict["id"])
    await zhang.sync()
    answer = zhang.outbox[-1].answer
    assert (answer["result"], answer["code"]) == ("quarantined", "consent_needed")
    kept = (await world.all("SELECT body FROM quarantine"))[0]["body"]
    assert "c and d" not in base64.b64decode(kept).decode()
    zhang.save(SHIQIAO, "conflict", {"state": "kept_theirs"}, conflict["id"])
    await zhang.sync()
    assert zhang.outbox[-1].answer["result"] == "ok", "letting stand what stands brings nothing in"


async def test_history_tells_which_of_a_persons_phones_wrote_and_what_did_not_come_to_stand(world: World) -> None:
    first, second, zhang = await world.phone("chen"), await world.phone("chen"), await world.phone("zhang")
    record = first.save(SHIQIAO, "household", {"head": "张大山", "first_seen": "2026-01-01"})
    await first.sync()
    for phone in (second, zhang):
        await phone.sync()
    second.save(SHIQIAO, "household", {"phone": "2"}, record)
    await second.sync()
    await zhang.sync()
    zhang.save(SHIQIAO, "household", {"first_seen": "2026-03-03"}, record)
    await zhang.sync()
    lines = (await first.client.get(f"/api/records/{record}/history")).json()["changes"]
    # Zhang has one phone, and nothing is to be told apart.
    assert [line["phone"] for line in lines] == [1, 2, None]
    assert [line["passed_over"] for line in lines] == [None, None, {"first_seen": "2026-03-03"}]
