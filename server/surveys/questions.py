"""What kind of question an XForm node is."""

from __future__ import annotations

from collections.abc import Mapping

from server.surveys.refusal import Refused
from server.surveys.xform import JR, Control, Leaf

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
#: Nothing on the phone shows these yet.
UNSUPPORTED = {"image", "audio", "video", "file", "barcode", "geopoint", "geotrace", "geoshape"}
_NUMBERS = {"integer", "decimal", "range"}
_OWN_ATTRIBUTES = {"ref", "nodeset", "appearance"}


def type_of(
    leaf: Leaf, control: Control | None, bind: Mapping[str, str], is_repeat: bool, written: str
) -> str:
    """The type in the definition; raises Refused for what we do not support. `written` is the sheet's own type."""
    kind = _type_of(leaf, control, bind, is_repeat, written)
    if kind in UNSUPPORTED:
        raise Refused("unsupported_type", written or kind)
    return kind


def _type_of(
    leaf: Leaf, control: Control | None, bind: Mapping[str, str], is_repeat: bool, written: str
) -> str:
    if is_repeat:
        return "repeat"
    if leaf.has_children or (control is not None and control.tag == "group"):
        return "group"
    if bind.get(f"{JR}preload"):
        return "meta"
    if control is None:
        return "calculate" if bind.get("calculate") or written == "calculate" else "hidden"
    if control.attributes.get("query") or control.attributes.get("appearance", "").startswith("search("):
        raise Refused("unsupported_itemset", "search()")
    if control.tag in _BY_TAG:
        return _BY_TAG[control.tag]
    if control.tag == "upload":
        return _BY_MEDIA.get(control.attributes.get("mediatype", "").partition("/")[0], "file")
    if control.attributes.get("appearance", "").startswith("ex:") or bind.get("type") == "intent":
        raise Refused("unsupported_appearance", control.attributes.get("appearance", "ex:"))
    if is_note(leaf, bind, written):
        return "note"
    return _BY_BIND.get(bind.get("type", "").rpartition(":")[2], "text")


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
    """Attributes of the control that say how it works: start, end, step, rows, mediatype, max-pixels …"""
    found = {key.rpartition("}")[2]: value for key, value in (control.attributes if control else {}).items()}
    found = {key: value for key, value in found.items() if key not in _OWN_ATTRIBUTES}
    pixels = next((value for key, value in bind.items() if key.endswith("max-pixels")), None)
    return found | {"max-pixels": pixels} if pixels else found
