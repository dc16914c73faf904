"""The lives of a pledge: which state may follow which. Publication is not stored (an edition's release decides)."""

from enum import StrEnum

from pledges.domain.problems import N_


class Content(StrEnum):
    """The life of a revision's words."""

    DRAFT = "draft"
    AWAITING_SIGNATURE = "awaiting_signature"
    SIGNED = "signed"


class Moderation(StrEnum):
    """The life of a revision before the secretariat."""

    NONE = "none"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class Move(StrEnum):
    """What somebody does to a revision."""

    SUBMIT = "submit"
    REOPEN_DRAFT = "reopen_draft"
    SIGN = "sign"
    ACCEPT = "accept"
    RETURN = "return"
    DECLINE = "decline"
    REOPEN = "reopen"


class MoveNotAllowed(Exception):
    """The state does not allow the move."""

    def __init__(self, move: Move, state: Content | Moderation) -> None:
        super().__init__(f"cannot {move} what is {state.replace('_', ' ')}")
        self.move, self.state = move, state


NEXT_CONTENT: dict[tuple[Content, Move], Content] = {
    (Content.DRAFT, Move.SUBMIT): Content.AWAITING_SIGNATURE,
    (Content.AWAITING_SIGNATURE, Move.REOPEN_DRAFT): Content.DRAFT,
    (Content.AWAITING_SIGNATURE, Move.SIGN): Content.SIGNED,
}

NEXT_MODERATION: dict[tuple[Moderation, Move], Moderation] = {
    (Moderation.NONE, Move.SIGN): Moderation.IN_REVIEW,
    (Moderation.IN_REVIEW, Move.ACCEPT): Moderation.ACCEPTED,
    (Moderation.IN_REVIEW, Move.RETURN): Moderation.RETURNED,
    (Moderation.IN_REVIEW, Move.DECLINE): Moderation.DECLINED,
    (Moderation.ACCEPTED, Move.REOPEN): Moderation.IN_REVIEW,
    (Moderation.DECLINED, Move.REOPEN): Moderation.IN_REVIEW,
    (Moderation.RETURNED, Move.REOPEN): Moderation.IN_REVIEW,  # also when the government answers that it keeps what was signed
}

MODERATING = frozenset({Move.ACCEPT, Move.RETURN, Move.DECLINE, Move.REOPEN})
LETTERS = {Move.ACCEPT: "accepted", Move.RETURN: "returned", Move.DECLINE: "declined"}
"""What each decision is called, and the kind of the letter that tells it."""


def next_content(state: Content, move: Move) -> Content:
    """The state of the words that follows. Raises MoveNotAllowed."""
    try:
        return NEXT_CONTENT[state, move]
    except KeyError:
        raise MoveNotAllowed(move, state) from None


def next_moderation(state: Moderation, move: Move) -> Moderation:
    """The state before the secretariat that follows. Raises MoveNotAllowed."""
    try:
        return NEXT_MODERATION[state, move]
    except KeyError:
        raise MoveNotAllowed(move, state) from None


class Reason(StrEnum):
    """Why a moderator returns or declines a pledge; the label is translated where it is shown."""

    NOT_THE_OFFICE_HOLDER = "not_the_office_holder"
    NOT_CONFIRMED = "not_confirmed"
    MANDATE_UNCLEAR = "mandate_unclear"
    OUTSIDE_THE_THEMES = "outside_the_themes"
    NAMES_A_THIRD_PARTY = "names_a_third_party"
    LANGUAGE_OF_HATRED = "language_of_hatred"
    DUPLICATE = "duplicate"
    NEEDS_WORDING = "needs_wording"
    OTHER = "other"


REASON_WORDS = {
    Reason.NOT_THE_OFFICE_HOLDER: N_("The person does not hold the office"),
    Reason.NOT_CONFIRMED: N_("The signature could not be confirmed"),
    Reason.MANDATE_UNCLEAR: N_("The mandate is unclear"),
    Reason.OUTSIDE_THE_THEMES: N_("Outside the three themes"),
    Reason.NAMES_A_THIRD_PARTY: N_("Speaks of a third party by name"),
    Reason.LANGUAGE_OF_HATRED: N_("Words that demean people"),
    Reason.DUPLICATE: N_("There is another pledge for the same matter"),
    Reason.NEEDS_WORDING: N_("The wording has to change"),
    Reason.OTHER: N_("Another reason, in the message"),
}
"""What each coded reason is called, in English sentences that are translated where they are shown."""
HIDING = frozenset({Reason.NOT_THE_OFFICE_HOLDER, Reason.NOT_CONFIRMED, Reason.NAMES_A_THIRD_PARTY, Reason.LANGUAGE_OF_HATRED})
"""Reasons that say something of a person, or whose words would do their harm again: public statistics count the decision, and tell nothing
of what the text was about (docs/decisions/decisions-are-counted-in-public-and-some-tell-no-more.md)."""


class EditionKind(StrEnum):
    """What an edition is: a revision of the whole, an addendum of late signatories, or a corrigendum."""

    REV = "rev"
    ADD = "add"
    CORR = "corr"
