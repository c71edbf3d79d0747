"""What must hold, each under its name. sync.md 4 has the numbers; tests/sync/README.md maps them to tests.

During a run, on every answer and after every step:
    no_foreign_row (26)                every line of every answer is of a village and view its phone holds at that moment
    no_fault_unless_ordered (38)       the server has no failure of its own, whatever happens at once
    everything_ends (38)               no step waits for ever
    no_saved_change_leaves_the_phone (1, 5, 6, 21, 30, 33)   after every death each change called saved is on the disk
    drafts_stay                        and each draft
    ownUnsentEditsAreShown (19), revisionsOnlyRise (20), nothingIsLiftedBeforeItsRow, phoneCountsAsTheServerDoes (42)   watch.mjs
    renewed_only_after_a_copy (15, 35) no phone that was not copied is told to take a new device id
    nothing_of_another_account (32)    another person on the same phone sees and sends nothing of the first
After all is healed and everyone has synced:
    everything_was_sent (40, 41)       no phone still holds back a change
    nothing_lost (1, 12, 23, 31, 36, 39)   every word ever saved stands in a record, its history, a conflict or quarantine
    all_agree (2, 7, 16, 25, 27)       equal scope: equal records to the byte, on every phone and on the server
    nothing_lingers (23, 24, 27)       a village that was lost is on no phone
    recounted (42)                     count and checksum of every view equal a recount
    applied_once (3, 4, 5, 35)         no numbered change was taken twice
    counted_once (17)                  a counter is the sum of the changes that were taken, each once
    no_silent_overwrite (11, 14, 43)   nobody's value was replaced by one whose writer had not seen it
    conflicts_are_real (10, 43)        no conflict without two devices that wrote past each other
    one_open_conflict_each (11, 18)    one open conflict per record, question and device
    groups_stay_whole (13)             answers that belong together were written together
    conflicts_follow (18)              a conflict lives and is shared exactly with its question
    it_stays_quiet (18)                syncing further changes nothing
    files_arrived (37)                 a file whose change was taken is on the server, whole
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from server.scope import TEAM, TOWNSHIP, Sharing
from tests.phone import checked
from tests.sync.simulation import township_forms

Rows = list[dict[str, Any]]
WORD = re.compile(r"w\d+\.")
#: What a township never sees of a problem.
HIDDEN = {"remark"}
GROUPS = {"lat": "place", "lon": "place"}
COMPARED = ("id", "village", "kind", "form", "rev", "seq", "answers", "flags", "by", "at", "client_at", "created_by", "created_at")


def words(value: Any) -> list[str]:
    """The unique words in a value."""
    return WORD.findall(json.dumps(value, ensure_ascii=False))


# Of one answer


def no_foreign_row(
    lines: Iterable[Mapping[str, Any]], views: Mapping[str, set[str]], homes: Mapping[str, set[str]], travels: Mapping[str, set[str]]
) -> list[str]:
    """`views`: how each village may be seen now. `homes`: where each word was written; `travels`: where records moved."""
    found = []
    for line in lines:
        village = line.get("village")
        if line["t"] in ("record", "gone", "page") and village not in views:
            found.append(f"a {line['t']} of {village}: {line}")
        if line["t"] != "record":
            continue
        if village in views and views[str(village)] == {TOWNSHIP}:
            found += _beyond_the_township(line)
        for word in words(line["answers"]):
            record = str(line["answers"].get("record", line["id"]))
            there = homes.get(word, set()) | travels.get(record, set())
            if there and not there & set(views):
                found.append(f"{word} of {there}")
    return found


def _beyond_the_township(line: Mapping[str, Any]) -> list[str]:
    answers = line["answers"]
    if line["kind"] == "conflict":
        bad = answers["question"] in HIDDEN
    else:
        bad = line["kind"] != "problem" or bool(HIDDEN & set(answers)) or ("reporter" in answers and answers.get("share_reporter") != "yes")
    return [f"the township may not see {line}"] if bad else []


# Of one phone


def no_saved_change_leaves_the_phone(outbox: Rows, promised: Iterable[str]) -> list[str]:
    there = set(words(outbox))
    return [f"{word} was called saved and is not on the phone" for word in promised if word not in there]


def drafts_stay(drafts: Any, promised: Mapping[str, str]) -> list[str]:
    there = json.dumps(drafts)
    return [f"the draft {key} is gone" for key, word in promised.items() if word not in there]


def everything_was_sent(name: str, outbox: Rows, owed: list[str]) -> list[str]:
    waiting = [entry for entry in outbox if entry["state"] in ("waiting", "sent")]
    return [f"phone {name} still holds {waiting[:2]}"] if waiting else []


def all_agree(name: str, seen: dict[str, Any], stored: Rows) -> list[str]:
    """A phone that holds a village holds what its view shows of it, to the byte."""
    found = []
    for place in seen["scope"]:
        if place["view"] not in (TEAM, TOWNSHIP):
            continue
        theirs = {row["id"]: _told(row, place["view"]) for row in stored if row["village_id"] == place["id"]}
        wanted = {id_: row for id_, row in theirs.items() if row is not None}
        held = {row["id"]: {key: row[key] for key in COMPARED} for row in seen["rows"] if row["village"] == place["id"]}
        for id_ in wanted.keys() | held.keys():
            if wanted.get(id_) != held.get(id_):
                found.append(f"phone {name} holds {held.get(id_)}, the server {wanted.get(id_)}")
    for rec in seen["shown"]:
        if rec["pending"]:
            laid = [entry for entry in seen["outbox"] if entry["over"] and rec["id"] in (entry["record"], (entry.get("also") or {}).get("record"))]
            found.append(f"phone {name} still shows {rec['id']} as pending: {laid}")
    return found


def _told(row: dict[str, Any], view: str) -> dict[str, Any] | None:
    if row["deleted"] or (view == TOWNSHIP and not row["shared"]):
        return None
    answers, flags = json.loads(row["answers"]), json.loads(row["flags"])
    if view == TOWNSHIP and row["kind"] != "conflict":
        sharing = Sharing(_form(row["kind"]), answers)
        answers, flags = sharing.answers(answers), sharing.flags(flags)
    told = {
        **row, "village": row["village_id"], "answers": answers, "flags": flags,
        "by": row["updated_by"], "at": row["updated_at"],
    }  # fmt: skip
    return {key: told[key] for key in COMPARED}


_CATALOGUE = township_forms.catalogue(newer=False)


def _form(kind: str) -> Any:
    return _CATALOGUE.current(kind)


def nothing_lingers(name: str, seen: dict[str, Any]) -> list[str]:
    held = {place["id"] for place in seen["scope"]}
    left = [row["id"] for row in seen["rows"] if row["village"] not in held]
    left += [pull["village"] for pull in seen["pulls"] if pull["village"] not in held]
    return [f"phone {name} still holds {left} of a village it lost"] if left else []


# Of the whole


def nothing_lost(promised: Iterable[str], records: Rows, changes: Rows, quarantine: Rows) -> list[str]:
    parts = [row["answers"] for row in records] + [row["changed"] + (row["passed_over"] or "") for row in changes]
    parts += [base64.b64decode(row["body"]).decode(errors="replace") for row in quarantine]
    there = set(WORD.findall("\n".join(parts)))
    return [f"{word} is lost" for word in promised if word not in there]


def recounted(views: Rows, records: Rows) -> list[str]:
    found = []
    for view in views:
        living = [
            row for row in records
            if row["village_id"] == view["village_id"] and not row["deleted"] and (row["shared"] or view["view"] != TOWNSHIP)
        ]  # fmt: skip
        if (view["count"], view["checksum"]) != checked(living):
            found.append(f"{view} is not {checked(living)}")
    return found


def applied_once(changes: Rows) -> list[str]:
    taken = Counter(
        (row["village_id"], row["device_id"], row["n"], row["record_id"])
        for row in changes
        if row["n"] and row["origin"] == "device" and set(json.loads(row["changed"])) != {"village"}
    )
    found = [f"taken {count} times: {key}" for key, count in taken.items() if count > 1]
    said = Counter(word for row in changes if row["origin"] in ("device", "quarantine") for word in set(_own_words(row)))
    return found + [f"{word} was taken {count} times" for word, count in said.items() if count > 1]


def _own_words(row: dict[str, Any]) -> list[str]:
    """Words a change brings by adding, which no later change brings again."""
    changed = json.loads(row["changed"])
    return words(changed.get("log")) if isinstance(changed.get("log"), dict) and "append" in changed["log"] else []


def counted_once(records: Rows, changes: Rows) -> list[str]:
    sums: Counter[str] = Counter()
    for row in changes:
        visits = json.loads(row["changed"]).get("visits")
        sums[row["record_id"]] += visits["add"] if isinstance(visits, dict) else visits or 0
    households = [row for row in records if row["kind"] == "household"]
    # Whoever counts says a word with it; taken again under another number, the word would be there already.
    mute = [row for row in changes if row["origin"] == "device" and isinstance((c := json.loads(row["changed"])).get("visits"), dict) and not words(c)]
    return [f"counted twice: {row}" for row in mute] + [
        f"{row['id']} counts {json.loads(row['answers']).get('visits', 0)}, its changes {sums[row['id']]}"
        for row in households if json.loads(row["answers"]).get("visits", 0) != sums[row["id"]]
    ]  # fmt: skip


class Setters:
    """Who set each answer of each record last, worked out anew from the history."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, str], tuple[int, str]] = {}

    def of(self, record: str, path: str) -> tuple[int, str]:
        return self._last.get((record, GROUPS.get(path, path)), (0, ""))

    def newest(self, record: str) -> list[tuple[int, str]]:
        return [value for (id_, path), value in self._last.items() if id_ == record]

    def take(self, row: dict[str, Any]) -> None:
        for path in json.loads(row["changed"]):
            self._last[row["record_id"], GROUPS.get(path, path)] = (row["rev"], row["device_id"])


