"""Who may read and write what: the scope of an account, the views it reads through, and what a role may write.

One decides, one filters: `scope_of` decides which villages an account holds and by which view; `Sharing` filters what the
township's view shows of a record. Nothing else in the house asks for a role. A foreign village and one that does not exist
look the same everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from server.database import Connection, Row
from server.surveys.remarks import marked

#: Tokens of the views. A token changes with its sharing rules, so that phones pull again what they may now see.
TEAM = "team.1"
TOWNSHIP = "township.2"
ALL = "all.1"

READER = "reader"
_VIEW_OF = {"cadre": TEAM, "first_secretary": TEAM, "township_leader": TOWNSHIP}
#: Who holds several roles in one village acts in the last of these.
_RANK = ("township_leader", "cadre", "first_secretary")
#: The `writers` class a role belongs to.
_HAND_OF = {"cadre": "team", "first_secretary": "team", "township_leader": "leader"}

#: Kinds a township sees, from the moment this envelope column was first filled; a later return does not hide them.
SHARED_FROM = {
    "problem": "reported_on", "project_plan": "title", "consensus_item": "title", "meeting": "happened_on"
}  # fmt: skip
#: The villager's own yes to naming them to the township.
CONSENT = "share_reporter"

_BRACKETS = re.compile(r"\[[^\]]*\]")
_ENTRY = re.compile(r"/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")


def pseudo_village(township_id: str) -> str:
    """Where what all villages of a township share lives."""
    return f"township:{township_id}"


def views_of(village_kind: str) -> tuple[str, ...]:
    """Every view that rows of such a village are counted for."""
    return (ALL,) if village_kind == "township" else (TEAM, TOWNSHIP)


@dataclass(frozen=True)
class Place:
    """One village in a scope."""

    township_id: str
    village_id: str
    name: str
    role: str
    view: str

    @property
    def hand(self) -> str | None:
        """`team` or `leader`; None may only read."""
        return _HAND_OF.get(self.role)


@dataclass(frozen=True)
class Scope:
    """What an account may read now, by village id; and what it once held, with the time it ended."""

    version: int
    places: dict[str, Place]
    lost: dict[str, tuple[Place, str]] = field(default_factory=dict)

    def lines(self) -> dict[str, Any]:
        """As hello and the session's answer tell it."""
        villages = [
            {"id": p.village_id, "name": p.name, "role": p.role, "view": p.view} for p in self.places.values()
        ]
        return {"version": self.version, "villages": villages}


#: Asked with an account's id.
SCOPE = """
SELECT a.scope_version, a.disabled, m.township_id, m.role, m.revoked_at, v.id, v.name, v.kind
FROM account a
LEFT JOIN membership m ON m.account_id = a.id
LEFT JOIN village v ON v.township_id = m.township_id AND (v.id = m.village_id OR m.village_id IS NULL OR v.kind = 'township')
WHERE a.id = ?
ORDER BY v.township_id, v.kind, v.id, m.granted_at"""


#: Asked with an account's id: whether a scope that was read before still is the account's.
STANDS = "SELECT scope_version, disabled FROM account WHERE id = ?"


class Seen:
    """The scopes read last, by account, so that a request need not begin by reading one: a guess, never a decision. Whoever
    goes by it asks STANDS in the same transaction or snapshot."""

    MOST = 5000

    def __init__(self) -> None:
        self._by_account: dict[str, Scope] = {}

    def of(self, account_id: str) -> Scope | None:
        return self._by_account.get(account_id)

    def keep(self, account_id: str, scope: Scope) -> None:
        if len(self._by_account) >= self.MOST:
            self._by_account.clear()
        self._by_account[account_id] = scope


def stands(scope: Scope, found: list[Row]) -> bool:
    """By what STANDS found."""
    return bool(found) and not found[0]["disabled"] and found[0]["scope_version"] == scope.version


