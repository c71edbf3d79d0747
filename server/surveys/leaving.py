"""What of a form may leave the phone: records that never do, and records that do only with a person's consent.

Promises: pure; a form says it in its settings (`shibu:local`, `shibu:consent`), and the two kinds whose readers were promised
it cannot be published without. The definition carries `local: true` or `consent: <path>`; other definitions say nothing of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from server.surveys.refusal import Refused

LOCAL = "shibu:local"
CONSENT = "shibu:consent"
#: Kind → what its settings have to say: domain.md 1.5 and 3.15.
PROMISED = {"person_note": (LOCAL, "yes"), "talent": (CONSENT, "contact_ok")}


def is_local(settings: Mapping[str, str]) -> bool:
    return settings.get(LOCAL) == "yes"


def said(
    kind: str, settings: Mapping[str, str], questions: Sequence[Mapping[str, Any]]
) -> tuple[dict[str, Any], list[Refused]]:
    """What the definition says of leaving, and what is wrong with it."""
    found: dict[str, Any] = {}
    problems: list[Refused] = []
    promised, value = PROMISED.get(kind, ("", ""))
    if promised and settings.get(promised) != value:
        problems.append(Refused("kept_promise", promised, value, sheet="settings"))
    if settings.get(LOCAL, "yes") != "yes":
        problems.append(Refused("bad_metadata", LOCAL, settings[LOCAL], sheet="settings"))
    if is_local(settings):
        found["local"] = True
        problems += [
            Refused("not_local", q["name"])
            for q in questions
            if q["holds"] not in {"nothing", "entries"} and q["sensitivity"] != "local-only"
        ]
    if consent := settings.get(CONSENT):
        found["consent"] = consent
        if not any(q["path"] == consent and q["holds"] == "text" and not q["repeat"] for q in questions):
            problems.append(Refused("unknown_reference", consent, sheet="settings"))
    return found, problems


def withheld(definition: Mapping[str, Any], answers: Mapping[str, Any]) -> bool:
    """Whether these answers wait for somebody's yes."""
    consent = definition.get("consent")
    return consent is not None and answers.get(consent) != "yes"
