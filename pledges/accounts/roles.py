"""What an officer can be, and the one table of which role may call which page of the secretariat's room.

An officer may hold several roles. A page that is not in the table opens to nobody, and a test names it.
"""

MODERATOR, EDITOR, ADMIN, FOCAL_POINT = ROLES = ("moderator", "editor", "admin", "focal_point")
"""Moderators decide; editors write texts, letters and translations; admins look after officers, editions and their release;
a network's focal point attests its members, and sees nothing else."""

READ = frozenset({MODERATOR, EDITOR, ADMIN})
"""Whoever works at the desk may look."""
DECIDE = frozenset({MODERATOR})
IDENTIFY = frozenset({MODERATOR, ADMIN})
"""Who records domains and leaders, invites, and says how well a signatory is established."""
EDIT = frozenset({EDITOR})
SECOND = frozenset({EDITOR, ADMIN})
"""Who may be the second person that approves what an editor wrote."""
ADMINISTER = frozenset({ADMIN})
ATTEST = frozenset({FOCAL_POINT})

MAY: dict[str, frozenset[str]] = {
    # the officer's own account
    "accounts.home": frozenset(ROLES),
    "accounts.end_session": frozenset(ROLES),
    "accounts.passkeys": frozenset(ROLES),
    "accounts.ask_new_passkey": frozenset(ROLES),
    "accounts.keep_passkey": frozenset(ROLES),
    "accounts.remove_passkey": frozenset(ROLES),
    "accounts.confirm_with_passkey": frozenset(ROLES),
    # officers
    "accounts.officers": ADMINISTER,
    "accounts.invite_officer": ADMINISTER,
    "accounts.officer": ADMINISTER,
    "accounts.change_roles": ADMINISTER,
    "accounts.send_enrolment": ADMINISTER,
    "accounts.close_officer": ADMINISTER,
    # the queue and one pledge
    "secretariat.home": READ,
    "secretariat.pledge": READ,
    "secretariat.decide": DECIDE,
    "secretariat.announce": DECIDE,
    "secretariat.take": DECIDE,
    "secretariat.take_next": DECIDE,
    "secretariat.put_back": DECIDE,
    "secretariat.decide_many": DECIDE,
    "secretariat.write_note": READ,
    "secretariat.read_note": READ,
    "secretariat.translate": DECIDE | EDIT,
    "secretariat.corrections": READ,
    "secretariat.answer_correction": DECIDE,
    # papers
    "secretariat.papers": READ,
    "secretariat.paper": READ,
    "secretariat.signed_file": READ,
    "secretariat.bring_paper": DECIDE,
    "secretariat.read_paper": DECIDE,
    "secretariat.confirm_paper": DECIDE,
    "secretariat.refuse_paper": DECIDE,
    # who signs for whom
    "secretariat.governments": IDENTIFY,
    "secretariat.government": IDENTIFY,
    "secretariat.check_domain": IDENTIFY,
    "secretariat.record_domain": IDENTIFY,
    "secretariat.remove_domain": IDENTIFY,
    "secretariat.add_leader": IDENTIFY,
    "secretariat.remove_leader": IDENTIFY,
    "secretariat.invite": IDENTIFY,
    "secretariat.take_back": IDENTIFY,
    "secretariat.assure": IDENTIFY,
    # many at once: invitations, and files to import
    "secretariat.invitations": IDENTIFY,
    "secretariat.note_contact_of_invited": IDENTIFY,
    "secretariat.invite_from_directory": IDENTIFY,
    "secretariat.directory_to_fill_in": IDENTIFY,
    "secretariat.imports": IDENTIFY,
    "secretariat.batch": IDENTIFY,
    "secretariat.confirm_batch": IDENTIFY,
    "secretariat.discard_batch": IDENTIFY,
    "secretariat.batch_rejects": IDENTIFY,
    # statistics
    "secretariat.statistics": READ,
    "secretariat.statistics_workbook": READ,
    # letters
    "secretariat.letters": READ,
    "secretariat.letter": READ,
    "secretariat.act_on_letters": EDIT,
    "secretariat.letters_waiting": EDIT,
    "secretariat.letter_texts": READ,
    "secretariat.letter_text": EDIT,
    "secretariat.reminders": READ,
    "secretariat.reminder": READ,
    "secretariat.answer_reminder": EDIT,
    "secretariat.note_contact": DECIDE | EDIT,
    # editions
    "secretariat.editions": READ,
    "secretariat.edition": READ,
    "secretariat.edition_file": READ,
    "secretariat.new_edition": READ,
    "secretariat.build": READ,
    "secretariat.order_edition": ADMINISTER,
    "secretariat.add_languages": ADMINISTER,
    "secretariat.stop_build": ADMINISTER,
    "secretariat.propose_release": ADMINISTER,
    "secretariat.take_back_proposal": ADMINISTER,
    "secretariat.check_release": ADMINISTER,
    "secretariat.confirm_release": ADMINISTER,
    "secretariat.unschedule_release": ADMINISTER,
    "secretariat.check_recall": ADMINISTER,
    "secretariat.recall": ADMINISTER,
    # texts, names and order, networks
    "secretariat.texts": READ,
    "secretariat.text": READ,
    "secretariat.check_text": READ,
    "secretariat.save_text": EDIT,
    "secretariat.discard_text": EDIT,
    "secretariat.publish_text": SECOND,
    "secretariat.protocol": READ,
    "secretariat.ruled": READ,
    "secretariat.propose_ruling": EDIT,
    "secretariat.decide_ruling": SECOND,
    "secretariat.networks": READ,
    "secretariat.add_network": EDIT,
    "secretariat.change_network": EDIT,
    # the page of a network's focal point
    "secretariat.network": ATTEST,
    "secretariat.attest_member": ATTEST,
    # what is held on a person
    "secretariat.personal_data": ADMINISTER,
    "secretariat.look_personal_data": ADMINISTER,
    "secretariat.copy_personal_data": ADMINISTER,
    "secretariat.erase_personal_data": ADMINISTER,
    # the log
    "secretariat.log": READ,
    "secretariat.check_log": READ,
    "secretariat.export_log": ADMINISTER,
}
"""Endpoint → roles, any of which will do."""
