"""What differs between two definitions of a kind, question by question and choice by choice.

Promises: pure; questions are the same when their paths are; every text comes in Chinese and English, for people to read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

#: What of a question is compared, in the order in which it is told.
ASPECTS = (
    "label", "hint", "guidance", "media", "type", "required", "relevant", "constraint", "calculate", "default",
    "list", "from", "choice_filter", "count", "appearance", "parameters", "read_only", "required_message",
    "constraint_message", "randomize", "preload", "sensitivity", "purpose", "retention", "merge", "envelope",
    "refers", "township", "writers",
)  # fmt: skip
#: A change of these may leave answers behind that no longer fit.
TOUCHING = {"type", "list", "constraint", "required", "relevant", "sensitivity", "merge"}
NOTHING: tuple[Any, ...] = (None, False, "", {}, [])

Words = Mapping[str, Any]


def spoken(words: Words | None) -> dict[str, str]:
    """Words as plain text in both languages; a value inside them is shown as dots."""
    said = {language: _plain(text) for language, text in (words or {}).items()}
    first = next((text for text in said.values() if text), "")
    return {"zh": said.get("zh") or first, "en": said.get("en") or first}


def _plain(text: Any) -> str:
    if isinstance(text, list):
        return "".join(part if isinstance(part, str) else "…" for part in text)
    return str(text or "")


def named(question: Mapping[str, Any]) -> dict[str, Any]:
    """A question as a list of them shows it."""
    label = spoken(question.get("label"))
    if not label["zh"]:
        label = {"zh": question["name"], "en": question["name"]}
    return {"path": question["path"], "type": question["type"], "label": label}


def difference(old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> dict[str, Any]:
    """`old` is None where the kind is new: then everything is added."""
    before = {question["path"]: question for question in (old or {}).get("questions", ())}
    after = {question["path"]: question for question in new["questions"]}
    both = [(before[path], question) for path, question in after.items() if path in before]
    changed = []
    for was, now in both:
        what = _changes(was, now)
        if what:
            changed.append(named(now) | {"changes": what})
    shared = [path for path in before if path in after]
    return {
        "new": old is None,
        "same": old is not None and old["hash"] == new["hash"],
        "added": [named(question) for path, question in after.items() if path not in before],
        "removed": [named(question) for path, question in before.items() if path not in after],
        "changed": changed,
        "reordered": shared != [path for path in after if path in before],
        "choices": _choices(old, new, both) if old else [],
    }


def _changes(was: Mapping[str, Any], now: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = []
    for aspect in ASPECTS:
        before, after = was.get(aspect), now.get(aspect)
        if before == after or (before in NOTHING and after in NOTHING):
            continue
        line: dict[str, Any] = {"aspect": aspect}
        if aspect in {"label", "hint", "guidance", "required_message", "constraint_message"}:
            line |= {"before": spoken(before), "after": spoken(after)}
        elif isinstance(before, str) or isinstance(after, str):
            line |= {"before": both_ways(before), "after": both_ways(after)}
        found.append(line)
    return found


def both_ways(value: Any) -> dict[str, str]:
    text = value if isinstance(value, str) else ""
    return {"zh": text, "en": text}


def _choices(
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    both: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]],
) -> list[dict[str, Any]]:
    """By list, not by question: one list serves many questions."""
    pairs: dict[tuple[str, str], list[str]] = {}
    for was, now in both:
        if was.get("list") and now.get("list"):
            pairs.setdefault((was["list"], now["list"]), []).append(now["path"])
    found = []
    for (before, after), paths in pairs.items():
        line = _rows(old["lists"].get(before, ()), new["lists"].get(after, ()))
        if line["added"] or line["removed"] or line["changed"]:
            found.append({"list": after, "questions": paths, **line})
    return found


def _rows(old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    before = {str(row.get("name", "")): row for row in old}
    after = {str(row.get("name", "")): row for row in new}

    def said(name: str, row: Mapping[str, Any]) -> dict[str, Any]:
        words = row.get("label")
        label = spoken(words) if isinstance(words, Mapping) else both_ways(words)
        return {"name": name, "label": label if label["zh"] else both_ways(name)}

    return {
        "added": [said(name, row) for name, row in after.items() if name not in before],
        "removed": [said(name, row) for name, row in before.items() if name not in after],
        "changed": [
            said(name, row) | {"before": said(name, before[name])["label"]}
            for name, row in after.items()
            if name in before and row.get("label") != before[name].get("label")
        ],
    }


def touching(found: Mapping[str, Any]) -> dict[str, str]:
    """Question path → why answers to it are counted: it goes, or it changed so that answers may not fit."""
    paths = {question["path"]: "removed" for question in found["removed"]}
    for question in found["changed"]:
        if any(change["aspect"] in TOUCHING for change in question["changes"]):
            paths[question["path"]] = "changed"
    return paths


def gone_choices(found: Mapping[str, Any]) -> dict[str, set[str]]:
    """Question path → names of choices it no longer has."""
    gone: dict[str, set[str]] = {}
    for line in found["choices"]:
        names = {row["name"] for row in line["removed"]}
        for path in line["questions"] if names else ():
            gone[path] = names
    return gone
