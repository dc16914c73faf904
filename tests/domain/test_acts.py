"""The words for what the event log notes."""

import ast
import importlib
import itertools
from collections.abc import Iterator
from pathlib import Path

import pledges
from pledges.domain.acts import ACTS

HOUSE = Path(pledges.__file__).parent
NEVER_NOTED = {"batch.read"}  # that a list was read changes nothing


class Module:
    """A module of the house that writes into the log, read and loaded."""

    def __init__(self, path: Path, text: str) -> None:
        self.tree = ast.parse(text)
        self.world = vars(importlib.import_module(".".join(path.relative_to(HOUSE.parent).with_suffix("").parts)))

    def acts(self) -> set[str]:
        """Every act that its calls of `log.record` can note."""
        return {act for function in self._functions() for call in _calls(function, "record") for act in self._texts(call.args[1], function)}

    def _functions(self) -> Iterator[ast.FunctionDef]:
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef))

    def _texts(self, node: ast.expr, function: ast.FunctionDef) -> set[str]:
        """All that an expression in this function may be: constants, choices, f-strings, tables, parameters by their callers."""
        match node:
            case ast.IfExp():
                return self._texts(node.body, function) | self._texts(node.orelse, function)
            case ast.JoinedStr():
                return {"".join(parts) for parts in itertools.product(*(self._texts(part, function) for part in node.values))}
            case ast.FormattedValue():
                return self._texts(node.value, function)
            case ast.Subscript(value=table):
                return set(self._value(table).values())
            case ast.Call(func=ast.Attribute(value=table, attr="get"), args=[_, other]):
                return set(self._value(table).values()) | self._texts(other, function)
            case ast.Name(id=name) if assigned := list(_assigned(function, name)):
                return set().union(*(self._texts(value, function) for value in assigned))
            case ast.Name(id=name) if name in (given := [one.arg for one in (*function.args.args, *function.args.kwonlyargs)]):
                return set().union(*self._from_callers(function, name, given.index(name)))
        return {str(self._value(node))}

    def _from_callers(self, function: ast.FunctionDef, name: str, place: int) -> Iterator[set[str]]:
        for caller in self._functions():
            for call in _calls(caller, function.name):
                named = {one.arg: one.value for one in call.keywords}
                unbound = place - (function.args.args[0].arg == "self")
                yield self._texts(named.get(name) or call.args[unbound], caller)

    def _value(self, node: ast.expr):
        return eval(ast.unparse(node), self.world)  # noqa: S307 (names of the module that wrote it)


def _calls(function: ast.FunctionDef, name: str) -> Iterator[ast.Call]:
    called = (node for node in ast.walk(function) if isinstance(node, ast.Call))
    return (one for one in called if ast.unparse(one.func) in ({"log.record"} if name == "record" else {name, f"self.{name}"}))


def _assigned(function: ast.FunctionDef, name: str) -> Iterator[ast.expr]:
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            target, value = node.targets[0], node.value
            several = isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
            pairs = zip(target.elts, value.elts, strict=True) if several else [(target, value)]
            yield from (value for target, value in pairs if isinstance(target, ast.Name) and target.id == name)


def test_every_act_that_the_code_can_note_has_its_words():
    read = {path: path.read_text(encoding="utf-8") for path in sorted(HOUSE.rglob("*.py"))}
    noted = set().union(*(Module(path, text).acts() for path, text in read.items() if "log.record(" in text))
    assert {"draft_made", "government.invited", "batch.done", "pledge.reopened", "letter.held", "pledge.assured"} <= noted
    assert sorted(noted - set(ACTS) - NEVER_NOTED) == []
    assert len(set(ACTS.values())) == len(ACTS), "two acts are told by the same words"
