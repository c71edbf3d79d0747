"""The named people of the tests and where they work. Ids are fixed, so that a failing test reads the same each time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from server.database import Connection

PASSWORD = "correct-horse-十步"

TOWNSHIP = "0192f000-0000-7000-8000-000000000001"
OTHER_TOWNSHIP = "0192f000-0000-7000-8000-000000000002"
SHIQIAO = "0192f000-0000-7000-8000-000000000011"  # 石桥村
LIUWAN = "0192f000-0000-7000-8000-000000000012"  # 柳湾村
YUNLING = "0192f000-0000-7000-8000-000000000013"  # 云岭村, where nobody of the cast works but the leader sees it
BEIPO = "0192f000-0000-7000-8000-000000000021"  # 北坡村, of the other township

TOWNSHIPS = {TOWNSHIP: "清溪镇", OTHER_TOWNSHIP: "白云镇"}
VILLAGES = {
    SHIQIAO: (TOWNSHIP, "石桥村"),
    LIUWAN: (TOWNSHIP, "柳湾村"),
    YUNLING: (TOWNSHIP, "云岭村"),
    BEIPO: (OTHER_TOWNSHIP, "北坡村"),
}


def common_ground(township_id: str) -> str:
    """Id of the pseudo-village that all villages of a township share."""
    return f"township:{township_id}"


@dataclass(frozen=True)
class Person:
    login: str
    name: str
    role: str
    township: str
    village: str | None
    id: str
    device: str


def _person(n: int, login: str, name: str, role: str, township: str, village: str | None) -> Person:
    return Person(
        login, name, role, township, village,
        f"0192f000-0000-7000-8000-0000000001{n:02d}",
        f"d0000000-0000-4000-8000-0000000001{n:02d}",
    )  # fmt: skip


CAST: dict[str, Person] = {
    person.login: person
    for person in (
        _person(1, "chen", "陈志远", "cadre", TOWNSHIP, SHIQIAO),
        _person(2, "zhang", "张岚", "cadre", TOWNSHIP, SHIQIAO),
        _person(3, "liu", "刘文", "cadre", TOWNSHIP, LIUWAN),
        _person(4, "zhou", "周国平", "first_secretary", TOWNSHIP, SHIQIAO),
        _person(5, "leader", "周敏", "township_leader", TOWNSHIP, None),
        _person(6, "outsider", "何平", "cadre", OTHER_TOWNSHIP, BEIPO),
        _person(7, "outleader", "邓华", "township_leader", OTHER_TOWNSHIP, None),
        _person(8, "admin", "吴静", "county_admin", "", None),
    )
}


@cache
def password_hash() -> str:
    """One hash for all of the cast: hashing is slow on purpose."""
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1).hash(PASSWORD)


AT = "2026-11-01T00:00:00.000Z"


async def enter(connection: Connection) -> None:
    """Writes townships, villages, accounts and memberships into an empty database."""
    for township_id, name in TOWNSHIPS.items():
        await connection.run(
            "INSERT INTO township (township_id, name, county, code) VALUES (?, ?, '云泽县', '')", township_id, name
        )
    villages = [(township, id_, name, "village") for id_, (township, name) in VILLAGES.items()]
    villages += [(id_, common_ground(id_), name, "township") for id_, name in TOWNSHIPS.items()]
    await connection.many(
        f"INSERT INTO village (township_id, id, name, kind, created_at) VALUES (?, ?, ?, ?, '{AT}')", villages
    )
    await connection.many(
        f"INSERT INTO account (id, login, name, password_hash, created_at) VALUES (?, ?, ?, ?, '{AT}')",
        [(p.id, p.login, p.name, password_hash()) for p in CAST.values()],
    )
    await connection.many(
        "INSERT INTO membership (township_id, id, account_id, village_id, role, granted_at)"
        f" VALUES (?, ?, ?, ?, ?, '{AT}')",
        [(p.township, f"m-{p.id}", p.id, p.village, p.role) for p in CAST.values()],
    )
    await connection.many(
        "INSERT INTO device (id, account_id, created_at, last_seen) VALUES (?, ?, ?, ?)",
        [(p.device, p.id, AT, AT) for p in CAST.values()],
    )
