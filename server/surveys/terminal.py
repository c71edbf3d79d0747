"""Trials and versions in lines for people who read a terminal: what changes, whom it touches, what it costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from server.surveys import touched

#: Villages named one by one; the rest are counted.
NAMED = 5


def lines(found: Mapping[str, Any]) -> Iterator[str]:
    """An answer to an upload, whether it may be published or not."""
    for error in found["errors"]:
        yield f"BAD  {_place(error)}{error['zh']} {error['en']}"
    if found["ok"]:
        yield f"{found['kind']} {found['hash']}, {found['questions']} questions"
        yield from changes(found["difference"])
        yield from touches(found["touches"])
        yield f"cost {found['cost']['zh']}"
        yield f"     {found['cost']['en']}"
    for warning in found["warnings"]:
        if warning["code"] == "note":
            continue
        yield f"warn {_place(warning)}{warning['zh']}" + (
            "" if warning["zh"] == warning["en"] else f" {warning['en']}"
        )
    notes = [warning for warning in found["warnings"] if warning["code"] == "note"]
    if notes:
        yield "转换工具的英文提示 what the converter remarks:"
    for note in notes:
        yield f"     {note['en']}"


def _place(line: Mapping[str, Any]) -> str:
    place = " ".join(str(part) for part in (line["sheet"], line["row"]) if part)
    return f"({place}) " if place else ""


def changes(difference: Mapping[str, Any]) -> Iterator[str]:
    if difference["same"]:
        yield "     the same as the live version"
    for sign, part in (("+", "added"), ("-", "removed")):
        for question in difference[part]:
            yield f"{sign}    {question['path']} {question['label']['zh']} ({question['type']})"
    for question in difference["changed"]:
        aspects = ", ".join(_change(change) for change in question["changes"])
        yield f"*    {question['path']} {question['label']['zh']}: {aspects}"
    for part in difference["choices"]:
        for sign, key in (("+", "added"), ("-", "removed"), ("*", "changed")):
            for row in part[key]:
                yield f"{sign}    {part['list']}: {row['name']} {row['label']['zh']}"


def _change(change: Mapping[str, Any]) -> str:
    before, after = change.get("before"), change.get("after")
    if not before or not after:
        return str(change["aspect"])
    for language in ("zh", "en"):
        if before[language] != after[language]:
            return f"{change['aspect']} {before[language] or '∅'} → {after[language] or '∅'}"
    return str(change["aspect"])


def touches(found: Mapping[str, Any]) -> Iterator[str]:
    for line in found["questions"]:
        yield f"     {line['path']} ({line['why']}): {_counted(line)}"
    for line in found["choices"]:
        yield f"     {line['path']} = {line['name']} (removed): {_counted(line)}"
    if found["records"]["total"]:
        yield f"     {found['records']['total']} records keep the version they were written with;"
        yield f"     phones that synced in the last {touched.SEEN_DAYS} days: {found['phones']};"
        yield "     a draft on any of them goes on with the version it was begun with"


def _counted(line: Mapping[str, Any]) -> str:
    places = [f"{village['name']} {village['records']}" for village in line["villages"][:NAMED]]
    more = len(line["villages"]) - NAMED
    return f"{line['total']} records: {', '.join(places)}" + (
        f" and {more} villages more" if more > 0 else ""
    )


def form(found: Mapping[str, Any]) -> Iterator[str]:
    """One kind with its versions."""
    yield f"{found['kind']}\t{found['title'].get('zh', '')}"
    for version in found["versions"]:
        marks = [
            mark for mark, there in (("live", version["live"]), ("built in", version["built_in"])) if there
        ]
        yield f"  {version['hash']}\t{version['at'][:10]}\t{version['source'] or ''}\t{', '.join(marks)}"
        for act in version["published"]:
            yield f"    {act['at'][:16].replace('T', ' ')}\t{act['by'] or '-'}\t{act['message']}"
    if found["newer_built_in"]:
        yield f"  This program brings {found['newer_built_in']}; it is not live because another version was published here."
        yield f"  To take it: survey rollback {found['kind']} {found['newer_built_in']}"
