"""The checks every change passes, and putting a merge into its record. Shared by plain changes and decided conflicts.

Promises: checks alter nothing; `commit` recomputes calculations and flags, keeps the envelope and adds to the history.
"""

from __future__ import annotations

from typing import Any

from server.lines import Change
from server.merge import DELETED, Merged
from server.refusals import Refusal
from server.scope import Place, may_write
from server.sitting import Row, Sitting
from server.surveys.leaving import withheld


def check_shape(form: Any, changes: dict[str, Any]) -> None:
    answers = dict(changes)
    deleted = answers.pop(DELETED, None)
    if deleted is not None and not isinstance(deleted, bool):
        raise Refusal("wrong_type", question=DELETED)
    problems = form.shape(answers)
    # A local-only answer decides before anything else: it must not be kept.
    for problem in sorted(problems, key=lambda p: p.code != "local_only"):
        raise Refusal(problem.code, question=problem.path)


def check_leaves(form: Any) -> None:
    """Records of some kinds never leave a phone; one that comes all the same is not looked at."""
    if form.definition.get("local"):
        raise Refusal("local_only", question=form.kind)


def check_consent(form: Any, merged: Merged) -> None:
    """Whom a record is about must have agreed, where its form says so; taking it away is always allowed."""
    if not merged.deleted and withheld(form.definition, merged.answers):
        raise Refusal("consent_needed")


def check_hand(form: Any, place: Place, merged: Merged, deletion_named: bool) -> None:
    """Whoever writes must be entitled to every answer that would differ. Anyone's edit revives a deleted record."""
    clashing = (path for clash in merged.clashes for path in clash.paths)
    for path in (*merged.changed, *merged.passed_over, *clashing):
        if path == DELETED and not deletion_named:
            continue
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


def check_reach(form: Any, place: Place, changes: dict[str, Any]) -> None:
    """A state written by hand into a conflict must be one this role can bring about at all."""
    path = form.definition["envelope"].get("status")
    moves = form.definition.get("moves") or []
    if moves and path in changes and not any(move["to"] == changes[path] and _has(move, place) for move in moves):
        raise Refusal("move_not_allowed")


def _may_move(moves: list[dict[str, Any]], place: Place, before: Any, after: Any) -> bool:
    if before == after:
        return True
    return any((move["from"] or None) == before and (move["to"] or None) == after and _has(move, place) for move in moves)


def _has(move: dict[str, Any], place: Place) -> bool:
    return place.role in str(move["role"]).split()


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
    row.answers = kept_by.recalculate(merged.answers, moment) if kept_by.definition["order"] else merged.answers
    row.revs = merged.revs
    row.deleted = merged.deleted
    row.flags = kept_by.flags(row.answers, moment)
    if not believed:
        row.flags = [*row.flags, {"code": "clock", "question": ""}]
    row.client_at, row.device_id = change.at, sitting.device_id
    sitting.touch(row, kept_by)
    sitting.remember(
        row,
        merged.changed,
        merged.before,
        base=change.base,
        origin=origin,
        n=change.n or None,
        passed_over=merged.passed_over or None,
        client_at=change.at,
    )