def _plain(changed: dict[str, Any]) -> list[str]:
    return [path for path, value in changed.items() if not isinstance(value, (dict, list)) and path not in ("village", "deleted", "size")]


def no_silent_overwrite(changes: Rows, kinds: Mapping[str, str]) -> list[str]:
    setters = Setters()
    found = []
    for row in sorted(changes, key=lambda row: row["rev"]):
        if kinds.get(row["record_id"]) == "conflict":
            continue
        changed = json.loads(row["changed"])
        if row["origin"] in ("device", "quarantine"):
            for path in _plain(changed):
                rev, device = setters.of(row["record_id"], path)
                if rev > row["base"] and device != row["device_id"]:
                    found.append(f"{path} of rev {rev} by {device} was replaced by a writer who had seen {row['base']}: {row}")
            if changed.get("deleted") is True and any(r > row["base"] and d != row["device_id"] for r, d in setters.newest(row["record_id"])):
                found.append(f"deleted over an unseen edit: {row}")
        setters.take(row)
    return found


def conflicts_are_real(changes: Rows, kinds: Mapping[str, str]) -> list[str]:
    """Each first conflict about a plain question stands for two devices of which the later had not seen the earlier."""
    history: dict[str, Rows] = {}
    for row in changes:
        if kinds.get(row["record_id"]) != "conflict":
            history.setdefault(row["record_id"], []).append(row)
    found = []
    decided = set()
    for row in sorted((r for r in changes if kinds.get(r["record_id"]) == "conflict"), key=lambda r: (r["seq"], r["rev"])):
        changed = json.loads(row["changed"])
        about = (changed.get("record"), changed.get("question"))
        if "at_rev" not in changed or about[1] is None or not about[1].isidentifier() or about[1] == "deleted":
            continue
        if about in decided:
            continue
        decided.add(about)
        setters = Setters()
        for earlier in sorted(history.get(about[0], []), key=lambda r: r["rev"]):
            if earlier["rev"] <= changed["at_rev"]:
                setters.take(earlier)
        rev, device = setters.of(*about)
        if not (rev > row["base"] and device != row["device_id"]):
            found.append(f"a conflict about {about} that is none: {row}, last set {rev} by {device}")
    return found


