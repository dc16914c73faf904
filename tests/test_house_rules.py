"""The house rules that no linter knows (docs/architecture.md). Each failure names file and line."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest

from tests.routes_who import WHO

if TYPE_CHECKING:
    from flask import Flask

Node = TypeVar("Node", bound=ast.AST)
ROOT = Path(__file__).resolve().parent.parent
HOUSE = ROOT / "pledges"
TEMPLATES = ROOT / "templates"
ROOMS = ("leader", "secretariat", "press", "public", "accounts")

LINES_OF_A_FILE = 500
LINES_OF_A_FUNCTION = 60

FLASK = {"flask", "flask_babel", "flask_login", "flask_migrate", "flask_security", "flask_sqlalchemy", "flask_wtf", "werkzeug", "wtforms"}
KNOW_THE_WEB = re.compile(
    r"(app|worker|extensions|errors|cli)\.py|(cli|accounts)/.*|(leader|secretariat|press|public)/(.*/)?(routes|forms|api)(/.*|\.py)"
)
BELOW_THE_DOOR = re.compile(r"(domain|models|typesetting)/.*|letters\.py|(?:.*/)?(actions|queries)(/.*|\.py)")

ON_ONE_ENGINE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True, scope="session")

READ_THE_MACHINES_ENVIRONMENT = {"typesetting/fonts.py": "the machine's cache folder (XDG_CACHE_HOME) is no setting of ours"}

MARKED_SAFE: dict[str, str] = {}
"""Where HTML is called safe without escaping, and why it is."""


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the house by its path within it."""
    return {path.relative_to(HOUSE).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in sorted(HOUSE.rglob("*.py"))}


def nodes(kind: type[Node]) -> Iterator[tuple[str, Node]]:
    """Every piece of code of that kind, with the path of its module."""
    for path, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, kind):
                yield path, node


def name_of(node: ast.expr) -> str:
    """`b` of `a.b` and of `b`."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def dotted(node: ast.expr) -> str:
    """`a.b.c` as it is written; empty for anything else."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def calls(*names: str) -> Iterator[tuple[str, ast.Call]]:
    """Every call of a function or method of that name."""
    return ((path, call) for path, call in nodes(ast.Call) if name_of(call.func) in names)


def is_in(path: str, *parts: str) -> bool:
    """Whether a module is one of these files or lies in one of these folders: `actions` is actions.py and actions/."""
    return any(part.removesuffix(".py") in parts for part in Path(path).parts)


def imports() -> Iterator[tuple[str, int, str]]:
    """Path, line and full name of everything that is imported."""
    for path, node in nodes(ast.Import):
        yield from ((path, node.lineno, alias.name) for alias in node.names)
    for path, node in nodes(ast.ImportFrom):
        yield path, node.lineno, node.module or ""


# ---------------------------------------------------------------- who knows what


def test_imports_point_downward_and_rooms_never_import_each_other():
    outcome = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_only_the_door_knows_that_there_is_a_web():
    assert [
        f"{path}:{line} imports {name}"
        for path, line, name in imports()
        if name.split(".")[0] in FLASK and not KNOW_THE_WEB.fullmatch(path)
    ] == []


def test_the_map_of_the_house_imports_nothing():
    assert [f"{path}:{line}" for path, line, _ in imports() if path == "__init__.py"] == []


def test_only_the_config_reads_the_environment():
    names = ("os.environ", "os.getenv", "os.environb")
    reads = [(path, f"{path}:{node.lineno}") for path, node in nodes(ast.Attribute) if dotted(node) in names]
    assert [place for path, place in reads if path not in READ_THE_MACHINES_ENVIRONMENT] == []
    assert READ_THE_MACHINES_ENVIRONMENT.keys() <= {path for path, _ in reads}


def test_nothing_below_the_door_reads_the_clock():
    clocks = ("now", "utcnow", "today", "time", "time_ns", "monotonic")
    readings = [
        f"{path}:{call.lineno}"
        for path, call in nodes(ast.Call)
        if BELOW_THE_DOOR.fullmatch(path)
        and name_of(call.func) in clocks
        and dotted(call.func).split(".")[0] in ("datetime", "date", "time", "dt")
    ]
    assert readings == []


def test_no_module_is_named_after_nothing():
    empty_names = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "main", "misc"}
    assert [path for path in modules() if empty_names & {part.removesuffix(".py") for part in Path(path).parts}] == []


# ---------------------------------------------------------------- who may do what


def test_only_actions_commit():
    assert [f"{path}:{call.lineno}" for path, call in calls("commit") if not is_in(path, "actions")] == []


def test_only_queries_and_models_select():
    elsewhere = [(path, call) for path, call in calls("select") if not is_in(path, "queries", "models")]
    selecting = [f"{path}:{call.lineno}" for path, call in elsewhere if dotted(call.func) != "server.select"]  # a mailbox's folder
    old_style = [f"{path}:{call.lineno}" for path, call in calls("query") if dotted(call.func).endswith(("session.query", "Session.query"))]
    assert selecting + old_style == []


