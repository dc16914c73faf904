"""The commands of the console script `pledges`; docs/operating.md explains each."""

from pledges.cli import declaration, instance, register
from pledges.cli.frame import cli, stop, told

__all__ = ["cli", "declaration", "instance", "main", "register"]


def main() -> None:
    """Run a command; what was refused is said in one line on stderr, with exit code 1."""
    import psycopg
    from sqlalchemy.exc import DBAPIError

    try:
        cli.main(prog_name="pledges")
    except (DBAPIError, psycopg.Error) as error:  # the queue of jobs asks psycopg itself
        stop(f"the database refuses (`pledges db upgrade` prepares it): {str(getattr(error, 'orig', error)).splitlines()[0]}")
    except OSError as error:
        stop(told(error))
