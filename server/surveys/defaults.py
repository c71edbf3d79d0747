"""What a question says before anyone was asked: its default, and the entries a repeat starts with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from server.surveys.draft import JR, Draft, file_name, local

AST = list[Any]
FILES = {"image", "audio", "video", "file"}
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
#: jr:preload of a question that is asked: what it would be filled with is where it starts.
_PRELOADED: dict[tuple[str, str], AST] = {
    ("date", "today"): ["call", "today"],
    ("timestamp", "start"): ["call", "now"],
    ("timestamp", "end"): ["call", "now"],
    ("uid", ""): ["call", "concat", ["str", "uuid:"], ["call", "uuid"]],
}


def default(outline: Mapping[str, Any], text: str, bind: Mapping[str, str]) -> AST | None:
    """The value that stands in the form's tree, or that a preload gives."""
    if outline["holds"] in {"nothing", "entries"} or bind.get("calculate"):
        return None
    preload = bind.get(f"{JR}preload")
    if preload and outline["type"] != "meta":
        params = bind.get(f"{JR}preloadParams") or ""
        if preload == "property":
            return ["call", "property", ["str", params]]
        return _PRELOADED.get((preload, params if preload != "uid" else ""))
    if not text:
        return None
    value = stored(outline, text)
    return ["num", value] if isinstance(value, (int, float)) else ["str", text_of(value)]


def stored(outline: Mapping[str, Any], text: str) -> Any:
    """What a record holds of a text in the form's tree."""
    if outline["holds"] == "number" and _NUMBER.fullmatch(text):
        number = float(text)
        return int(number) if number == int(number) and abs(number) < 2**53 else number
    if outline["holds"] == "list":
        return text.split()
    return file_name(text) if outline["type"] in FILES else text


def text_of(value: Any) -> str:
    return " ".join(value) if isinstance(value, list) else str(value)


def entries(draft: Draft, outlines: Mapping[str, Mapping[str, Any]], path: str) -> list[dict[str, Any]]:
    """The entries that a repeat starts with: in a new record, or when it is inside another in a new entry of that."""
    around = outlines[path]["repeat"]
    found = _below(draft.first[around], path[len(around) + 1 :]) if around else draft.entries.get(path, [])
    return [_entry(outlines, element, path, path) for element in found]


def says_nothing(given: list[dict[str, Any]]) -> bool:
    """No entry, or one that is empty."""
    return len(given) < 2 and not any(given)


def _below(element: Element, path: str) -> list[Element]:
    found = [element]
    for name in path.split("/"):
        found = [child for one in found for child in one if local(child) == name and not _is_template(child)]
    return found


def _is_template(element: Element) -> bool:
    return element.get(f"{JR}template") is not None


def _entry(
    outlines: Mapping[str, Mapping[str, Any]], element: Element, path: str, entry: str
) -> dict[str, Any]:
    """Answers below `element`, which stands at `path`, keyed from the entry's own path."""
    found: dict[str, Any] = {}
    for child in element:
        below = f"{path}/{local(child)}"
        outline = outlines.get(below)
        if outline is None or _is_template(child):
            continue
        key = below[len(entry) + 1 :]
        if outline["holds"] == "entries":
            found.setdefault(key, []).append(_entry(outlines, child, below, below))
        elif outline["holds"] == "nothing":
            found |= _entry(outlines, child, below, entry)
        elif (child.text or "").strip():
            found[key] = stored(outline, (child.text or "").strip())
    return found