def one_open_conflict_each(records: Rows) -> list[str]:
    open_ = Counter(
        (answers["record"], answers["question"], row["device_id"])
        for row in records
        if row["kind"] == "conflict" and (answers := json.loads(row["answers"]))["state"] == "open"
    )
    return [f"{count} open conflicts of {key}" for key, count in open_.items() if count > 1]


def groups_stay_whole(records: Rows) -> list[str]:
    found = []
    for row in records:
        answers = json.loads(row["answers"])
        if ("lat" in answers) != ("lon" in answers) or ("lat" in answers and answers["lon"] != answers["lat"] + 1):
            found.append(f"half of one place and half of another: {row}")
    return found


def conflicts_follow(records: Rows) -> list[str]:
    rows = {row["id"]: row for row in records}
    found = []
    for conflict in (row for row in records if row["kind"] == "conflict"):
        answers = json.loads(conflict["answers"])
        about = rows[answers["record"]]
        consent = json.loads(about["answers"]).get("share_reporter") == "yes"
        shown = answers["question"] != "remark" and (answers["question"] != "reporter" or consent)
        if bool(conflict["shared"]) != bool(about["shared"] and shown):
            found.append(f"shared otherwise than its record: {conflict}")
        if bool(conflict["deleted"]) != bool(about["deleted"] and answers["state"] == "open"):
            found.append(f"gone otherwise than its record: {conflict}")
        if conflict["village_id"] != about["village_id"]:
            found.append(f"elsewhere than its record: {conflict}")
    return found


def files_arrived(outbox: Rows, owed: list[str], folder: Path) -> list[str]:
    found = []
    for entry in outbox:
        value = str(entry["set"].get("paper") or "")
        if not value or entry["state"] not in ("acknowledged", "checked"):
            continue
        name = value.partition(".")[0]
        whole = [p for p in folder.rglob(name) if p.is_file() and hashlib.sha256(p.read_bytes()).hexdigest() == name]
        if not whole:
            found.append(f"{value} of {entry['record']} has not arrived{' and waits' if value in owed else ''}")
    return found
