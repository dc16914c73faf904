"""Upgrade from empty to head equals the models, and back to nothing, on both engines."""

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

from pledges.models import Base
from tests.databases import MIGRATIONS


def alembic_on(connection: Connection) -> Config:
    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS))
    settings.attributes["connection"] = connection
    return settings


def test_upgrade_from_empty_to_head_equals_the_models(fresh_database: Engine):
    with fresh_database.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_what_the_models_check_the_database_checks(fresh_database: Engine):
    """`compare_metadata` sees no CHECK constraints: their names are compared here."""
    inspector = inspect(fresh_database)
    for table in Base.metadata.sorted_tables:
        declared = {str(check.name) for check in table.constraints if check.__visit_name__.endswith("check_constraint")}
        stored = {check["name"] for check in inspector.get_check_constraints(table.name)}
        assert stored == declared, table.name


def test_there_is_one_head_and_every_step_can_be_undone_and_done_again(fresh_database: Engine):
    assert len(ScriptDirectory(str(MIGRATIONS)).get_heads()) == 1
    with fresh_database.begin() as connection:
        command.downgrade(alembic_on(connection), "base")
    assert set(inspect(fresh_database).get_table_names()) <= {"alembic_version"}
    with fresh_database.begin() as connection:
        command.upgrade(alembic_on(connection), "head")
    with fresh_database.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_a_new_database_holds_the_published_texts_one_head_and_one_assembly_that_is_no_example(fresh_database: Engine):
    with fresh_database.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM log_head")) == 1
        assert connection.scalars(text("SELECT example FROM assembly")).all() in ([False], [0])
        assert connection.scalar(text("SELECT count(*) FROM commitment_text")) == 18


def test_the_queues_own_tables_are_none_of_ours(fresh_database: Engine):
    with fresh_database.begin() as connection:
        connection.execute(text("CREATE TABLE huey_task (id INTEGER)"))
    with fresh_database.connect() as connection:
        command.check(alembic_on(connection))  # raises where tables and models differ
        assert "huey_task" in inspect(connection).get_table_names()


@pytest.mark.parametrize("path", sorted(MIGRATIONS.glob("versions/*.py")), ids=lambda path: path.stem)
def test_migrations_need_no_code_of_ours_that_may_change(path: Path):
    assert "import pledges" not in path.read_text(encoding="utf-8")
    assert "from pledges" not in path.read_text(encoding="utf-8")
