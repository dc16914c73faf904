"""Slips of the pen in a name: which fields a cabinet may ask to have corrected. What was signed is never edited; it is signed anew."""

CORRECTABLE = {
    "leader_name": "leader_name", "leader_name_latin": "leader_name_latin", "honorific": "honorific", "leader_role": "office",
    "office_local": "office_local", "government_name": "government_name", "government_native_name": "government_native_name",
}  # fmt: skip
"""Columns of a pledges file that name a person, an office or a government, with what they are called on a revision."""
