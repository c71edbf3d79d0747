"""One change to one record: scope → shape → merge → flags.

Promises: everything that can be refused is refused before anything is altered; an unmet rule of the form or a wrong clock is
stored and flagged, never refused; the answer says what became of the change. Works on a Sitting, writes nothing itself.
"""

from __future__ import annotations

from typing import Any

from server import conflicts
from server.lines import Change
from server.merge import DELETED, Merged, Standing, merge
from server.refusals import Refusal
from server.scope import CONSENT, TOWNSHIP, Place, Scope, may_write
from server.sitting import Entry, Row, Sitting
from server.surveys.builtin import COLLEAGUE, CONFLICT

VILLAGE = "village"

Answer = dict[str, Any]


async def apply(sitting: Sitting, scope: Scope, place: Place, change: Change, origin: str = "device") -> Answer:
    """What the phone hears: result, rev, seq, and the conflicts opened. Raises Refusal for what goes to quarantine."""
    if place.hand is None:
        raise Refusal("village_read_only")
    row = sitting.rows.get(change.record)
    if row is not None and not _known(row, place, change):
        raise Refusal("unknown_record")
    if change.kind == CONFLICT:
        if row is None:
            raise Refusal("unknown_record")
        return await conflicts.close(sitting, place, row, change)
    if change.kind == COLLEAGUE:
        raise Refusal("unknown_kind", kind=change.kind)
    form = sitting.form_for(change.kind, change.form)
    if row is None:
        if change.base > 0 or place.view == TOWNSHIP:
            raise Refusal("unknown_record")
        row = Row(change.record, change.kind, place.village_id)
    changes = dict(change.set)
    target = _target(sitting, scope, place, row, changes)
    check_shape(form, changes)
    merged = merge(form, row.standing, change.base, changes, sitting.device_id, sitting.following(row.rev))
    check_hand(form, place, merged)
    check_moves(form, place, row, merged, await _bases(sitting, row, change, merged))
    return await _settle(sitting, row, form, merged, change, target, origin)


def _known(row: Row, place: Place, change: Change) -> bool:
    """A record elsewhere, of another kind or not shared with this view is no record to this writer."""
    if row.village_id != place.village_id or row.kind != change.kind:
        return False
    return row.shared or place.view != TOWNSHIP


def _target(sitting: Sitting, scope: Scope, place: Place, row: Row, changes: dict[str, Any]) -> str | None:
    """Takes the move out of the changes and says where to."""
    if VILLAGE not in changes:
        return None
    target = changes.pop(VILLAGE)
    if not isinstance(target, str):
        raise Refusal("wrong_type", question=VILLAGE)
    if target == row.village_id:
        return None
    there = scope.places.get(target)
    if (
        row.rev == 0
        or place.hand != "team"
        or there is None
        or there.hand != "team"
        or there.township_id != place.township_id
        or target not in sitting.grounds
    ):
        raise Refusal("unknown_village")
    return target


def check_shape(form: Any, changes: dict[str, Any]) -> None:
    answers = dict(changes)
    deleted = answers.pop(DELETED, None)
    if deleted is not None and not isinstance(deleted, bool):
        raise Refusal("wrong_type", question=DELETED)
    problems = form.shape(answers)
    # A local-only answer decides before anything else: it must not be kept.
    for problem in sorted(problems, key=lambda p: p.code != "local_only"):
        raise Refusal(problem.code, question=problem.path)


def check_hand(form: Any, place: Place, merged: Merged) -> None:
    """Whoever writes must be entitled to every answer that would differ."""
    for path in (*merged.changed, *merged.passed_over, *(p for clash in merged.clashes for p in conflicts.paths(form, clash.question))):
        if not may_write(form, path, place.hand):
            raise Refusal("answer_not_yours", question=path)


def check_moves(form: Any, place: Place, row: Row, merged: Merged, bases: dict[str, Any]) -> None:
    """A state may only go where the kind's moves let this role take it; where two moves clash, from what its writer saw."""
    moves = form.definition.get("moves") or []
    path = form.definition["envelope"].get("status")
    if not moves or path is None:
        return
    steps: list[tuple[Any, Any]] = []
    if path in merged.changed:
        steps.append((merged.before[path], merged.changed[path]))
    for clash in merged.clashes:
        if clash.question == path:
            steps.append((bases.get(path), clash.mine))
        elif isinstance(clash.mine, dict) and path in clash.mine:
            steps.append(((bases.get(clash.question) or {}).get(path), clash.mine[path]))
    for before, after in steps:
        if not _may_move(moves, place, before, after):
            raise Refusal("move_not_allowed")


