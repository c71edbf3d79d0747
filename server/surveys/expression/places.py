"""Geographic functions over ODK's texts: a point is "lat lon [alt [accuracy]]", a line or shape points joined by ";".

Twin: pwa/form/expression-places.js. The Earth is a sphere with the equator's radius, as in JavaRosa; altitude does not
count. Distances use the haversine, which stays exact for neighbours where JavaRosa's arc cosine loses centimetres.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import pairwise

RADIUS = 6_378_100.0
_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")

Point = tuple[float, float]


def points(texts: Sequence[str]) -> list[Point] | None:
    """All points of these texts in order, in degrees; None when one of them is none."""
    found: list[Point] = []
    for text in texts:
        pieces = [piece for piece in (piece.strip(" \t\r\n") for piece in text.split(";"))]
        if len(pieces) > 1 and pieces[-1] == "":
            pieces.pop()
        for piece in pieces:
            point = _point(piece)
            if point is None:
                return None
            found.append(point)
    return found


def _point(text: str) -> Point | None:
    parts = re.split(r"[ \t\r\n]+", text)
    if not 2 <= len(parts) <= 4 or not all(_NUMBER.fullmatch(part) for part in parts):
        return None
    latitude, longitude = float(parts[0]), float(parts[1])
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def _rounded(value: float) -> float:
    """To the centimetre, but no more than ten digits: the rest differs between maths libraries."""
    return math.floor(float(f"{abs(value):.9e}") * 100 + 0.5) / 100


def distance(texts: Sequence[str]) -> float:
    """Metres along the points, in the order given."""
    found = points(texts)
    if found is None or len(found) < 2:
        return math.nan
    total = 0.0
    for start, end in pairwise(found):
        total += _between(start, end)
    return _rounded(total)


def _between(start: Point, end: Point) -> float:
    latitude, other = math.radians(start[0]), math.radians(end[0])
    up = math.sin((other - latitude) / 2)
    along = math.sin(math.radians(end[1] - start[1]) / 2)
    return (
        2
        * RADIUS
        * math.asin(min(1.0, math.sqrt(up * up + math.cos(latitude) * math.cos(other) * along * along)))
    )


def area(texts: Sequence[str]) -> float:
    """Square metres inside the points; the last is joined to the first. Fewer than three have nothing inside."""
    found = [] if all(text.strip(" \t\r\n") == "" for text in texts) else points(texts)
    if found is None or len(found) < 3:
        return math.nan if found is None else 0.0
    total = 0.0
    for start, end in zip(found, [*found[1:], found[0]], strict=True):
        total += math.radians(end[1] - start[1]) * (
            2 + math.sin(math.radians(end[0])) + math.sin(math.radians(start[0]))
        )
    return _rounded(total * RADIUS * RADIUS / 2)


def geofence(place: str, shape: str) -> bool:
    """Is the point inside the closed shape? On its border the answer is JavaRosa's."""
    point, corners = points([place]), points([shape])
    if not point or len(point) != 1 or not corners or len(corners) < 4 or corners[0] != corners[-1]:
        return False
    latitude, longitude = point[0]
    inside = False
    for (a, b), (c, d) in pairwise(corners):
        if (c > latitude) != (a > latitude) and longitude < (b - d) * (latitude - c) / (a - c) + d:
            inside = not inside
    return inside


def intersects(shape: str) -> bool:
    """Does a line or the border of a shape cross or touch itself?"""
    found = points([shape]) or []
    lines = [(start, end) for start, end in pairwise(found) if start != end]
    closed = len(lines) > 2 and lines[0][0] == lines[-1][1]
    for i, first in enumerate(lines):
        for j in range(i + 1, len(lines)):
            if j == i + 1:
                if _folds(first, lines[j]):
                    return True
            elif not (closed and i == 0 and j == len(lines) - 1) and _meet(first, lines[j]):
                return True
    return closed and _folds(lines[-1], lines[0])


Line = tuple[Point, Point]


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _within(line: Line, point: Point) -> bool:
    (a, b), (c, d) = line
    return min(a, c) <= point[0] <= max(a, c) and min(b, d) <= point[1] <= max(b, d)


def _folds(first: Line, second: Line) -> bool:
    """Two lines with a common corner: does the second lead back along the first?"""
    along = (first[0][0] - first[1][0]) * (second[1][0] - second[0][0])
    along += (first[0][1] - first[1][1]) * (second[1][1] - second[0][1])
    return _turn(first[0], first[1], second[1]) == 0 and along > 0


def _meet(first: Line, second: Line) -> bool:
    one, two = _turn(*first, second[0]), _turn(*first, second[1])
    three, four = _turn(*second, first[0]), _turn(*second, first[1])
    if (one > 0) != (two > 0) and (three > 0) != (four > 0) and 0 not in {one, two, three, four}:
        return True
    return (
        (one == 0 and _within(first, second[0]))
        or (two == 0 and _within(first, second[1]))
        or (three == 0 and _within(second, first[0]))
        or (four == 0 and _within(second, first[1]))
    )
