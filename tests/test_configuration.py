"""What the environment says is read once, checked, and believed no further than it goes."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask, request
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

import config
from pledges.app import create_app
from pledges.extensions import db

FORWARDED = {"X-Forwarded-For": "203.0.113.7, 198.51.100.9", "X-Forwarded-Proto": "https"}


@pytest.mark.parametrize(("proxies", "seen"), [(0, ("127.0.0.1", False)), (1, ("198.51.100.9", True)), (2, ("203.0.113.7", True))])
def test_as_many_forwarded_addresses_are_believed_as_there_are_proxies(
    database_url: str, tmp_path: Path, proxies: int, seen: tuple[str, bool]
):
    app = create_app(config.testing(database_url, tmp_path / "instance", trusted_proxies=proxies))
    app.add_url_rule("/seen", view_func=lambda: [request.remote_addr, request.is_secure])
    # No proxy of ours adds a second scheme, so with two proxies the header holds two.
    headers = FORWARDED | ({"X-Forwarded-Proto": "https, https"} if proxies == 2 else {})
    assert tuple(app.test_client().get("/seen", headers=headers).json or ()) == seen
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("told", ["many", "-1", "10", "1.5", "１"])
def test_a_number_of_proxies_that_is_none_stops_the_start_with_one_line(told: str, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(config.BadSetting):
        config.from_environment({"PLEDGES_TRUSTED_PROXIES": told, "PLEDGES_SECRET_KEY": "x" * 40})
    assert capsys.readouterr().err.startswith("PLEDGES_TRUSTED_PROXIES: a whole number from 0 to 9")


def test_the_days_of_retention_are_set_by_name_and_the_others_stay(capsys: pytest.CaptureFixture[str]):
    settings = config.from_environment({"PLEDGES_RETENTION": "drafts=90 evidence=730", "PLEDGES_SECRET_KEY": "x" * 40})
    assert (settings.periods.drafts, settings.periods.evidence, settings.periods.letters) == (90, 730, 365)
    for told in ("names=3", "drafts", "drafts=soon"):
        with pytest.raises(SystemExit):
            config.from_environment({"PLEDGES_RETENTION": told, "PLEDGES_SECRET_KEY": "x" * 40})
        assert capsys.readouterr().err.startswith("PLEDGES_RETENTION: ")


@pytest.mark.parametrize("told", ["0", "257", "all"])
def test_a_number_of_processes_that_is_none_stops_the_start_with_one_line(told: str, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(config.BadSetting):
        config.from_environment({"PLEDGES_PROCESSES": told, "PLEDGES_SECRET_KEY": "x" * 40})
    assert capsys.readouterr().err.startswith("PLEDGES_PROCESSES: a whole number from 1 to 256")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("PLEDGES_BASE_URL", "http://[::1"), ("PLEDGES_BASE_URL", "https://:443"), ("PLEDGES_TSA_URL", "http://tsa.example:time"),
        ("PLEDGES_MAIL_URL", "smtp://[mail"), ("PLEDGES_DATABASE_URL", "postgresql://host:port/pledges"),
        ("PLEDGES_DATABASE_URL", "sqlite://pledges.db"),
    ],
)  # fmt: skip
def test_an_address_that_is_none_stops_the_start_with_one_line(name: str, told: str, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(config.BadSetting):
        config.from_environment({name: told, "PLEDGES_SECRET_KEY": "x" * 40})
    said = capsys.readouterr().err
    assert said.startswith(f"{name}: ")
    assert said.count("\n") == 1


def test_a_large_machine_sets_pages_in_eight_processes_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("os.cpu_count", lambda: 64)
    monkeypatch.delattr("os.sched_getaffinity", raising=False)  # as on macOS
    environment = {"PLEDGES_SECRET_KEY": "x" * 40}
    assert config.from_environment(environment).processes == 8
    assert config.from_environment(environment | {"PLEDGES_PROCESSES": "12"}).processes == 12


def test_a_database_that_does_not_answer_stops_a_command_with_one_line(tmp_path: Path):
    environment = {"PLEDGES_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "PLEDGES_INSTANCE": str(tmp_path)}
    command = [sys.executable, "-c", "from pledges.cli import main; main()", "verify-log"]
    ended = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True)
    assert ended.returncode == 1
    assert ended.stderr.startswith("the database refuses")
    assert ended.stderr.count("\n") == 1


def test_an_error_of_the_database_tells_no_address(app: Flask):
    with app.app_context(), pytest.raises(DBAPIError) as failed:
        db.session.execute(text("SELECT nothing FROM nowhere WHERE address = :address"), {"address": "mayor@konya.example.org"})
    assert "mayor@konya" not in str(failed.value)


def test_a_page_that_fails_leaves_no_secret_of_its_address_in_the_log(app: Flask, caplog: pytest.LogCaptureFixture):
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def fails(token: str) -> str:
        raise RuntimeError("broken")

    app.add_url_rule("/fails/<token>", view_func=fails)
    with caplog.at_level(logging.ERROR):
        assert app.test_client().get("/fails/SECRET-OF-A-LETTER").status_code == 500
    assert "/fails/<token>" in caplog.text
    assert "SECRET-OF-A-LETTER" not in caplog.text
