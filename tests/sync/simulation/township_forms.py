"""The forms of the simulation: those of tests/sync/forms.py, a visit with a file, and a newer household that asks one thing more."""

from __future__ import annotations

import json

from server.surveys.catalogue import Catalogue
from tests.sync import forms

VISIT = forms.definition(
    "visit",
    [
        forms.question("household", envelope="parent"),
        forms.question("on", "date", envelope="happened_on"),
        forms.question("facts"),
        forms.question("paper", "file"),
    ],
)
NEWER_HOUSEHOLD = forms.definition("household", [*forms.HOUSEHOLD["questions"], forms.question("extra")])

CURRENT = {**forms.CURRENT, "visit": VISIT}
NEWER = {**CURRENT, "household": NEWER_HOUSEHOLD}
KNOWN = {made["hash"]: made for made in (*CURRENT.values(), NEWER_HOUSEHOLD)}


def catalogue(newer: bool) -> Catalogue:
    """All versions; the newer household is in use or not yet."""
    used = NEWER if newer else CURRENT
    return Catalogue({kind: made["hash"] for kind, made in used.items()}, {hash_: json.dumps(made) for hash_, made in KNOWN.items()})


def hash_of(kind: str) -> str:
    return str(CURRENT[kind]["hash"])
