"""XForm XML → the plain parts of a form: its tree, binds, controls, words, lists. Reads; decides nothing.

Promises: XML is parsed without entities or outside files; anything that is no XForm raises Refused("bad_xform").
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]

from server.surveys.refusal import Refused

H = "{http://www.w3.org/1999/xhtml}"
X = "{http://www.w3.org/2002/xforms}"
JR = "{http://openrosa.org/javarosa}"
ODK = "{http://www.opendatakit.org/xforms}"
ORX = "{http://openrosa.org/xforms}"
SHIBU = "{https://shibu.example/xforms}"

CONTROLS = {"input", "select1", "select", "upload", "range", "trigger", "rank", "secret"}
ITEXT = re.compile(r"\s*jr:itext\(\s*(?:'([^']*)'|\"([^\"]*)\")\s*\)\s*")
LANGUAGE = re.compile(r"\(([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)\)\s*$")
MAX_NODES = 10_000
MAX_DEPTH = 40

#: A text with values inside: strings, and ("output", expression) pairs.
Part = str | tuple[str, str]
Parts = list[Part]


@dataclass
class Leaf:
    """A node of the primary instance."""

    path: str
    parent: str
    text: str
    has_children: bool
    template: bool = False


@dataclass
class Itemset:
    nodeset: str
    value: str
    label: str


@dataclass
class Control:
    """What stands in the body for a node."""

    tag: str
    ref: str
    attributes: dict[str, str]
    label: Element | None = None
    hint: Element | None = None
    itemset: Itemset | None = None
    items: list[tuple[str, Element | None]] = field(default_factory=list)


@dataclass
class Action:
    """A setvalue."""

    ref: str
    events: set[str]
    value: str
    #: the control whose change sets it off, "" outside the body
    within: str


@dataclass
class Draft:
    """All of an XForm that the compiler reads."""

    title: str = ""
    form_id: str = ""
    version: str = ""
    style: str = ""
    root: str = "data"
    leaves: dict[str, Leaf] = field(default_factory=dict)
    instance_name: bool = False
    binds: dict[str, dict[str, str]] = field(default_factory=dict)
    controls: dict[str, Control] = field(default_factory=dict)
    repeats: dict[str, dict[str, str]] = field(default_factory=dict)
    #: how many entries a repeat has when the form is opened
    entries: dict[str, int] = field(default_factory=dict)
    #: language → id → form ("" for plain text) → parts
    itext: dict[str, dict[str, dict[str, Parts]]] = field(default_factory=dict)
    default_language: str = ""
    #: rows of lists inside the form; `itext_id` may name their words
    lists: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    actions: list[Action] = field(default_factory=list)

    def languages(self) -> list[str]:
        return list(self.itext)


def local(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def language_key(name: str) -> str:
    """`中文 (zh)` → zh, `English (en)` → en; a name without a code stays as it is."""
    match = LANGUAGE.search(name)
    if match is None:
        return {"zh-cn": "zh", "zh-hans": "zh"}.get(name.strip().lower(), name.strip())
    code = match[1].lower()
    return "zh" if code in {"zh-cn", "zh-hans"} else code


def read(xml: str) -> Draft:
    """The parts of an XForm."""
    try:
        tree = fromstring(xml.encode())
    except (ParseError, DefusedXmlException, ValueError, UnicodeEncodeError) as exc:
        raise Refused("bad_xform", detail=str(exc)[:200]) from exc
    model = tree.find(f"{H}head/{X}model")
    if model is None:
        raise Refused("bad_xform", detail="no model")
    draft = Draft(title=(tree.findtext(f"{H}head/{H}title") or "").strip())
    _read_itext(draft, model)
    _read_instances(draft, model)
    for bind in model.findall(f"{X}bind"):
        path = _path(draft, bind.get("nodeset", ""), "")
        draft.binds.setdefault(path, {}).update(bind.attrib)
    for action in _actions(model):
        draft.actions.append(_action(draft, action, ""))
    body = tree.find(f"{H}body")
    if body is not None:
        draft.style = body.get("class", "")
        _read_body(draft, body, "", 0)
    return draft


def _path(draft: Draft, ref: str, around: str) -> str:
    """`/data/g/a` → `g/a`; a relative reference is below the group around it."""
    ref = re.sub(r"\s+", "", ref)
    names = [re.sub(r"^[A-Za-z_][\w.-]*:", "", name) for name in ref.split("/") if name not in {"", "."}]
    if ref.startswith("/"):
        if not names or names[0] != draft.root:
            raise Refused("bad_xform", detail=f"{ref} is outside /{draft.root}")
        return "/".join(names[1:])
    return "/".join([*(around.split("/") if around else []), *names])


# Words ------------------------------------------------------------------------------------------------------------


def parts(element: Element) -> Parts:
    """Text with its <output value="…"/> elements in place."""
    found: Parts = [element.text or ""]
    for child in element:
        if local(child) == "output":
            found.append(("output", child.get("value") or child.get("ref") or ""))
        else:
            found += parts(child)
        found.append(child.tail or "")
    return found


def _read_itext(draft: Draft, model: Element) -> None:
    for translation in model.findall(f"{X}itext/{X}translation"):
        key = language_key(translation.get("lang", ""))
        if translation.get("default") is not None or not draft.default_language:
            draft.default_language = key
        texts = draft.itext.setdefault(key, {})
        for text in translation.findall(f"{X}text"):
            forms = texts.setdefault(text.get("id", ""), {})
            for value in text.findall(f"{X}value"):
                forms[value.get("form", "")] = parts(value)


# The model --------------------------------------------------------------------------------------------------------


def _read_instances(draft: Draft, model: Element) -> None:
    primary = True
    for instance in model.findall(f"{X}instance"):
        name = instance.get("id", "")
        if primary:
            primary = False
            roots = list(instance)
            if not roots:
                raise Refused("bad_xform", detail="an empty primary instance")
            draft.root = local(roots[0])
            draft.form_id = roots[0].get("id", "")
            draft.version = roots[0].get("version", "") or roots[0].get(f"{ORX}version", "")
            _read_tree(draft, roots[0], "", 0)
        elif instance.get("src"):
            draft.sources[name] = instance.get("src", "")
        else:
            draft.lists[name] = rows_of(instance)


def _read_tree(draft: Draft, element: Element, path: str, depth: int) -> None:
    if depth > MAX_DEPTH or len(draft.leaves) > MAX_NODES:
        raise Refused("bad_xform", detail="too many questions or too deep")
    for child in element:
        name = local(child)
        if name == "meta" and path == "":
            draft.instance_name = any(local(c) == "instanceName" for c in child)
            continue
        below = f"{path}/{name}" if path else name
        template = child.get(f"{JR}template") is not None
        known = draft.leaves.get(below)
        if known is not None:
            # A further entry of a repeat: the first (template or not) has given the tree.
            draft.entries[below] = draft.entries.get(below, 0 if known.template else 1) + 1
            continue
        draft.leaves[below] = Leaf(below, path, (child.text or "").strip(), len(child) > 0, template)
        _read_tree(draft, child, below, depth + 1)


def rows_of(instance: Element) -> list[dict[str, str]]:
    """<instance><root><item><name>…: each item's children by name."""
    rows: list[dict[str, str]] = []
    for root in list(instance)[:1]:
        for item in root:
            rows.append({local(cell): "".join(cell.itertext()).strip() for cell in item})
    return rows


