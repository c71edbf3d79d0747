"""What walks must have done, under the names of sync.md 4. Each is counted where it happened, not where it was drawn: a conflict
that was closed, a page that died at its transaction, a request the proxy really cut."""

from __future__ import annotations

from collections import Counter
from typing import Any

#: By the proxy's name of a fault.
FAULTS = {
    "lost": "connection cut before the request",
    "cut request": "request cut after some bytes",
    "lost answer": "answer lost",
    "cut answer": "answer cut after some bytes",
    "twice": "request arrives twice at once",
    "kept": "request kept back",
    "kept request arrives": "request arrives again out of order",
    "killed": "server killed after its answer",
    "portal": "captive portal says 200",
    "401": "another's refusal: 401",
    "429": "another's refusal: 429",
    "503": "another's refusal: 503",
}
NAMED = (
    "write", "edit", "delete", "revive", "move to another village", "attach",
    "close a conflict: mine", "close a conflict: theirs", "close a conflict: written",
    *FAULTS.values(),
    "phone dies before a transaction", "phone dies in the middle of a transaction", "phone dies after a transaction",
    "no room on the phone",
    "server killed at a statement", "statement fails", "database busy",
    "village granted", "village revoked", "role changed",
    "two tabs sync at once",
    "clock ten years behind", "clock ten years ahead", "form version changed under a draft", "draft of an older form saved",
    "server restored by its own backup", "server's tables of yesterday", "phone cloned", "store wiped", "all storage wiped",
    "another account on the phone",
)  # fmt: skip


def saved(set_: dict[str, Any], known: bool) -> str:
    """What saving this is."""
    if "deleted" in set_:
        return "delete" if set_["deleted"] else "revive"
    if "village" in set_:
        return "move to another village"
    return "edit" if known else "write"


def missing(happened: Counter[str]) -> list[str]:
    return [name for name in NAMED if not happened[name]]


def table(happened: Counter[str]) -> str:
    return "\n".join(f"{happened[name]:8}  {name}" for name in NAMED)
