"""Who works where: accounts, townships, villages and roles, as an administrator changes them from the command line.

Each change is one transaction with its row in the access log; phones learn of it at their next sync by the account's
scope version and by the colleague records of the township.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from server import access_log, records
from server.clock import now
from server.database import Connection, Row
from server.ids import new_id
from server.models import Account, Membership, Village

ROLES = ("cadre", "first_secretary", "township_leader", "county_admin")
OF_A_VILLAGE = ("cadre", "first_secretary")

LOGIN = re.compile(r"[\w][\w.@-]{1,63}")


class RosterError(Exception):
    """The change cannot be made; the message says why in plain words."""


def _check_name(name: str) -> None:
    if not name.strip() or len(name) > 100 or not name.isprintable():
        raise RosterError("A name has 1 to 100 printable characters.")


async def account_of(connection: Connection, login: str) -> Row:
    row = await connection.one("SELECT * FROM account WHERE login = ?", login.strip().casefold())
    if row is None:
        raise RosterError(f"There is no account {login}.")
    return row


async def add(connection: Connection, login: str, name: str, password_hash: str) -> str:
    """A new account without any role; returns its id."""
    _check_name(name)
    login = login.strip().casefold()
    if not LOGIN.fullmatch(login):
        raise RosterError("A login has 2 to 64 letters, digits or . @ _ - and begins with a letter or digit.")
    if await connection.one("SELECT id FROM account WHERE login = ?", login):
        raise RosterError(f"There is already an account {login}.")
    account_id = new_id()
    await connection.run(
        "INSERT INTO account (id, login, name, password_hash, created_at) VALUES (?, ?, ?, ?, ?)",
        account_id, login, name, password_hash, now(),
    )  # fmt: skip
    await access_log.record(connection, "", "account.add", {"account": account_id})
    return account_id


async def set_password(connection: Connection, login: str, password_hash: str) -> None:
    """Ends every session of the account."""
    account = await account_of(connection, login)
    await connection.run("UPDATE account SET password_hash = ? WHERE id = ?", password_hash, account["id"])
    await _end_sessions(connection, account["id"])
    await access_log.record(connection, "", "account.password", {"account": account["id"]})


async def set_disabled(connection: Connection, login: str, disabled: bool) -> None:
    """A disabled account cannot sign in and its sessions end; what it wrote stays."""
    account = await account_of(connection, login)
    await connection.run("UPDATE account SET disabled = ? WHERE id = ?", int(disabled), account["id"])
    await _end_sessions(connection, account["id"])
    action = "account.disable" if disabled else "account.enable"
    await access_log.record(connection, "", action, {"account": account["id"]})


async def _end_sessions(connection: Connection, account_id: str) -> None:
    """A device that was shut out keeps its own: good for nothing but to tell it so, and to take its last push."""
    await connection.run(
        "DELETE FROM session WHERE account_id = ? AND device_id NOT IN (SELECT id FROM device WHERE revoked_at IS NOT NULL)", account_id
    )


async def add_village(connection: Connection, name: str, township: str, county: str = "", code: str = "") -> str:
    """A village, and its township with the ground all its villages share if that is new; returns the village's id."""
    _check_name(name)
    _check_name(township)
    found = await connection.one("SELECT township_id FROM township WHERE name = ? OR township_id = ?", township, township)
    township_id = found["township_id"] if found else await _add_township(connection, township, county)
    if await connection.one("SELECT id FROM village WHERE township_id = ? AND kind = 'village' AND name = ?", township_id, name):
        raise RosterError(f"{township} already has a village {name}.")
    village_id = new_id()
    await _insert_village(connection, township_id, village_id, name, code, "village")
    # Leaders of the township hold it from now on.
    await connection.run(
        "UPDATE account SET scope_version = scope_version + 1 WHERE id IN (SELECT account_id FROM membership"
        " WHERE township_id = ? AND village_id IS NULL AND revoked_at IS NULL)",
        township_id,
    )
    return village_id


async def _add_township(connection: Connection, name: str, county: str) -> str:
    township_id = new_id()
    await connection.run(
        "INSERT INTO township (township_id, name, county) VALUES (?, ?, ?)", township_id, name, county
    )
    await _insert_village(connection, township_id, f"township:{township_id}", name, "", "township")
    return township_id


