"""What an XForm says, in plain parts: its tree, binds, controls, words, lists, actions, entities. Decides nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

H = "{http://www.w3.org/1999/xhtml}"
X = "{http://www.w3.org/2002/xforms}"
JR = "{http://openrosa.org/javarosa}"
ODK = "{http://www.opendatakit.org/xforms}"
ORX = "{http://openrosa.org/xforms}"
ENTITIES = "{http://www.opendatakit.org/xforms/entities}"
SHIBU = "{https://shibu.example/xforms}"

ITEXT = re.compile(r"\s*jr:itext\(\s*(?:'([^']*)'|\"([^\"]*)\")\s*\)\s*")
LANGUAGE = re.compile(r"\(([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)\)\s*$")

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
    """A setvalue, setgeopoint or recordaudio."""

    kind: str
    ref: str
    events: set[str]
    #: an expression, or words to be written as they stand
    value: str
    literal: bool
    #: the control whose change sets it off or the repeat that gets an entry, "" outside the body
    within: str


@dataclass
class EntityNode:
    """<entity dataset="…"> in a meta block: `at` is the repeat's entry or group that holds the block, `path` its own."""

    at: str
    path: str
    dataset: str
    attributes: dict[str, str]
    label: str


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
    #: what a bind's id stands for
    bind_paths: dict[str, str] = field(default_factory=dict)
    controls: dict[str, Control] = field(default_factory=dict)
    repeats: dict[str, dict[str, str]] = field(default_factory=dict)
    #: nodes that stand in the tree once for each entry: all but the template, in order
    entries: dict[str, list[Element]] = field(default_factory=dict)
    #: the node that gave a path its place in the tree: the template, or the first
    first: dict[str, Element] = field(default_factory=dict)
    #: language → id → form ("" for plain text) → parts
    itext: dict[str, dict[str, dict[str, Parts]]] = field(default_factory=dict)
    default_language: str = ""
    #: rows of lists inside the form; `itextId` may name their words
    lists: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    actions: list[Action] = field(default_factory=list)
    entities: list[EntityNode] = field(default_factory=list)
    #: key the form wants its records sealed with, "" when it has none
    public_key: str = ""

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


def parts(element: Element) -> Parts:
    """Text with its <output value="…"/> elements in place."""
    found: Parts = [element.text or ""]
    for child in element:
        if local(child) == "output":
            found.append(("output", child.get("value") or child.get("ref") or ""))
        elif str(child.tag).startswith(H):
            found += parts(child)
        # Other elements mean nothing inside words: JavaRosa leaves them out too.
        found.append(child.tail or "")
    return found


def element_text(element: Element | None) -> Any:
    """("itext", id) or the parts of an element's own text; None without an element."""
    if element is None:
        return None
    ref = element.get("ref")
    if ref:
        found = itext_id(ref)
        return [("output", ref)] if found is None else ("itext", found)
    return parts(element)


def itext_id(text: str) -> str | None:
    """`jr:itext('id')` → id."""
    match = ITEXT.fullmatch(text)
    if match is None:
        return None
    return match[1] if match[1] is not None else match[2]


def file_name(source: str) -> str:
    """`jr://file-csv/cl_x.csv` → `cl_x.csv`."""
    return source.strip().rpartition("/")[2]