def test_states_are_written_in_one_place():
    states = {"content", "moderation"}
    targets = [(path, target) for path, node in nodes(ast.Assign) for target in node.targets]
    targets += [(path, node.target) for path, node in nodes(ast.AugAssign)] + [(path, node.target) for path, node in nodes(ast.AnnAssign)]
    flat = [(path, part) for path, target in targets for part in (target.elts if isinstance(target, ast.Tuple) else [target])]
    attributes = [
        f"{path}:{part.lineno}"
        for path, part in flat
        if isinstance(part, ast.Attribute) and part.attr in states and not is_in(path, "domain", "typesetting")  # they know no tables
    ]
    in_move = {
        f"{path}:{part.lineno}"
        for path, function in nodes(ast.FunctionDef)
        if path == "models/pledge.py" and function.name == "move"
        for part in ast.walk(function)
        if isinstance(part, ast.Attribute)
    }
    by_keyword = [
        f"{path}:{call.lineno}"
        for path, call in calls("Revision", "values")
        for keyword in call.keywords
        if keyword.arg in states and dotted(keyword.value) not in ("Content.DRAFT", "Moderation.NONE")  # where every revision begins
    ]
    by_name = [
        f"{path}:{call.lineno}"
        for path, call in calls("setattr")
        if len(call.args) > 1 and isinstance(call.args[1], ast.Constant) and call.args[1].value in states
    ]
    assert in_move
    assert [place for place in attributes if place not in in_move] + by_keyword + by_name == []


@ON_ONE_ENGINE
def test_every_route_is_in_the_list_of_who_may_call_it(app: "Flask"):
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert sorted(endpoints - WHO.keys()) == [], "name who may call them in tests/routes_who.py"
    assert sorted(WHO.keys() - endpoints) == [], "these are gone: take them out of tests/routes_who.py"


def test_every_route_serves_somebody():
    assert [endpoint for endpoint, who in WHO.items() if not who] == []


@ON_ONE_ENGINE
def test_a_room_has_one_name_everywhere(app: "Flask"):
    for name, blueprint in app.blueprints.items():
        if name in ROOMS and name != "public":
            assert blueprint.url_prefix == f"/{name}"
            assert blueprint.import_name.startswith(f"pledges.{name}.")
    for room in ROOMS:
        assert (HOUSE / room / "__init__.py").is_file()
        assert (TEMPLATES / room).is_dir()


# ---------------------------------------------------------------- what reaches a reader


def test_no_text_is_set_by_reportlabs_paragraphs():
    assert [f"{path}:{call.lineno}" for path, call in calls("Paragraph")] == [], "they read markup in signed words"


def test_html_is_called_safe_only_where_a_reason_is_written():
    python = {f"pledges/{path}" for path, _ in calls("Markup", "markupsafe")}
    pages = {
        path.relative_to(ROOT).as_posix() for path in template_files() if re.search(r"\|\s*safe\b|autoescape\s+false", path.read_text())
    }
    assert (python | pages) - MARKED_SAFE.keys() == set()
    assert MARKED_SAFE.keys() - (python | pages) == set()
    assert all(len(reason) > 20 for reason in MARKED_SAFE.values())


def template_files() -> list[Path]:
    return sorted(path for path in TEMPLATES.rglob("*") if path.suffix in (".html", ".txt", ".xml"))


def test_pages_carry_no_script_and_no_style_of_their_own():
    forbidden = re.compile(
        r"""<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*["']|\shx-on\b|href\s*=\s*["']\s*javascript:|<script\b(?![^>]*\ssrc\s*=)""", re.IGNORECASE
    )
    # No policy reaches a letter, and mail programs know no style sheets: its style stands at each part.
    pages = [place for place in found_in_templates(forbidden) if not place.startswith("templates/mail/letter.html:")]
    assert pages == [], "the content security policy refuses them"


def test_pages_load_nothing_from_elsewhere():
    assert (
        found_in_templates(re.compile(r"""<(script|link|img|iframe|source)\b[^>]*(src|href)\s*=\s*["'](https?:)?//""", re.IGNORECASE)) == []
    )


def found_in_templates(pattern: re.Pattern[str]) -> list[str]:
    found = []
    for path in template_files():
        if path.suffix == ".html":
            text = path.read_text(encoding="utf-8")
            found += [f"{path.relative_to(ROOT)}:{text[: match.start()].count(chr(10)) + 1}" for match in pattern.finditer(text)]
    return found


def test_every_form_that_posts_carries_the_token_against_forgery():
    forms = re.compile(r"<form\b[^>]*method\s*=\s*[\"']post[\"'].*?</form>", re.IGNORECASE | re.DOTALL)
    bare = [
        f"{path.relative_to(ROOT)}"
        for path in template_files()
        for form in forms.findall(path.read_text(encoding="utf-8"))
        if not re.search(r"csrf_token|hidden_tag|\bcaller\(", form)
    ]
    assert bare == []


@ON_ONE_ENGINE
def test_every_template_can_be_read(app: "Flask"):
    for path in template_files():
        assert app.jinja_env.get_template(path.relative_to(TEMPLATES).as_posix())


# ---------------------------------------------------------------- size


def test_files_and_functions_fit_a_readers_head():
    files = [f"{path}: {lines} lines" for path in modules() if (lines := (HOUSE / path).read_text().count("\n")) > LINES_OF_A_FILE]
    functions = [
        f"{path}:{node.lineno} {node.name}: {length} lines"
        for kind in (ast.FunctionDef, ast.AsyncFunctionDef)
        for path, node in nodes(kind)
        if (length := (node.end_lineno or node.lineno) - node.lineno + 1) > LINES_OF_A_FUNCTION
    ]
    assert files + functions == []