async def _insert_village(
    connection: Connection, township_id: str, village_id: str, name: str, code: str, kind: str
) -> None:
    await connection.run(
        "INSERT INTO village (township_id, id, name, code, kind, created_at) VALUES (?, ?, ?, ?, ?, ?)",
        township_id, village_id, name, code, kind, now(),
    )  # fmt: skip


@dataclass(frozen=True)
class Post:
    """A role at a place; village None is the whole township, township '' the county."""

    role: str
    township_id: str
    village_id: str | None


async def post(connection: Connection, role: str, village: str | None, township: str | None) -> Post:
    """The place meant by names, codes or ids, or a RosterError that says what is unclear."""
    if role not in ROLES:
        raise RosterError(f"Roles are {', '.join(ROLES)}.")
    if role == "county_admin":
        return Post(role, "", None)
    if role in OF_A_VILLAGE and not village:
        raise RosterError(f"A {role} needs --village.")
    if role == "township_leader" and (village or not township):
        raise RosterError("A township_leader needs --township and no village.")
    towns = await connection.all(
        "SELECT township_id FROM township WHERE ? IN (township_id, name) OR ? = ''", township or "", township or ""
    )
    found = [Post(role, row["township_id"], None) for row in towns]
    if village:
        rows = [
            await connection.all(
                "SELECT id FROM village WHERE township_id = ? AND kind = 'village' AND ? IN (id, name, code)",
                place.township_id, village,
            )
            for place in found
        ]  # fmt: skip
        found = [Post(role, p.township_id, row["id"]) for p, hits in zip(found, rows, strict=True) for row in hits]
    if len(found) != 1:
        named = village or township
        raise RosterError(f"There is no place {named}." if not found else f"{named} is several places; give --township.")
    return found[0]


async def grant(connection: Connection, account_id: str, place: Post) -> None:
    """Gives a role; giving it twice changes nothing."""
    held = await connection.all(
        "SELECT village_id FROM membership WHERE township_id = ? AND account_id = ? AND role = ? AND revoked_at IS NULL",
        place.township_id, account_id, place.role,
    )  # fmt: skip
    if any(row["village_id"] == place.village_id for row in held):
        return
    await connection.run(
        "INSERT INTO membership (township_id, id, account_id, village_id, role, granted_at) VALUES (?, ?, ?, ?, ?, ?)",
        place.township_id, new_id(), account_id, place.village_id, place.role, now(),
    )  # fmt: skip
    await _scope_changed(connection, account_id, "role.grant", place)


async def revoke(connection: Connection, account_id: str, place: Post) -> None:
    """Takes a role back. Phones send what they had not sent, for the days of grace, and then drop the village."""
    where, extra = ("village_id = ?", [place.village_id]) if place.village_id else ("village_id IS NULL", [])
    changed = await connection.run(
        "UPDATE membership SET revoked_at = ? WHERE township_id = ? AND account_id = ? AND role = ?"  # noqa: S608
        f" AND revoked_at IS NULL AND {where}",
        now(), place.township_id, account_id, place.role, *extra,
    )  # fmt: skip
    if not changed:
        raise RosterError("The account does not hold this role there.")
    await _scope_changed(connection, account_id, "role.revoke", place)


async def _scope_changed(connection: Connection, account_id: str, action: str, place: Post) -> None:
    await connection.run("UPDATE account SET scope_version = scope_version + 1 WHERE id = ?", account_id)
    if place.township_id:
        account = await connection.one("SELECT * FROM account WHERE id = ?", account_id)
        assert account is not None
        await records.put_colleague(connection, account)
    detail = {"account": account_id, "role": place.role, "township": place.township_id, "village": place.village_id}
    await access_log.record(connection, "", action, detail)


async def listed(connection: Connection, *, usable: bool = False) -> list[str]:
    """One line per account for the terminal: login, name, roles; `usable` leaves out who cannot sign in."""
    names = {v.id: v.name for v in await Village.all().using_db(connection.orm)}
    held: dict[str, list[str]] = {}
    for m in await Membership.filter(revoked_at=None).using_db(connection.orm):
        place = names.get(m.village_id or f"township:{m.township_id}", "")
        held.setdefault(m.account_id, []).append(f"{m.role} {place}".strip())
    accounts = await Account.all().order_by("login").using_db(connection.orm)
    return [
        "\t".join((a.login, a.name, ", ".join(sorted(held.get(a.id, []))), "disabled" if a.disabled else "")).rstrip()
        for a in accounts
        if not (usable and a.disabled)
    ]
