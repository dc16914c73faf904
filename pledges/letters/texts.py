"""The texts of letters: files of this project, or what an editor wrote in their place, checked before it may stand."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError, TemplateSyntaxError, meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from pledges.domain.problems import N_, refuse
from pledges.letters.samples import fewest_values, sample_values

_FOLDER = Path(__file__).resolve().parent.parent.parent / "templates" / "mail"
_templates = ImmutableSandboxedEnvironment(
    loader=FileSystemLoader(_FOLDER),
    undefined=StrictUndefined,
    autoescape=False,  # letters are plain text; what becomes HTML is escaped there (letters.html)
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.globals.clear()

_REASONS = "reason_in_words"
LONGEST = 20_000
"""Code points of a text that an editor writes."""
_SUBJECT_HOLDS = 400
"""Code points that a letter's row holds: names may be long beyond anything ordinary."""
LONGEST_SUBJECT = 150
"""Code points of a subject with ordinary names in it."""
_NEEDED = frozenset({"link", "code", "stop", "ask", "follow", "desk", "start", "expires"})
"""Placeholders that a text cannot do without where the project's own text has them: otherwise the letter leads nowhere."""
_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.If, nodes.CondExpr, nodes.Compare, nodes.Operand,
    nodes.Not, nodes.And, nodes.Or, nodes.Test, nodes.Filter, nodes.Keyword, nodes.Include, nodes.FromImport, nodes.Call, nodes.For,
    nodes.Assign, nodes.Dict, nodes.Pair, nodes.Getitem, nodes.Getattr,
)  # fmt: skip
"""What our own letters need; nothing that calculates, calls or reaches into what it is given."""


def rendered(kind: str, language: str, text: str | None, values: Mapping[str, object]) -> tuple[str, str]:
    """Subject and body of a letter, from an editor's text or else the project's file.

    An editor's text that fails after all gives way to the file: no letter is lost by it. Raises jinja2.TemplateError.
    """
    if text:
        try:
            return _parts(_templates.from_string(text).render(values))
        except TemplateError:
            pass
    return _parts(_templates.get_template(f"{kind}.{language}.txt").render(values))


def own_text(kind: str, language: str) -> str:
    """The project's own text of a kind."""
    return (_FOLDER / f"{kind}.{language}.txt").read_text(encoding="utf-8")


@cache
def placeholders(kind: str) -> tuple[frozenset[str], frozenset[str]]:
    """Which placeholders a text of this kind may hold, and which of them it must."""
    named = frozenset(meta.find_undeclared_variables(_templates.parse(own_text(kind, "en"))))
    return named, named & _NEEDED


def preview(kind: str, language: str, text: str | None) -> tuple[str, str]:
    """Subject and body with invented names in the places. Raises jinja2.TemplateError."""
    return rendered(kind, language, text, sample_values(language, placeholders(kind)[0]))


def check_text(kind: str, language: str, text: str) -> None:
    """Refuse a text that could not be sent as this kind: too long, no subject, unknown or missing placeholders, other commands.

    Raises Refused.
    """
    if len(text) > LONGEST:
        too_long = N_("This is too long: %(length)d characters, at most %(limit)d are possible.")
        raise refuse("text", too_long, length=len(text), limit=LONGEST)
    try:
        tree = _templates.parse(text)
    except TemplateSyntaxError as error:
        raise refuse("text", N_("Line %(line)d cannot be read: a brace or a command is not closed."), line=error.lineno) from None
    allowed, needed = placeholders(kind)
    if foreign := next(_foreign(tree, language), None):
        raise refuse("text", N_("Line %(line)d holds a command that letters do not know."), line=foreign)
    used = meta.find_undeclared_variables(tree)
    if unknown := sorted(used - allowed):
        raise refuse("text", N_("This letter has no placeholder %(names)s."), names=", ".join(unknown))
    if missing := sorted(needed - used):
        raise refuse("text", N_("The letter needs its placeholder %(names)s."), names=", ".join(missing))
    _try_out(text, language, allowed)


def _try_out(text: str, language: str, allowed: frozenset[str]) -> None:
    """Fill it in with as many values as there can be, and with as few."""
    for values in (sample_values(language, allowed), fewest_values(language, allowed)):
        try:
            subject, body = _parts(_templates.from_string(text).render(values))
        except TemplateError:
            raise refuse("text", N_("A placeholder that not every letter has must stand within its condition.")) from None
        if not subject or not body.strip():
            raise refuse("text", N_("The first line is the subject; the letter follows after it."))
        if len(subject) > LONGEST_SUBJECT:
            raise refuse("text", N_("The subject is too long: at most %(limit)d characters."), limit=LONGEST_SUBJECT)


_ONLY: dict[type[nodes.Node], Callable[[Any, str], bool]] = {
    nodes.Filter: lambda node, _: node.name == "indent" and all(isinstance(one, nodes.Const) and 0 < one.value <= 8 for one in node.args),
    nodes.Test: lambda node, _: node.name == "defined",
    nodes.Include: lambda node, language: node.template == nodes.Const(f"text_of_pledge.{language}.txt"),
    nodes.FromImport: lambda node, language: node.template == nodes.Const(f"reasons.{language}.txt") and node.names == [_REASONS],
    nodes.Call: lambda node, _: node.node == nodes.Name(_REASONS, "load"),
    nodes.For: lambda node, _: isinstance(node.iter, nodes.Name) and next(node.find_all(nodes.For), None) is None,
    nodes.Getattr: lambda node, _: node.node == nodes.Name("loop", "load"),
    nodes.Getitem: lambda node, _: isinstance(node.node, nodes.Name) and isinstance(node.arg, nodes.Name),
}
"""How some of these may be used, in a language."""


def _foreign(tree: nodes.Template, language: str) -> Iterator[int]:
    """Lines that hold what letters do not know."""
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, _ALLOWED) or not _ONLY.get(type(node), _any)(node, language):
            yield node.lineno


def _any(_node: Any, _language: str) -> bool:
    return True


def _parts(text: str) -> tuple[str, str]:
    subject, _, body = text.lstrip("\n").partition("\n")
    line = " ".join(subject.split())
    return line if len(line) <= _SUBJECT_HOLDS else f"{line[: _SUBJECT_HOLDS - 1]}…", body.strip() + "\n"