def _actions(element: Element) -> list[Element]:
    return [child for child in element if local(child) in {"setvalue", "setgeopoint", "recordaudio"}]


def _action(draft: Draft, element: Element, around: str) -> Action:
    if local(element) != "setvalue":
        raise Refused("unsupported_action", local(element))
    events = element.get("event") or element.get("{http://www.w3.org/2001/xml-events}event") or ""
    text = "".join(element.itertext()).strip()
    literal = "'" + text.replace("'", "’") + "'" if text else "''"
    return Action(
        _path(draft, element.get("ref") or element.get("bind") or "", around),
        set(events.split()),
        element.get("value") or literal,
        around,
    )


# The body ---------------------------------------------------------------------------------------------------------


def _read_body(draft: Draft, element: Element, around: str, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise Refused("bad_xform", detail="too deep")
    for child in element:
        tag = local(child)
        if tag == "group":
            ref = _path(draft, child.get("ref") or child.get("nodeset") or "", around)
            has_ref = bool(child.get("ref") or child.get("nodeset"))
            if has_ref:
                draft.controls[ref] = _control(draft, child, "group", ref)
            _read_body(draft, child, ref if has_ref else around, depth + 1)
        elif tag == "repeat":
            ref = _path(draft, child.get("nodeset") or child.get("ref") or "", around)
            draft.repeats[ref] = dict(child.attrib)
            draft.controls.setdefault(
                ref, _control(draft, element if local(element) == "group" else child, "group", ref)
            )
            for action in _actions(child):
                draft.actions.append(_action(draft, action, ref))
            _read_body(draft, child, ref, depth + 1)
        elif tag in CONTROLS:
            ref = _path(draft, child.get("ref") or child.get("nodeset") or "", around)
            draft.controls[ref] = _control(draft, child, tag, ref)
            for action in _actions(child):
                draft.actions.append(_action(draft, action, ref))


def _control(draft: Draft, element: Element, tag: str, ref: str) -> Control:
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


def element_text(element: Element | None) -> Any:
    """("itext", id) or the parts of an element's own text; None without an element."""
    if element is None:
        return None
    ref = element.get("ref")
    if ref:
        match = ITEXT.fullmatch(ref)
        if match is None:
            return [("output", ref)]
        return ("itext", match[1] if match[1] is not None else match[2])
    return parts(element)
