"""The records of other kinds that saving this one makes or changes (XLSForm's entities)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from server.surveys.draft import ENTITIES, Draft, EntityNode
from server.surveys.expressions import Expressions
from server.surveys.findings import Findings
from server.surveys.refusal import Refused

AST = list[Any]
_SAVE_TO = f"{ENTITIES}saveto"
_TRUE = {"1", "true"}
RESERVED = {"name", "label"}


def ghosts(draft: Draft) -> list[dict[str, Any]]:
    """The nodes entities' expressions stand in, for finding paths from there; nobody asks or answers them."""
    found: list[dict[str, Any]] = []
    for entity in draft.entities:
        meta = entity.path.rpartition("/")[0]
        found.append({"path": meta, "parent": entity.at, "type": "group"})
        found.append({"path": entity.path, "parent": meta, "type": "group"})
        # An attribute's expression is seen from its element.
        for name in ("label", "@id", "@create", "@update"):
            found.append({"path": f"{entity.path}/{name}", "parent": entity.path, "type": "calculate"})
    return found


def entities_of(
    draft: Draft, outline: Sequence[dict[str, Any]], expressions: Expressions, findings: Findings
) -> list[dict[str, Any]]:
    """`entities` of the definition, in the order of the form."""
    properties = _properties(draft, outline, findings)
    repeats = {question["path"]: question["repeat"] for question in outline}
    types = {question["path"]: question["type"] for question in outline}
    found: list[dict[str, Any]] = []
    for entity in draft.entities:
        around = entity.at if types.get(entity.at) == "repeat" else repeats.get(entity.at, "")
        found.append(
            {
                "kind": entity.dataset,
                "repeat": around,
                "id": _id(draft, entity, expressions),
                "create": _whether(draft, entity, "create", expressions),
                "update": _whether(draft, entity, "update", expressions),
                "label": _label(draft, entity, expressions),
                "properties": properties.get(entity.path, {}),
            }
        )
    return found


def _properties(
    draft: Draft, outline: Sequence[dict[str, Any]], findings: Findings
) -> dict[str, dict[str, str]]:
    """By entity: property → question. A question belongs to the entity declared nearest around it."""
    found: dict[str, dict[str, str]] = {}
    for question in outline:
        path = question["path"]
        name = draft.binds.get(path, {}).get(_SAVE_TO)
        if not name:
            continue
        entity = _nearest(draft, path)
        fault = "save_to" if entity is None else None
        if question["holds"] in {"nothing", "entries"} or name in RESERVED or name.startswith("__"):
            fault = f"save_to: {name}"
        if fault is None and entity is not None:
            taken = found.setdefault(entity.path, {})
            fault = f"save_to: {name}" if name in taken else None
            taken[name] = path
        if fault is not None:
            findings.refuse(Refused("bad_entities", detail=fault), path)
    return found


def _nearest(draft: Draft, path: str) -> EntityNode | None:
    around = [entity for entity in draft.entities if entity.at == "" or path.startswith(f"{entity.at}/")]
    return max(around, key=lambda entity: len(entity.at), default=None)


def _id(draft: Draft, entity: EntityNode, expressions: Expressions) -> AST | None:
    """None: a new id is made."""
    path = f"{entity.path}/@id"
    calculated = expressions.optional(draft.binds.get(path, {}).get("calculate"), path, "")
    if calculated is not None:
        return calculated
    given = [action for action in draft.actions if action.ref == path and not action.literal]
    texts = {action.value.replace(" ", "") for action in given} - {"uuid()", ""}
    return expressions.optional(given[0].value, path, "") if texts else None


def _whether(draft: Draft, entity: EntityNode, act: str, expressions: Expressions) -> AST | bool:
    path = f"{entity.path}/@{act}"
    calculated = expressions.optional(draft.binds.get(path, {}).get("calculate"), path, "")
    if calculated is not None:
        return calculated
    return entity.attributes.get(act, "").lower() in _TRUE


def _label(draft: Draft, entity: EntityNode, expressions: Expressions) -> AST | None:
    path = f"{entity.path}/label"
    calculated = expressions.optional(draft.binds.get(path, {}).get("calculate"), path, "")
    if calculated is not None:
        return calculated
    return ["str", entity.label] if entity.label else None
