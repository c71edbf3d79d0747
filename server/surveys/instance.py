"""Answers ⇄ XForm instance XML (https://getodk.github.io/xforms-spec/#instance), for people who use other OpenRosa tools.

Promises: what is written reads back to the same answers, whatever stands in them. Node for node it is the instance another
tool would send; what such a tree cannot say (answers to questions the form no longer has, an empty text, characters XML
forbids) stands beside it as JSON in one element of our own namespace. Repeat entries keep their ids in `shibu:id`, remarks
and "ask again" marks are `shibu:remark` and `shibu:later` of their node.
"""

from __future__ import annotations

import json
import math
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard
from xml.etree.ElementTree import Element, ParseError, SubElement, register_namespace, tostring

from defusedxml import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]

from server.surveys.form import Form, Question
from server.surveys.refusal import Refused
from server.surveys.xform import SHIBU, local, read

REMARKS = ("remark", "later")
MORE = f"{SHIBU}answers"
#: What XML 1.0 cannot hold, and the carriage return, which parsers turn into a line feed.
UNSAYABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
Answers = dict[str, Any]

register_namespace("shibu", SHIBU.strip("{}"))


@dataclass(frozen=True)
class Read:
    """An instance as it came: whose it is, which form it answers, the answers."""

    record_id: str | None
    form_id: str
    version: str
    answers: Answers


class Instances:
    """Writes and reads the instances of one form."""

    def __init__(self, form: Form, xform: str) -> None:
        """`xform` is the XForm the definition came from; a built-in kind has none."""
        self.form = form
        draft = read(xform) if xform else None
        self.root = draft.root if draft else "data"
        self.form_id = (draft.form_id if draft else "") or form.kind
        self.version = (draft.version if draft else "") or form.hash
        self.below: dict[str, list[Question]] = {}
        for question in form.questions:
            self.below.setdefault(question.parent, []).append(question)

    # Out

    def write(self, answers: Mapping[str, Any], record_id: str) -> str:
        """The instance of a record. Everything stored is written, relevant or not: this is a copy, not a judgement."""
        root = self._tree(answers, record_id)
        kept = self._answers(root, record_id)
        more = {
            key: answers.get(key) for key in [*answers, *kept] if not same(answers.get(key), kept.get(key))
        }
        if more:
            SubElement(root, MORE).text = json.dumps(more, ensure_ascii=True, sort_keys=True)
        return tostring(root, encoding="unicode", xml_declaration=True)

    def _tree(self, answers: Mapping[str, Any], record_id: str) -> Element:
        root = Element(self.root, {"id": self.form_id, "version": self.version})
        self._write(root, "", answers, 0)
        meta = SubElement(root, "meta")
        SubElement(meta, "instanceID").text = f"uuid:{record_id}"
        return root

    def _write(self, around: Element, path: str, holder: Mapping[str, Any], start: int) -> None:
        """The questions below a group or an entry; keys of `holder` begin at `start` of their paths."""
        for question in self.below.get(path, ()):
            key = question.path[start:]
            if question.holds != "entries":
                node = SubElement(around, question.name)
                self._mark(node, key, holder)
                if question.path in self.below:
                    self._write(node, question.path, holder, start)
                else:
                    node.text = text_of(holder.get(key))
                continue
            entries = holder.get(key)
            for entry in entries if isinstance(entries, list) else ():
                node = SubElement(around, question.name)
                if isinstance(entry, Mapping):
                    if sayable(entry.get("id")):
                        node.set(f"{SHIBU}id", entry["id"])
                    self._write(node, question.path, entry, len(question.path) + 1)

    @staticmethod
    def _mark(node: Element, key: str, holder: Mapping[str, Any]) -> None:
        for mark in REMARKS:
            said = holder.get(f"{key}#{mark}")
            # Attributes lose their line breaks in some parsers; those go with what a tree cannot say.
            if sayable(said) and not re.search(r"[\n\t]", said):
                node.set(f"{SHIBU}{mark}", said)

    # In

    def read(self, xml: str | bytes) -> Read:
        """Refused("bad_instance") when it is no instance of this form."""
        try:
            root = fromstring(xml)
        except (ParseError, DefusedXmlException, ValueError, LookupError) as exc:
            raise Refused("bad_instance", detail=str(exc)[:200]) from exc
        if local(root) != self.root or root.get("id", self.form_id) != self.form_id:
            raise Refused("bad_instance", detail=f"<{local(root)} id={root.get('id', '')!r}>")
        record_id = record_of(root)
        answers = self._answers(root, record_id or "")
        for key, value in self._more(root).items():
            answers.pop(key, None)
            if value is not None:
                answers[key] = value
        return Read(record_id, self.form_id, root.get("version", ""), answers)

    @staticmethod
    def _more(root: Element) -> Answers:
        text = root.findtext(MORE)
        if not text:
            return {}
        try:
            more = json.loads(text)
        except ValueError as exc:
            raise Refused("bad_instance", detail=str(exc)[:200]) from exc
        if not isinstance(more, dict):
            raise Refused("bad_instance", detail=MORE)
        return more

    def _answers(self, root: Element, record_id: str) -> Answers:
        answers: Answers = {}
        self._read(root, "", answers, 0, f"{record_id}")
        return answers

    def _read(self, around: Element, path: str, holder: Answers, start: int, place: str) -> None:
        nodes: dict[str, list[Element]] = {}
        for node in around:
            nodes.setdefault(local(node), []).append(node)
        for question in self.below.get(path, ()):
            found = nodes.get(question.name, [])
            key = question.path[start:]
            if question.holds == "entries":
                entries = [
                    self._entry(question, node, n, place)
                    for n, node in enumerate(found)
                    if not template(node)
                ]
                if entries:
                    holder[key] = entries
            elif found:
                node = found[0]
                for mark in REMARKS:
                    if said := node.get(f"{SHIBU}{mark}"):
                        holder[f"{key}#{mark}"] = said
                if question.path in self.below:
                    self._read(node, question.path, holder, start, place)
                elif (value := READERS[question.holds](node.text or "")) is not None:
                    holder[key] = value

    def _entry(self, repeat: Question, node: Element, n: int, place: str) -> Answers:
        # Another tool's entry has no id; the same instance read again must not become another entry.
        here = f"{place}/{repeat.path}/{n}"
        entry: Answers = {"id": node.get(f"{SHIBU}id") or str(uuid.uuid5(uuid.NAMESPACE_URL, here))}
        self._read(node, repeat.path, entry, len(repeat.path) + 1, here)
        return entry


