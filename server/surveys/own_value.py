"""A calculation that reads the very value it makes: when that is well defined, and when it is a circle.

XForms leaves a question out of its own list of dependencies, so `once(x)` and `if(. = '', x, .)` are meant to work. `. + 1`
is not: it would come out differently at every look. So the own value may be kept as it is, and a condition may ask for it
where it may also be kept; nothing may be made out of it. Other entries of the same question are other values.
"""

from __future__ import annotations

from typing import Any

from server.surveys.expression.model import path_of

AST = list[Any]


def reads_of_others(tree: AST, reads: set[str], home: str, depth: int) -> set[str]:
    """What a calculation needs worked out first: all it reads, without its own value where it only keeps that."""
    return reads - {home} if home in reads and _keeps(tree, home, depth) else reads


def reads_other_entries(tree: AST, home: str) -> bool:
    """Does it read what the same question says in other entries?"""
    if not _is_tree(tree):
        return False
    if tree[:2] == ["call", "indexed-repeat"]:
        return bool(tree[2] == ["str", home]) or any(reads_other_entries(part, home) for part in tree[3:])
    if tree[0] in {"below", "filter"} and _names(tree, home):
        return True
    return any(reads_other_entries(part, home) for part in tree[1:])


def reads_elsewhere(tree: AST, home: str, depth: int, among: bool = False) -> bool:
    """Does it read the question in more places than the one it stands in, as `no other entry has this number` does?
    `among`: inside a predicate, where plain paths start from each node looked at."""
    if not _is_tree(tree):
        return False
    if tree[0] in {"path", "current"}:
        own = tree[2:] == [depth] or depth == 0
        return bool(tree[1] == home and (not own or (among and tree[0] == "path" and depth > 0)))
    if tree[:2] == ["call", "indexed-repeat"] and tree[2] == ["str", home]:
        return True
    if tree[0] == "below" and path_of(tree) == home:
        return True
    if tree[0] == "filter":
        return reads_elsewhere(tree[1], home, depth, among) or any(
            reads_elsewhere(part, home, depth, True) for part in tree[2:]
        )
    return any(reads_elsewhere(part, home, depth, among) for part in tree[1:])


def reads_itself(tree: AST, home: str) -> bool:
    """Does it read the question's own value, in whatever entry?"""
    if not _is_tree(tree):
        return False
    if tree[0] in {"path", "current"}:
        return str(tree[1]) == home
    return any(reads_itself(part, home) for part in tree[1:])


def _keeps(tree: AST, home: str, depth: int) -> bool:
    """Does it come out as the own value unchanged, or as something made without it?"""
    if _is_own(tree, home, depth) or _is_free(tree, home, depth):
        return True
    if tree[:2] == ["call", "if"] and len(tree) == 5:
        condition, first, second = tree[2:]
        if not (_keeps(first, home, depth) and _keeps(second, home, depth)):
            return False
        may_stay = not (_is_free(first, home, depth) and _is_free(second, home, depth))
        return may_stay or _is_free(condition, home, depth)
    if tree[:2] in (["call", "once"], ["call", "coalesce"]):
        return all(_keeps(part, home, depth) for part in tree[2:])
    return False


def _is_own(tree: AST, home: str, depth: int) -> bool:
    if tree[0] not in {"path", "current"} or tree[1] != home:
        return False
    return depth == 0 or bool(tree[2:] == [depth])


def _is_free(tree: Any, home: str, depth: int) -> bool:
    """Nothing in it reads the own value, or what might be it among all entries."""
    if not _is_tree(tree):
        return True
    if tree[0] in {"path", "current"}:
        return str(tree[1]) != home
    if tree[:2] == ["call", "indexed-repeat"]:
        return depth > 0 and all(_is_free(part, home, depth) for part in tree[3:])
    if tree[0] in {"below", "filter"} and depth > 0 and _names(tree, home):
        return _picked(tree) and all(_is_free(part, home, depth) for part in _conditions(tree))
    return all(_is_free(part, home, depth) for part in tree[1:])


def _is_tree(part: Any) -> bool:
    """A pattern's program is no expression."""
    return isinstance(part, list) and bool(part) and isinstance(part[0], str) and part[0] != "prog"


def _names(tree: AST, home: str) -> bool:
    """Is the node set one of the question's own path?"""
    if tree[0] == "filter":
        return _names(tree[1], home)
    if tree[0] == "below":
        start = path_of(tree[1])
        return start is not None and f"{start}/{tree[2]}".lstrip("/") == home
    return tree[0] in {"path", "current"} and tree[1] == home


def _picked(tree: AST) -> bool:
    """Are its entries chosen by their number?"""
    return any(part[0] == "num" or _asks_position(part) for part in _conditions(tree))


def _conditions(tree: AST) -> list[AST]:
    found: list[AST] = []
    while tree[0] in {"below", "filter", "above"}:
        if tree[0] == "filter":
            found += tree[2:]
        tree = tree[1]
    return found


def _asks_position(tree: Any) -> bool:
    if not _is_tree(tree):
        return False
    return tree[:2] == ["call", "position"] or any(_asks_position(part) for part in tree[1:])
