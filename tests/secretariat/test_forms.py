"""What has to be said is said: in words that can be seen, without marks that would turn the words around it."""

import pytest
from flask import Flask
from flask_wtf import FlaskForm

from pledges.secretariat.forms import RefusePaperForm, ReopenForm
from pledges.secretariat.forms.editions import RecallForm
from pledges.secretariat.forms.reading import NoteForm

NEEDED = [(RecallForm, "reason"), (RefusePaperForm, "reason"), (ReopenForm, "message"), (NoteForm, "text")]


@pytest.mark.parametrize(("form", "field"), NEEDED)
def test_a_needed_text_holds_something_to_see_and_what_is_wrong_is_said_in_the_readers_language(
    app: Flask, form: type[FlaskForm], field: str
):
    def answered(typed: str) -> tuple[str, list[str]]:
        with app.test_request_context("/?lang=ar", method="POST", data={field: typed}):
            sent = form(meta={"csrf": False})
            if isinstance(sent, NoteForm):
                sent.naming.choices = []
            sent.validate()
            return sent[field].data, [str(error) for error in sent[field].errors]

    assert answered("\u202eabc \r\n") == ("abc", [])
    for wrong in (" \n", "\u200b", "a\x00", "a" * 9_999):
        kept, (error,) = answered(wrong)
        assert kept == wrong
        assert not error.isascii()
