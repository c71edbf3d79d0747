"""Conflict records: both values of one question, kept until a person decides.

Promises: one open conflict per (record, question, device); visible exactly where its question is; closed by an ordinary change
that also writes the chosen value; a second, different decision opens a new conflict on the record, never on a conflict.

A conflict's question is a path, `path/<entry id>` for one entry of a repeat, `group:<name>` (its values are objects by path), or
`deleted`. `theirs` is what stood in the record, `mine` what the later writer sent.
"""

from __future__ import annotations

from typing import Any

import msgspec

from server.ids import new_id
from server.lines import Change
from server.merge import DELETED, GROUP, Clash, Merged, entry_of, last_set, members, merge
from server.refusals import Refusal
from server.scope import CONSENT, TOWNSHIP, Place, Sharing, question_of
from server.settle import check_consent, check_hand, check_leaves, check_reach, check_shape, commit
from server.sitting import Row, Sitting
from server.surveys.builtin import CONFLICT
from server.surveys.remarks import marked

OPEN = "open"
CLOSINGS = ("kept_mine", "kept_theirs", "written")

Answer = dict[str, Any]


# Opening


async def open_one(sitting: Sitting, row: Row, clash: Clash, change: Change) -> Row:
    """Opens a conflict, or brings this device's open one about the same question up to date. The record is settled already."""
    base = await base_value(sitting, row, clash.question, change.base)
    mine = clash.mine
    if clash.question.startswith(GROUP):
        mine = (base or {}) | mine
    setter, set_at = await _last_setter(sitting, row, clash)
    answers = {
        "record": row.id,
        "question": clash.question,
        "base": base,
        "mine": mine,
        "theirs": clash.theirs,
        "mine_by": sitting.account_id,
        "theirs_by": setter,
        "mine_at": change.at,
        "theirs_at": set_at,
        "at_rev": row.rev,
        "state": OPEN,
    }
    answers = {path: value for path, value in answers.items() if value is not None}
    for known in await sitting.conflicts_of(row):
        if known.answers["state"] == OPEN and known.answers["question"] == clash.question and known.device_id == sitting.device_id:
            if "base" in known.answers:
                answers["base"] = known.answers["base"]
            _write(sitting, row, known, answers, change)
            return known
    fresh = Row(new_id(), CONFLICT, row.village_id)
    fresh.created_by, fresh.created_at = sitting.account_id, sitting.at
    _write(sitting, row, fresh, answers, change)
    return fresh


async def base_value(sitting: Sitting, row: Row, question: str, base: int) -> Any:
    """What stood there at revision `base`: what the first change after it found."""
    later = await _history(sitting, row, base)
    if question.startswith(GROUP):
        form = sitting.form_of(row)
        values = {path: _found(later, path, row.answers.get(path)) for path in members(form, question.removeprefix(GROUP))}
        return {path: value for path, value in values.items() if value is not None} or None
    present = row.deleted if question == DELETED else value_of(sitting, row, question)
    return _found(later, question, present)


def _found(later: list[dict[str, Any]], question: str, present: Any) -> Any:
    path, _, entry_id = question.rpartition("/")
    for before in later:
        if question in before:
            return before[question]
        undo = before.get(path)
        if isinstance(undo, dict):
            entry = entry_of(undo.get("put"), entry_id)
            if entry is not None:
                return entry
            if entry_id in (undo.get("drop") or ()):
                return None
    return present


async def _history(sitting: Sitting, row: Row, base: int) -> list[dict[str, Any]]:
    """`before` of every change after a revision, oldest first, those of this transaction too."""
    stored: list[dict[str, Any]] = []
    if row.was is not None:
        sql = "SELECT before FROM change WHERE township_id = ? AND record_id = ? AND rev > ? ORDER BY rev"
        found = await sitting.connection.all(sql, sitting.township_id, row.id, base)
        stored = [msgspec.json.decode(line["before"]) for line in found]
    return stored + [e.before for e in sitting.history if e.record_id == row.id and e.rev > base]


async def _last_setter(sitting: Sitting, row: Row, clash: Clash) -> tuple[str | None, str | None]:
    """Who wrote the value that stands, and when by their clock."""
    if clash.question == DELETED and not clash.mine:  # an edit met a deletion, and has revived the record by now
        return await _writer(sitting, row, None)
    if clash.question == DELETED:
        spoken = [rev for rev, _ in row.revs.values()]
    elif clash.question.startswith(GROUP):
        spoken = [last_set(row.standing, path, True)[0] for path in clash.theirs]
    else:
        spoken = [last_set(row.standing, clash.question, True)[0]]
    return await _writer(sitting, row, max(spoken, default=row.rev))


