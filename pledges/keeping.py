"""Parts of a page that stay as they are: rendered once, and kept by everything that they show."""

from collections.abc import Callable, Hashable

from jinja2 import Environment, nodes
from jinja2.ext import Extension
from jinja2.parser import Parser

MOST_KEPT = 32 * 1024 * 1024
"""Characters; then the keeping begins anew."""


class Shelf:
    """Texts of one application by what they follow from."""

    def __init__(self) -> None:
        self._texts: dict[Hashable, str] = {}
        self._characters = 0

    def keep(self, key: Hashable, make: Callable[[], str]) -> str:
        """The text of this key; made where it is not there. Whatever the text shows must follow from the key alone."""
        text = self._texts.get(key)
        if text is None:
            text = make()
            if self._characters > MOST_KEPT:
                self._texts.clear()
                self._characters = 0
            self._texts[key] = text
            self._characters += len(text)
        return text


class Kept(Extension):
    """`{% kept this, that %}…{% endkept %}` in a template: the block is kept by these values, the reader's language and its place.

    What it shows must follow from them alone. What differs from officer to officer, from page to page or from moment to moment stands
    among the values or outside the block: tokens against forgery never stand inside.
    """

    tags = {"kept"}

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.extend(shelf=Shelf())

    def parse(self, parser: Parser) -> nodes.Node:
        """The tag as a call of `_keep` with the block as its caller."""
        line = next(parser.stream).lineno
        named = None if parser.stream.current.test("block_end") else parser.parse_tuple()
        values = named.items if isinstance(named, nodes.Tuple) else [named] if named else []
        key = nodes.Tuple([nodes.Const(f"{parser.name}:{parser.free_identifier().name}"), nodes.Name("language", "load"), *values], "load")
        body = parser.parse_statements(("name:endkept",), drop_needle=True)
        return nodes.CallBlock(self.call_method("_keep", [key]), [], [], body).set_lineno(line)

    def _keep(self, key: Hashable, caller: Callable[[], str]) -> str:
        shelf: Shelf = self.environment.shelf  # type: ignore[attr-defined]  # by `extend`
        return shelf.keep(key, caller)
