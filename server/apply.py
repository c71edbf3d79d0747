"""One change to one record: scope → shape → merge → flags.

Promises: everything that can be refused is refused before anything is altered; an unmet rule of the form or a wrong clock is
stored and flagged, never refused; the answer says what became of the change. Works on a Sitting, writes nothing itself.
"""

from __future__ import annotations

from typing import Any

from server import conflicts
from server.lines import Change
from server.merge import DELETED, Merged, merge
from server.refusals import Refusal
from server.scope import TOWNSHIP, Place, Scope
from server.settle import check_consent, check_hand, check_leaves, check_moves, check_shape, commit
from server.sitting import Row, Sitting
from server.surveys.builtin import COLLEAGUE, CONFLICT, GUIDE

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
    if change.kind in {COLLEAGUE, GUIDE}:
        raise Refusal("unknown_kind", kind=change.kind)
    form = sitting.form_for(change.kind, change.form)
    check_leaves(form)
    if row is None:
        if change.base > 0 or place.view == TOWNSHIP:
            raise Refusal("unknown_record")
        row = Row(change.record, change.kind, place.village_id)
    changes = dict(change.set)
    target = _target(sitting, scope, place, row, changes)
    check_shape(form, changes)
    merged = merge(form, row.standing, change.base, changes, sitting.device_id, sitting.following(row.rev))
    check_consent(form, merged)
    check_hand(form, place, merged, DELETED in changes)
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


async def _bases(sitting: Sitting, row: Row, change: Change, merged: Merged) -> dict[str, Any]:
    """For each clash the value its writer started from."""
    return {c.question: await conflicts.base_value(sitting, row, c.question, change.base) for c in merged.clashes}


async def _settle(
    sitting: Sitting, row: Row, form: Any, merged: Merged, change: Change, target: str | None, origin: str
) -> Answer:
    if merged.changed or merged.passed_over or row.rev == 0:
        commit(sitting, row, form, merged, change, origin)
        await conflicts.follow(sitting, row, merged)
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


async def _move(sitting: Sitting, row: Row, target: str, form: Any, change: Change, origin: str) -> None:
    before = row.village_id
    about = await sitting.conflicts_of(row)
    for moved in (row, *about):
        moved_form = form if moved is row else sitting.form_of(moved)
        sitting.move(moved, target)
        moved.revs = moved.revs | {VILLAGE: [moved.rev, sitting.device_id]}
        sitting.touch(moved, moved_form)
        sitting.remember(
            moved, {VILLAGE: target}, {VILLAGE: before}, base=change.base, origin=origin, n=change.n, client_at=change.at
        )
