"""Grounds that are the same for many pledges at once."""

from pledges.secretariat.forms import AcceptForm, DecisionForm, DeclineForm, ReturnForm

BulkForm = DecisionForm
BULK_FORMS: dict[str, type[DecisionForm]] = {"accept": AcceptForm, "return": ReturnForm, "decline": DeclineForm, "announce": AcceptForm}
"""By what is done with them; a return of many suggests no wording."""
