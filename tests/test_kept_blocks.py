"""Parts of pages that are kept show nothing but what they are kept by: else one reader would see another's."""

from collections.abc import Iterator

from flask import Flask
from jinja2 import nodes

from tests.test_house_rules import ON_ONE_ENGINE, TEMPLATES

THE_SAME_FOR_ALL = {"_", "ages", "languages", "loop", "most_at_once", "overdue", "punctuation", "themes", "url_for"}
"""Names that differ at most by the reader's language, by which everything is kept."""
FOLLOWS_FROM = {"may": {"own_roles"}, "chosen": {"filters", "query"}, "counts": {"counted_as"}, "choice": {"filters"}}
"""Names that say nothing beyond one of these, which the tag must name then."""


def _names(block: list[nodes.Node], *contexts: str) -> set[str]:
    within = [each for one in block for each in (one, *one.find_all((nodes.Name, nodes.FromImport)))]
    brought = {each for one in within if isinstance(one, nodes.FromImport) for each in one.names if isinstance(each, str)}
    return {one.name for one in within if isinstance(one, nodes.Name) and one.ctx in contexts} | (brought if "store" in contexts else set())


def _unnamed(app: Flask, page: str, source: str) -> Iterator[str]:
    for block in app.jinja_env.parse(source, page, page).find_all(nodes.CallBlock):
        if isinstance(block.call, nodes.Call) and isinstance(block.call.node, nodes.ExtensionAttribute):
            named = _names([block.call], "load")
            for name in sorted(_names(block.body, "load") - _names(block.body, "store", "param") - named - THE_SAME_FOR_ALL):
                if not FOLLOWS_FROM.get(name, set()) & named:
                    yield f"{page}:{block.lineno}: {name}"


@ON_ONE_ENGINE
def test_a_kept_part_of_a_page_reads_nothing_that_its_tag_does_not_name(app: Flask):
    pages = {str(path.relative_to(TEMPLATES)): path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.html")}
    assert [place for page, source in pages.items() for place in _unnamed(app, page, source)] == []
    forged = "{% kept filters.pile %}{{ csrf_token() }}{{ officer.label }}{% endkept %}"
    assert list(_unnamed(app, "forged", forged)) == ["forged:1: csrf_token", "forged:1: officer"]
