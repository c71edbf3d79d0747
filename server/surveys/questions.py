"""What kind of question an XForm node is."""

from __future__ import annotations

from collections.abc import Mapping

from server.surveys.draft import JR, Control, Leaf
from server.surveys.refusal import Refused

_BY_BIND = {
    "": "text",
    "string": "text",
    "boolean": "text",
    "int": "integer",
    "integer": "integer",
    "decimal": "decimal",
    "date": "date",
    "time": "time",
    "dateTime": "dateTime",
    "geopoint": "geopoint",
    "geotrace": "geotrace",
    "geoshape": "geoshape",
    "barcode": "barcode",
}
_BY_TAG = {
    "select1": "select_one",
    "select": "select_multiple",
    "rank": "rank",
    "trigger": "acknowledge",
    "range": "range",
}
_BY_MEDIA = {"image": "image", "audio": "audio", "video": "video"}
_NUMBERS = {"integer", "decimal", "range"}
_OWN_ATTRIBUTES = {"ref", "nodeset", "bind", "appearance", "query"}
#: Of the bind rather than the control, though they say how the control works.
_BIND_PARAMETERS = {"max-pixels", "quality", "allow-mock-accuracy"}
#: Appearances that hand the question to another app or to a picture's regions.
_OUTSIDE = ("ex:", "printer:", "search(", "search (")
_UNSUPPORTED_APPEARANCES = {"image-map"}


def type_of(
    leaf: Leaf, control: Control | None, bind: Mapping[str, str], is_repeat: bool, written: str
) -> str:
    """The type in the definition; raises Refused for what we do not support. `written` is the sheet's own type."""
    if control is not None:
        _refuse_outside(control, bind)
    if is_repeat:
        return "repeat"
    if leaf.has_children or (control is not None and control.tag == "group"):
        return "group"
    if control is None:
        if bind.get(f"{JR}preload"):
            return "meta"
        return "calculate" if bind.get("calculate") or written == "calculate" else "hidden"
    if control.attributes.get("query"):
        return "select_one"
    if control.tag in _BY_TAG:
        return _BY_TAG[control.tag]
    if control.tag == "upload":
        media = control.attributes.get("mediatype", "").partition("/")[0]
        if media == "osm":
            raise Refused("unsupported_type", "osm")
        return _BY_MEDIA.get(media, "file")
    if is_note(leaf, bind, written):
        return "note"
    return _BY_BIND.get(bind.get("type", "").rpartition(":")[2], "text")


def _refuse_outside(control: Control, bind: Mapping[str, str]) -> None:
    appearance = control.attributes.get("appearance", "")
    if any(appearance.strip().startswith(start) for start in _OUTSIDE):
        outside = appearance.strip().startswith("search")
        raise Refused("unsupported_itemset" if outside else "unsupported_appearance", appearance.strip())
    unsupported = _UNSUPPORTED_APPEARANCES & set(appearance.split())
    if unsupported:
        raise Refused("unsupported_appearance", " ".join(unsupported))
    intent = control.attributes.get("intent")
    if intent or bind.get("type", "").rpartition(":")[2] == "intent":
        raise Refused("unsupported_appearance", f"intent {intent or appearance}".strip())


def is_note(leaf: Leaf, bind: Mapping[str, str], written: str) -> bool:
    """An XForm writes a note and a read-only text the same way; the sheet knows, and a note without one has no value."""
    if written:
        return written == "note"
    read_only = bind.get("readonly", "").replace(" ", "") == "true()"
    return (
        read_only and bind.get("type", "string") == "string" and not bind.get("calculate") and not leaf.text
    )


def holds_of(kind: str, bind_type: str) -> str:
    """What answers hold for it."""
    if kind in {"group", "note"}:
        return "nothing"
    if kind == "repeat":
        return "entries"
    if kind in {"select_multiple", "rank"}:
        return "list"
    if kind in _NUMBERS or (
        kind in {"calculate", "hidden", "meta"} and bind_type in {"int", "integer", "decimal"}
    ):
        return "number"
    return "text"


def parameters_of(control: Control | None, bind: Mapping[str, str]) -> dict[str, str]:
    """Attributes that say how the control works: start, end, step, rows, mediatype, max-pixels …"""
    found = {key.rpartition("}")[2]: value for key, value in (control.attributes if control else {}).items()}
    found = {key: value for key, value in found.items() if key not in _OWN_ATTRIBUTES}
    return found | {
        name: value for key, value in bind.items() if (name := key.rpartition("}")[2]) in _BIND_PARAMETERS
    }
