"""The string functions of the ODK specification. Twin: pwa/form/expression-functions.js."""

from __future__ import annotations

import base64
import binascii
import hashlib
import math
import re
from collections.abc import Sequence

from server.surveys.expression import values as v
from server.surveys.expression.values import Value

_SPACE = re.compile(r"[ \t\r\n]+")
_BLANK = re.compile(r"[ \t\r\n\f]+")
_BASE64 = re.compile(r"[A-Za-z0-9+/]*")
_DIGESTS = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}


def words(text: str) -> list[str]:
    return [word for word in _SPACE.split(text) if word]


def texts(values: Sequence[Value]) -> list[str]:
    """Of all values, and of every node of a node set."""
    found: list[str] = []
    for value in values:
        if isinstance(value, (str, bool, int, float)):
            found.append(v.to_text(value))
        else:
            found.extend(node.text for node in value)
    return found


def substring(text: str, start: float, length: float | None) -> str:
    """XPath 1.0's: counted from 1, fractions rounded, NaN takes nothing."""
    first = math.floor(start + 0.5) if math.isfinite(start) else start
    if length is None:
        last = math.inf
    else:
        last = first + (math.floor(length + 0.5) if math.isfinite(length) else length)
    return "".join(c for i, c in enumerate(text, 1) if i >= first and i < last)


def substr(text: str, start: float, end: float | None) -> str:
    """ODK's: counted from 0, up to but without `end`; below zero counts from the end."""
    size = len(text)

    def place(value: float) -> int:
        if math.isnan(value):
            return 0
        whole = int(max(-1e9, min(1e9, value)))
        return max(0, min(size, whole + size if whole < 0 else whole))

    return text[place(start) : size if end is None else place(end)]


def translate(text: str, old: str, new: str) -> str:
    table: dict[str, str] = {}
    for i, c in enumerate(old):
        table.setdefault(c, new[i] if i < len(new) else "")
    return "".join(table.get(c, c) for c in text)


def before(text: str, part: str) -> str:
    return text.partition(part)[0] if part and part in text else ""


def after(text: str, part: str) -> str:
    return text.partition(part)[2] if part else text


def digest(text: str, algorithm: str, encoding: str = "base64") -> str:
    name = _DIGESTS.get(algorithm.upper())
    if name is None:
        return ""
    raw = hashlib.new(name, text.encode("utf-8", "replace"), usedforsecurity=False)
    return raw.hexdigest() if encoding == "hex" else base64.b64encode(raw.digest()).decode()


def decoded(text: str) -> str:
    """base64-decode(), as forgiving as a browser's atob: padding may be missing; what is no UTF-8 becomes U+FFFD."""
    coded = _BLANK.sub("", text)
    if len(coded) % 4 == 0:
        coded = coded[:-2] if coded.endswith("==") else coded.removesuffix("=")
    if len(coded) % 4 == 1 or not _BASE64.fullmatch(coded):
        return ""
    try:
        raw = base64.b64decode(coded + "=" * (-len(coded) % 4))
    except binascii.Error:
        return ""
    return raw.decode("utf-8", "replace").removeprefix("\ufeff")


def selected(text: str, value: str) -> bool:
    """Is it one of the words? Nothing is chosen of an empty list, so it holds the empty value, as in JavaRosa."""
    return value.strip(" \t\r\n") in (words(text) or [""])


def selected_at(text: str, index: float) -> str:
    found = words(text)
    return found[int(index)] if not math.isnan(index) and 0 <= index < len(found) else ""
