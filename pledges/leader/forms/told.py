"""What is wrong with something typed, in the reader's language."""

from flask_babel import get_locale, gettext

from pledges.domain.languages import punctuation
from pledges.domain.problems import Problem


def told(problem: Problem) -> str:
    """A problem in the reader's language."""
    return problem.told(gettext(problem.message), punctuation(str(get_locale())).between)
