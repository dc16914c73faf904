"""The kinds of letters: what each is called, and which of them may wait until an officer has read them."""

from pledges.domain.problems import N_

KINDS: dict[str, str] = {
    "invitation": N_("Invitation to a government"),
    "accepted": N_("Decision: accepted"),
    "returned": N_("Decision: a change is asked for"),
    "declined": N_("Decision: not accepted"),
    "correction_answered": N_("Answer to a correction of a name"),
    "paper_refused": N_("The scan of a paper was refused"),
    "reminder_draft": N_("Reminder: a draft is not finished"),
    "reminder_signature": N_("Reminder: a signature is missing"),
    "reminder_invitation": N_("Reminder: no pledge has come from an invitation"),
    "joint_invitation": N_("Invitation to pledge together"),
    "joint_words": N_("A partner changed the shared words"),
    "withdrawn": N_("Withdrawal, to the leader"),
    "withdrawal_notice": N_("Withdrawal, to the admins"),
    "sign_link": N_("For the signature, with a link and a code"),
    "receipt": N_("Receipt of a signature"),
    "pledge_signed": N_("Signed, to the cabinet"),
    "resume_link": N_("Link to a draft"),
    "status_link": N_("Link to a signed pledge"),
    "handed_on": N_("A draft handed on to a colleague"),
    "sent_back": N_("The leader asks for a change"),
    "release_proposed": N_("A release is proposed, to the admins"),
    "edition_released": N_("An edition is released, to the admins"),
    "edition_outdated": N_("An edition on the schedule prints words that were replaced, to the admins"),
    "edition_unscheduled": N_("An edition has left the schedule, to the admins"),
    "edition_recalled": N_("An edition is recalled, to the admins"),
    "officer_invitation": N_("Invitation to the desk, to an officer"),
    "officer_invited": N_("Somebody was invited to the desk, to the admins"),
}
"""By the name of the template, in the order in which editors see them."""

_NEVER_WAIT = frozenset(
    {"sign_link", "receipt", "pledge_signed", "resume_link", "status_link", "handed_on", "sent_back", "officer_invitation"}
    | {"officer_invited", "release_proposed", "edition_released", "edition_outdated", "edition_unscheduled", "edition_recalled"}
)
"""What a cabinet or a leader is waiting for at this very moment: a desk that sleeps must not keep anybody from signing; and what the
desk tells itself."""


def may_wait(kind: str) -> bool:
    """Whether an officer may hold, read and cancel letters of this kind before they go out."""
    return kind in KINDS and kind not in _NEVER_WAIT
