"""The body of an XForm: which control stands for which node, in which repeat, and what happens when it changes."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from server.surveys.draft import Action, Control, Draft, Itemset, X, local
from server.surveys.refusal import Refused

CONTROLS = {"input", "select1", "select", "upload", "range", "trigger", "rank", "secret"}
MAX_DEPTH = 40
_ACTIONS = {"setvalue", "setgeopoint", "recordaudio"}
_EVENT = "{http://www.w3.org/2001/xml-events}event"


def path_of(draft: Draft, ref: str, around: str) -> str:
    """`/data/g/a` → `g/a`; a relative reference is below the group around it."""
    ref = re.sub(r"\s+", "", ref)
    names = [re.sub(r"^[A-Za-z_][\w.-]*:", "", name) for name in ref.split("/") if name not in {"", "."}]
    if ref.startswith("/"):
        if not names or names[0] != draft.root:
            raise Refused("bad_xform", detail=f"{ref} is outside /{draft.root}")
        return "/".join(names[1:])
    found = around.split("/") if around else []
    for name in names:
        if name == "..":
            del found[-1:]
        else:
            found.append(name)
    return "/".join(found)


def actions_in(element: Element) -> list[Element]:
    return [child for child in element if local(child) in _ACTIONS]


def action(draft: Draft, element: Element, around: str, within: str | None = None) -> Action:
    """`around` is where a relative reference starts; `within` the control it stands in, when that is another."""
    if element.get("ref") is not None:
        ref = path_of(draft, element.get("ref", ""), around)
    else:
        ref = draft.bind_paths.get(element.get("bind", ""), "")
    value = element.get("value")
    return Action(
        local(element),
        ref,
        set((element.get("event") or element.get(_EVENT) or "").split()),
        "".join(element.itertext()).strip() if value is None else value,
        value is None,
        around if within is None else within,
    )


def read(draft: Draft, element: Element, around: str, repeat: str, depth: int) -> None:
    """Controls below `element`; references start at `around`, the innermost repeat is `repeat`."""
    if depth > MAX_DEPTH:
        raise Refused("bad_xform", detail="too deep")
    for child in element:
        tag = local(child)
        ref = _ref(draft, child, around)
        if tag == "group":
            if ref is not None:
                draft.controls[ref] = _control(child, "group", ref)
            for found in actions_in(child):
                draft.actions.append(action(draft, found, ref or around, repeat))
            read(draft, child, around if ref is None else ref, repeat, depth + 1)
        elif tag == "repeat":
            ref = ref or ""
            draft.repeats[ref] = dict(child.attrib)
            # The group around a repeat carries its label.
            labelled = element if local(element) == "group" else child
            draft.controls.setdefault(ref, _control(labelled, "group", ref))
            for found in actions_in(child):
                draft.actions.append(action(draft, found, ref))
            read(draft, child, ref, ref, depth + 1)
        elif tag in CONTROLS:
            ref = ref or ""
            draft.controls[ref] = _control(child, tag, ref)
            for found in actions_in(child):
                draft.actions.append(action(draft, found, around, ref))


def _ref(draft: Draft, element: Element, around: str) -> str | None:
    ref = element.get("ref") or element.get("nodeset")
    if ref:
        return path_of(draft, ref, around)
    return draft.bind_paths.get(element.get("bind") or "")


def _control(element: Element, tag: str, ref: str) -> Control:
    found = Control(tag, ref, dict(element.attrib))
    for child in element:
        name = local(child)
        if name == "label":
            found.label = child
        elif name == "hint":
            found.hint = child
        elif name == "itemset":
            value, label = child.find(f"{X}value"), child.find(f"{X}label")
            found.itemset = Itemset(
                child.get("nodeset", ""),
                value.get("ref", "") if value is not None else "",
                label.get("ref", "") if label is not None else "",
            )
        elif name == "item":
            found.items.append(((child.findtext(f"{X}value") or "").strip(), child.find(f"{X}label")))
    return found