async def scope_of(connection: Connection, account_id: str) -> Scope:
    """Read inside the transaction or snapshot it decides about. An account that is unknown or disabled holds nothing."""
    return scope_from(await connection.all(SCOPE, account_id))


async def administers(connection: Connection, account_id: str) -> bool:
    """Whether an account runs the county: its forms, accounts and desk. It holds no village by that."""
    sql = (
        "SELECT 1 FROM membership m JOIN account a ON a.id = m.account_id"
        " WHERE m.account_id = ? AND m.role = 'county_admin' AND m.revoked_at IS NULL AND a.disabled = 0"
    )
    return await connection.one(sql, account_id) is not None


def scope_from(rows: list[Row]) -> Scope:
    """From what SCOPE found, for callers that ask it together with other things."""
    if not rows or rows[0]["disabled"]:
        return Scope(rows[0]["scope_version"] if rows else 0, {})
    places: dict[str, Place] = {}
    lost: dict[str, tuple[Place, str]] = {}
    for row in rows:
        if row["id"] is None or row["role"] not in _VIEW_OF:
            continue
        if row["kind"] == "township":
            place = Place(row["township_id"], row["id"], row["name"], READER, ALL)
        else:
            place = Place(row["township_id"], row["id"], row["name"], row["role"], _VIEW_OF[row["role"]])
        if row["revoked_at"] is None:
            held = places.get(place.village_id)
            if held is None or _rank(place.role) > _rank(held.role):
                places[place.village_id] = place
        else:
            before = lost.get(place.village_id)
            if before is None or row["revoked_at"] > before[1]:
                lost[place.village_id] = (place, row["revoked_at"])
    return Scope(rows[0]["scope_version"], places, {k: v for k, v in lost.items() if k not in places})


def _rank(role: str) -> int:
    return _RANK.index(role) if role in _RANK else -1


class QuestionRules(Protocol):
    """What sharing and writing ask of a question."""

    @property
    def township(self) -> str: ...
    @property
    def writers(self) -> str: ...


class FormRules(Protocol):
    """What sharing and writing ask of a form."""

    def question(self, path: str) -> Any: ...


def question_of(form: FormRules, path: str) -> Any:
    """The question behind an answer's path; a repeat's entry (`actions/<id>`, `actions[<id>]/text`) counts as its repeat, what is
    noted beside an answer (`text#remark`) as its question."""
    return form.question(path) or form.question(_ENTRY.sub("", _BRACKETS.sub("", marked(path)[0])))


class Sharing:
    """What the township's view shows of one record: decided by each question's `township` and the villager's consent.

    A question the form does not know is hidden.
    """

    def __init__(self, form: FormRules | None, answers: Mapping[str, Any]) -> None:
        self._form = form
        self._consent = answers.get(CONSENT) == "yes"

    def shows(self, path: str) -> bool:
        if path in ("deleted", "village"):
            return True
        question = question_of(self._form, path) if self._form else None
        if question is None:
            return False
        return bool(question.township == "yes" or (question.township == "shared" and self._consent))

    def answers(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        return {path: self._value(path, value) for path, value in answers.items() if self.shows(path)}

    def flags(self, flags: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [flag for flag in flags if not flag["question"] or self.shows(flag["question"])]

    def _value(self, path: str, value: Any) -> Any:
        if isinstance(value, list):
            return [self._entry(path, entry) for entry in value]
        if isinstance(value, dict):
            return {key: self._value(path, inner) for key, inner in value.items()}
        return value

    def _entry(self, path: str, entry: Any) -> Any:
        if not isinstance(entry, dict):
            return entry
        return {key: v for key, v in entry.items() if key == "id" or self.shows(f"{path}/{key}")}


def may_write(form: FormRules, path: str, hand: str | None) -> bool:
    """Whether a hand may change this answer. Deleting and moving a record is the team's."""
    if hand is None:
        return False
    if path in ("deleted", "village"):
        return hand == "team"
    question = question_of(form, path)
    writers = question.writers if question is not None else "team"
    return writers in (hand, "any")