async def _writer(sitting: Sitting, row: Row, rev: int | None) -> tuple[str | None, str | None]:
    """Who made revision `rev`, or, without one, who deleted the record last."""

    def fits(found: int, changed: dict[str, Any]) -> bool:
        return found == rev or (rev is None and changed.get(DELETED) is True)

    for entry in reversed(sitting.history):
        if entry.record_id == row.id and fits(entry.rev, entry.changed):
            return sitting.account_id, entry.client_at
    sql = "SELECT rev, account_id, client_at, at, changed FROM change WHERE township_id = ? AND record_id = ? ORDER BY rev DESC"
    for found in await sitting.connection.all(sql, sitting.township_id, row.id):
        if fits(found["rev"], msgspec.json.decode(found["changed"])):
            return found["account_id"], found["client_at"] or found["at"]
    return None, None


def value_of(sitting: Sitting, row: Row, question: str) -> Any:
    """The present value of a conflict's question."""
    if question == DELETED:
        return row.deleted
    if question.startswith(GROUP):
        names = members(sitting.form_of(row), question.removeprefix(GROUP))
        return {path: row.answers[path] for path in names if path in row.answers}
    path, _, entry_id = question.rpartition("/")
    if question not in row.answers and isinstance(row.answers.get(path), list):
        return entry_of(row.answers[path], entry_id)
    return row.answers.get(question)


# Writing and sharing


def _write(sitting: Sitting, about: Row, conflict: Row, answers: dict[str, Any], change: Change) -> None:
    """Gives a conflict its answers; its history says which of them changed."""
    old = conflict.answers
    changed = {p: answers.get(p) for p in {**old, **answers} if old.get(p) != answers.get(p)}
    before = {p: old.get(p) for p in changed}
    form = sitting.form_for(CONFLICT, "")
    conflict.form = form.hash
    conflict.rev = sitting.following(conflict.rev)
    conflict.answers = answers
    state = [conflict.rev, sitting.device_id]
    conflict.revs = {"*": state} if conflict.was is None else conflict.revs | dict.fromkeys(changed, state)
    if answers["state"] == OPEN:
        conflict.device_id = sitting.device_id
    conflict.client_at = change.at
    conflict.village_id = about.village_id
    _share(sitting, about, conflict)
    sitting.touch(conflict, form)
    sitting.remember(conflict, changed, before, base=change.base, origin=CONFLICT, client_at=change.at)


def _visible(sitting: Sitting, about: Row, conflict: Row) -> bool:
    """Whether the township sees every answer the conflict is about; of a repeat's entry all its questions."""
    form = sitting.form_of(about)
    sharing = Sharing(form, about.answers)
    question = conflict.answers["question"]
    if question.startswith(GROUP):
        concerned = members(form, question.removeprefix(GROUP))
    else:
        asked = question_of(form, question)
        inner = [q.path for q in form.questions if q.repeat == asked.path] if asked is not None else []
        concerned = [question, *inner]
    return about.shared and all(sharing.shows(path) for path in concerned)


def _share(sitting: Sitting, about: Row, conflict: Row) -> None:
    shared = _visible(sitting, about, conflict)
    if conflict.shared and not shared:
        sitting.tell_gone(conflict.village_id, TOWNSHIP, conflict, conflict.rev)
    elif shared:
        sitting.gone[conflict.village_id, TOWNSHIP, conflict.id] = None
    conflict.shared = shared


def _along(sitting: Sitting, about: Row, conflict: Row) -> None:
    """After its record was deleted, revived or shared: an open conflict goes and comes with it, and is seen where it is seen."""
    deleted = about.deleted and conflict.answers["state"] == OPEN
    if deleted == conflict.deleted and _visible(sitting, about, conflict) == conflict.shared:
        return
    changed = {DELETED: deleted} if deleted != conflict.deleted else {}
    before = {DELETED: conflict.deleted} if changed else {}
    conflict.rev = sitting.following(conflict.rev)
    conflict.deleted = deleted
    _share(sitting, about, conflict)
    sitting.touch(conflict, sitting.form_of(conflict))
    sitting.remember(conflict, changed, before, base=0, origin=CONFLICT)


