"""Checks the catalogues: every sentence translated, none fuzzy or stale, the same placeholders, no leftovers of English whitespace."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
KEYWORDS = ("-k", "_l", "-k", "lazy_gettext")  # besides pybabel's own; `make translations` names the same
NOT_WRITTEN = {"ru": re.compile("[ёЁ]")}
"""By language, what docs/translations.md rules out."""
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w*)\}")


def sentences() -> Catalog:
    """What the code and the templates ask to be translated."""
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder) / "messages.pot"
        pybabel = Path(sys.executable).with_name("pybabel")
        subprocess.run([pybabel, "-q", "extract", "-F", "babel.cfg", *KEYWORDS, "-o", template, "."], cwd=ROOT, check=True)
        with template.open("rb") as file:
            return read_po(file)


def placeholders(text: str) -> set[str]:
    """Names of what is filled into a sentence."""
    return {named or braced for named, braced in PLACEHOLDER.findall(text)}


def forms(texts: str | tuple[str, ...] | list[str]) -> list[str]:
    """A sentence's forms: one, or one for each plural."""
    return [texts] if isinstance(texts, str) else list(texts)


def problems(wanted: Message, catalogue: Catalog) -> list[str]:
    """What is wrong with one sentence in one language."""
    message = catalogue.get(wanted.id, wanted.context)
    if message is None or not all(forms(message.string)) or not forms(message.string):
        return ["not translated"]
    found = ["fuzzy"] if message.fuzzy else []
    asked = placeholders(" ".join(forms(wanted.id)))
    given = [placeholders(form) for form in forms(message.string)]
    # A plural's form for one or two may leave the number out; it may never name what is not there.
    if any(names - asked for names in given) or (set.union(*given) != asked):
        found.append(f"placeholders {sorted(set.union(*given))} instead of {sorted(asked)}")
    if message.pluralizable != wanted.pluralizable or (message.pluralizable and len(forms(message.string)) != catalogue.num_plurals):
        found.append("plural forms are missing")
    outer = [
        text[: len(text) - len(text.lstrip())] + text[len(text.rstrip()) :] for text in (forms(wanted.id)[0], forms(message.string)[0])
    ]
    if outer[0] != outer[1]:
        found.append("another space or line end at its border")
    unwanted = NOT_WRITTEN.get(str(catalogue.locale))
    if unwanted and unwanted.search(" ".join(forms(message.string))):
        found.append(f"{unwanted.pattern}, which this language does without (docs/translations.md)")
    return found


def main() -> int:
    """Print what is wrong; 1 if anything is."""
    wanted = sentences()
    failed = False
    catalogues = sorted((ROOT / "pledges" / "translations").glob("*/LC_MESSAGES/messages.po"))
    for path in catalogues:
        language = path.parent.parent.name
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
        for message in wanted:
            for problem in problems(message, catalogue) if message.id else []:
                places = ", ".join(f"{name}:{line}" for name, line in message.locations[:2])
                print(f"{language}: {problem}: {forms(message.id)[0]!r} ({places})")
                failed = True
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