def template(node: Element) -> bool:
    """A repeat's template, which some tools send along; it is no entry."""
    return any(key.endswith("}template") for key in node.attrib)


def record_of(root: Element) -> str | None:
    """The record an instance is of, by `meta/instanceID`; None when it names none of ours."""
    for meta in (node for node in root if local(node) == "meta"):
        for node in meta:
            if local(node) == "instanceID" and (
                match := re.fullmatch(r"\s*uuid:([0-9a-fA-F-]{36})\s*", node.text or "")
            ):
                return match[1].lower()
    return None


def sayable(text: object) -> TypeGuard[str]:
    return isinstance(text, str) and text != "" and UNSAYABLE.search(text) is None


def text_of(value: Any) -> str:
    """An answer as a node's text; "" for what no text can say."""
    if isinstance(value, bool):
        return ""
    if isinstance(value, (int, float)):
        return json.dumps(value) if math.isfinite(value) else ""
    if isinstance(value, list):
        return " ".join(value) if all(sayable(item) and not re.search(r"\s", item) for item in value) else ""
    return value if sayable(value) else ""


def number_of(text: str) -> Any:
    """A number where it is one; what another tool sent instead is kept as text, and flagged when it is stored."""
    text = text.strip()
    if not re.fullmatch(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?", text):
        return text or None
    number = float(text)
    if re.fullmatch(r"[-+]?\d+", text):
        return int(text) if len(text) < 400 else text
    return number if math.isfinite(number) else text


READERS: dict[str, Callable[[str], Any]] = {
    "text": lambda text: text or None,
    "number": number_of,
    "list": lambda text: text.split() or None,
    "nothing": lambda text: text or None,
}


def same(one: Any, other: Any) -> bool:
    """Equal as JSON: true is not 1, and 1.0 is not "1"."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    return type(one) is type(other) and bool(one == other)