async def follow(sitting: Sitting, row: Row, merged: Merged) -> None:
    """What a change of the record means for the conflicts about it: they go, come back and are shared with it."""
    became_shared = row.shared and (row.was is None or not row.was[3])
    if DELETED in merged.changed or (row.shared and CONSENT in merged.changed) or became_shared:
        for conflict in await sitting.conflicts_of(row):
            _along(sitting, row, conflict)


# Closing


async def close(sitting: Sitting, place: Place, conflict: Row, change: Change) -> Answer:
    """One person's decision. The chosen value goes into the record as a change based on the revision the conflict saw."""
    about = sitting.rows.get(conflict.answers["record"])
    if about is None or about.village_id != place.village_id:
        raise Refusal("unknown_record")
    state = _closing(conflict, change)
    question = conflict.answers["question"]
    wanted = change.set.get("value") if state == "written" else conflict.answers.get(state.removeprefix("kept_"))
    form = sitting.form_of(about)
    check_leaves(form)
    changes = _as_changes(form, question, wanted)
    check_shape(form, changes)
    check_hand(form, place, Merged({}, {}, False, changed=changes), DELETED in changes)
    if state == "written" and wanted not in (conflict.answers.get("mine"), conflict.answers.get("theirs")):
        check_reach(form, place, changes)
    elsewhere = _decided_elsewhere(conflict, change, sitting.device_id)
    if not elsewhere and conflict.answers["state"] == OPEN and state == "kept_theirs" and question != DELETED:
        changes = {}  # what stands stays, whatever became of it since
    merged = merge(form, about.standing, conflict.answers["at_rev"], changes, sitting.device_id, sitting.following(about.rev))
    if changes:
        check_consent(form, merged)
    if elsewhere:
        return await _second(sitting, about, conflict, question, wanted, change)
    answers = {p: v for p, v in conflict.answers.items() if p != "value"} | {"state": state}
    if state == "written" and wanted is not None:
        answers["value"] = wanted
    opened = []
    if merged.changed:
        commit(sitting, about, form, merged, change, CONFLICT)
    if answers != conflict.answers:
        _write(sitting, about, conflict, answers, change)
    if merged.changed:
        await follow(sitting, about, merged)
    for clash in merged.clashes:
        opened.append((await open_one(sitting, about, clash, change)).id)
    return _answer(sitting, conflict, opened)


def _closing(conflict: Row, change: Change) -> str:
    for path in change.set:
        if path not in ("state", "value"):
            raise Refusal("answer_not_yours", question=path)
    state = change.set.get("state")
    if state not in CLOSINGS:
        raise Refusal("wrong_type", question="state")
    return str(state)


def _as_changes(form: Any, question: str, value: Any) -> dict[str, Any]:
    """The chosen value as a change of the record."""
    if question.startswith(GROUP):
        if not isinstance(value, dict):
            raise Refusal("wrong_type", question=question)
        return {path: value.get(path) for path in members(form, question.removeprefix(GROUP))}
    if question == DELETED or form.question(marked(question)[0]) is not None:
        return {question: value}
    repeat, _, entry_id = question.rpartition("/")
    if question_of(form, question) is None or not (value is None or isinstance(value, dict)):
        raise Refusal("wrong_type", question=question)
    return {repeat: {"drop": [entry_id]} if value is None else {"put": [value | {"id": entry_id}]}}


def _decided_elsewhere(conflict: Row, change: Change, device: str) -> bool:
    """Someone else closed it, and this writer had not seen that."""
    if conflict.answers["state"] == OPEN:
        return False
    rev, decider = last_set(conflict.standing, "state", True)
    return decider != device and rev > change.base


async def _second(
    sitting: Sitting, about: Row, conflict: Row, question: str, wanted: Any, change: Change
) -> Answer:
    present = value_of(sitting, about, question)
    if present == wanted:
        return _answer(sitting, conflict, [])
    clash = Clash(question, wanted, present)
    # Its writer had seen the record as the conflict showed it.
    seen = msgspec.structs.replace(change, base=conflict.answers["at_rev"])
    return _answer(sitting, conflict, [(await open_one(sitting, about, clash, seen)).id])


def _answer(sitting: Sitting, conflict: Row, opened: list[str]) -> Answer:
    ground = sitting.grounds[conflict.village_id]
    answer: Answer = {
        "result": "conflict" if opened else "ok",
        "rev": conflict.rev,
        "seq": ground.next_seq if ground.used else conflict.seq,
    }
    return answer | ({"conflicts": opened} if opened else {})