def _may_move(moves: list[dict[str, Any]], place: Place, before: Any, after: Any) -> bool:
    if before == after:
        return True
    for move in moves:
        roles = move.get("roles") or move.get("role") or ""
        if place.role in (roles.split() if isinstance(roles, str) else roles):
            if (move["from"] or None) == before and (move["to"] or None) == after:
                return True
    return False


async def _bases(sitting: Sitting, row: Row, change: Change, merged: Merged) -> dict[str, Any]:
    """For each clash the value its writer started from."""
    return {c.question: await conflicts.base_value(sitting, row, c.question, change.base) for c in merged.clashes}


async def _settle(
    sitting: Sitting, row: Row, form: Any, merged: Merged, change: Change, target: str | None, origin: str
) -> Answer:
    if merged.changed or merged.passed_over or row.rev == 0:
        commit(sitting, row, form, merged, change, origin)
        await follow(sitting, row, merged)
    opened = []
    for clash in merged.clashes:
        opened.append((await conflicts.open_one(sitting, row, clash, change)).id)
    if target is not None:
        await _move(sitting, row, target, form, change, origin)
    answer: Answer = {"result": "conflict" if opened else "ok", "rev": row.rev, "seq": _seq(sitting, row, change)}
    return answer | ({"conflicts": opened} if opened else {})


def _seq(sitting: Sitting, row: Row, change: Change) -> int:
    """The seq of the stream's own village that covers the change."""
    ground = sitting.grounds[change.village]
    return ground.next_seq if ground.used else row.seq


def commit(sitting: Sitting, row: Row, form: Any, merged: Merged, change: Change, origin: str) -> None:
    """Puts a merge into its record: calculations, flags, envelope and history."""
    moment, believed = sitting.instant(change.at)
    new = row.rev == 0
    if new:
        row.created_by, row.created_at = sitting.account_id, sitting.at
    row.rev = sitting.following(row.rev)
    today = sitting.forms.current(row.kind)
    if new or today is None or row.form != today.hash:
        row.form = form.hash
    kept_by = form if form.hash == row.form else today
    row.answers = kept_by.recalculate(merged.answers, moment)
    row.revs = merged.revs
    row.deleted = merged.deleted
    row.flags = kept_by.flags(row.answers, moment)
    if not believed:
        row.flags = [*row.flags, {"code": "clock", "question": ""}]
    row.client_at, row.device_id = change.at, sitting.device_id
    sitting.touch(row, kept_by.envelope(row.answers))
    remember(sitting, row, change, merged.changed, merged.before, merged.passed_over or None, origin)


def remember(
    sitting: Sitting,
    row: Row,
    change: Change,
    changed: dict[str, Any],
    before: dict[str, Any],
    passed_over: dict[str, Any] | None,
    origin: str,
) -> None:
    entry = Entry(
        row.village_id, row.id, row.rev, change.n, row.kind, row.form, change.base, changed, before, passed_over, origin, change.at
    )
    sitting.history.append(entry)


async def follow(sitting: Sitting, row: Row, merged: Merged) -> None:
    """What a change of the record means for the conflicts about it: they go, come back and are shared with it."""
    became_shared = row.shared and (row.was is None or not row.was[3])
    if DELETED in merged.changed or (row.shared and CONSENT in merged.changed) or became_shared:
        for conflict in await sitting.conflicts_of(row):
            conflicts.along(sitting, row, conflict)


async def _move(sitting: Sitting, row: Row, target: str, form: Any, change: Change, origin: str) -> None:
    before = row.village_id
    about = await sitting.conflicts_of(row)
    for moved in (row, *about):
        moved_form = form if moved is row else sitting.form_of(moved)
        sitting.move(moved, target)
        moved.revs = moved.revs | {VILLAGE: [moved.rev, sitting.device_id]}
        sitting.touch(moved, moved_form.envelope(moved.answers))
        remember(sitting, moved, change, {VILLAGE: target}, {VILLAGE: before}, None, origin)


__all__ = ["Standing", "apply", "check_hand", "check_shape", "commit", "follow", "remember"]
