"""Who may call each endpoint. A route that is not here fails `tests/test_house_rules.py`; who may see what is walked by role elsewhere.

Each set names everybody whom the route serves; anyone else gets 401, 403, 404 or the sign-in page.
"""

from enum import StrEnum

from pledges.accounts.roles import MAY


class Role(StrEnum):
    """Whoever may stand before the door."""

    STRANGER = "stranger"
    PREPARER = "preparer"  # holds the cookie or the resume link of a draft
    LEADER = "leader"  # holds the link or code of a letter
    PRESS = "press"  # accredited, before the lift
    MODERATOR = "moderator"
    EDITOR = "editor"
    ADMIN = "admin"
    FOCAL_POINT = "focal_point"


OFFICERS = frozenset({Role.MODERATOR, Role.EDITOR, Role.ADMIN, Role.FOCAL_POINT})
EVERYONE = frozenset(Role)
HOLDERS = frozenset({Role.PREPARER, Role.LEADER})

WHO: dict[str, frozenset[Role]] = {
    "static": EVERYONE,
    # public
    "public.home": EVERYONE,
    "public.register": EVERYONE,
    "public.pledge": EVERYONE,
    "public.record": EVERYONE,
    "public.card": EVERYONE,
    "public.verify": EVERYONE,
    "public.check": EVERYONE,
    "public.about": EVERYONE,
    "public.privacy": EVERYONE,
    "public.accessibility": EVERYONE,
    "public.table": EVERYONE,
    "public.document": EVERYONE,
    "public.workbook": EVERYONE,
    "public.statistics": EVERYONE,
    "public.statistics_workbook": EVERYONE,
    "public.alive": EVERYONE,
    "public.ready": EVERYONE,
    "development.letters": EVERYONE,  # not registered in production
    # api
    "api.pledges": EVERYONE,
    "api.pledge": EVERYONE,
    "api.proof": EVERYONE,
    "api.signature": EVERYONE,
    "api.statistics": EVERYONE,
    "api.editions": EVERYONE,
    "api.decisions": EVERYONE,
    "api.openapi": EVERYONE,
    # leader
    **dict.fromkeys(("leader.start", "leader.make_draft", "leader.governments", "leader.ask"), EVERYONE),
    "leader.stop_reminders": EVERYONE,  # with the secret of a reminder, which only ends reminders
    "leader.invited": EVERYONE,  # with the secret of an invitation, which only fills in a draft
    **dict.fromkeys(("leader.link", "leader.use_link", "leader.send_back"), HOLDERS),  # with the secret of a letter
    **dict.fromkeys(("leader.ask_passkey", "leader.keep_passkey"), frozenset({Role.LEADER})),  # likewise, that of the letter to sign
    **dict.fromkeys(("leader.pledge", "leader.step", "leader.review", "leader.send_again", "leader.reopen", "leader.sign"), HOLDERS),
    **dict.fromkeys(("leader.cabinet", "leader.take_off", "leader.joint", "leader.take_over", "leader.leave_joint"), HOLDERS),
    **dict.fromkeys(("leader.receipt", "leader.make_receipt", "leader.receipt_pdf", "leader.receipt_json", "leader.record"), HOLDERS),
    **dict.fromkeys(("leader.revise", "leader.take_suggestion", "leader.keep", "leader.correct", "leader.withdraw"), HOLDERS),
    **dict.fromkeys(("leader.other_ways", "leader.other_ways_by_link", "leader.paper", "leader.certificate"), HOLDERS),
    **dict.fromkeys(("leader.slip", "leader.scan"), HOLDERS),
    **dict.fromkeys(("leader.show_preview", "leader.preview_image", "leader.preview_pdf"), HOLDERS),
    # secretariat, and the accounts of officers: one table of the application, walked in tests/accounts/test_roles.py
    **{endpoint: frozenset(map(Role, roles)) for endpoint, roles in MAY.items()},
    "bounces.take": EVERYONE,  # whoever signs the call with the secret of the mail system
    # press
    "press.home": EVERYONE,
    "press.edition": EVERYONE,
    "press.evidence": EVERYONE,
    "press.edition_in": EVERYONE,
    # accounts: pages before and within signing in serve everyone; what changes an account asks who it is
    "accounts.signed_in": OFFICERS,
    "accounts.sign_out": EVERYONE,
    **dict.fromkeys(("accounts.ask_passkey", "accounts.sign_in_with_passkey"), EVERYONE),  # between password and second factor
    "accounts.enrol": EVERYONE,
    "security.login": EVERYONE,
    "security.two_factor_setup": EVERYONE,
    "security.two_factor_token_validation": EVERYONE,
    "security.two_factor_rescue": EVERYONE,
    "security.tf_select": EVERYONE,
    "security.mf_recovery": EVERYONE,
    "security.two_factor_setup_validate": OFFICERS,
    "security.mf_recovery_codes": OFFICERS,
    "security.change_password": OFFICERS,
    "security.verify": OFFICERS,
}
