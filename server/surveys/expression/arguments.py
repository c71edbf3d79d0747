"""Functions whose arguments are more than values: names of lists, paths written as text, patterns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from server.surveys.expression import pattern
from server.surveys.expression.model import AST, Model, Unresolved, path_of
from server.surveys.expression.parse import SyntaxProblem, parse


@dataclass(frozen=True)
class Asker:
    """Who asks: where the expression stands, and how the rest of it is resolved there."""

    model: Model
    home: str
    in_predicate: bool
    resolve: Callable[[AST], AST]


def _once(asker: Asker, args: list[AST]) -> list[AST]:
    """Reads the question's own value; that is no cycle."""
    bound = asker.model.depth(asker.home)
    own: AST = ["current" if asker.in_predicate else "path", asker.home]
    return [[*own, bound] if bound else own, *(asker.resolve(arg) for arg in args)]


def _choice_name(asker: Asker, args: list[AST]) -> list[AST]:
    """The second argument is a path written as a string; it becomes the question's path."""
    if len(args) != 2:
        raise Unresolved("wrong_arguments", "jr:choice-name()")
    target = args[1]
    if target[0] == "str":
        try:
            target = parse(target[1])
        except SyntaxProblem as exc:
            raise Unresolved("unknown_reference", str(args[1][1])) from exc
    if target[0] not in {"location", "from"}:
        raise Unresolved("unsupported_path", "jr:choice-name()")
    path = path_of(asker.resolve(target))
    if path is None or not (asker.model.index.list_of.get(path) or path in asker.model.choosers):
        raise Unresolved("not_a_choice", str(path or args[1][1]))
    return [asker.resolve(args[0]), ["str", path]]


def _pulldata(asker: Asker, args: list[AST]) -> list[AST]:
    if len(args) != 4 or any(arg[0] != "str" for arg in args[:3]):
        raise Unresolved("wrong_arguments", "pulldata()")
    name = args[0][1].removesuffix(".csv")
    if name not in asker.model.columns:
        raise Unresolved("unknown_list", name)
    for column in (args[1][1], args[2][1]):
        if not asker.model.has_column(name, column):
            raise Unresolved("unknown_column", f"{name}.{column}")
    return [["str", name], args[1], args[2], asker.resolve(args[3])]


def _indexed_repeat(asker: Asker, args: list[AST]) -> list[AST]:
    if len(args) < 3 or len(args) % 2 == 0:
        raise Unresolved("wrong_arguments", "indexed-repeat()")
    found: list[AST] = []
    for place, arg in enumerate(args):
        if place > 0 and place % 2 == 0:
            found.append(asker.resolve(arg))
            continue
        path = path_of(asker.resolve(arg))
        if path is None or (place and not asker.model.is_repeat(path)):
            raise Unresolved("unsupported_path", "indexed-repeat()")
        found.append(["str", path])
    return found


def _regex(asker: Asker, args: list[AST]) -> list[AST]:
    if len(args) != 2:
        raise Unresolved("wrong_arguments", "regex()")
    if args[1][0] != "str":
        raise Unresolved("unsupported_pattern", "regex()")
    try:
        program = pattern.read(args[1][1])
    except pattern.PatternProblem as exc:
        raise Unresolved("unsupported_pattern", f"{args[1][1]} ({exc})") from exc
    return [asker.resolve(args[0]), ["prog", program]]


SPECIAL_ARGUMENTS: dict[str, Callable[[Asker, list[AST]], list[AST]]] = {
    "once": _once,
    "jr:choice-name": _choice_name,
    "pulldata": _pulldata,
    "indexed-repeat": _indexed_repeat,
    "regex": _regex,
}
