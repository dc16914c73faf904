"""Who signs, for what kind of government, on what authority, and how the signature is evidenced."""

from enum import StrEnum


class GovernmentKind(StrEnum):
    """What kind of government signs."""

    CITY = "city"
    REGION = "region"
    ASSOCIATION = "association"


class MandateBasis(StrEnum):
    """On what authority the leader signs."""

    EXECUTIVE = "executive"
    RESOLUTION = "resolution"
    SUBJECT_TO_APPROVAL = "subject_to_approval"


class SignatureKind(StrEnum):
    """How a signature is evidenced; *reported* means by file, original not seen, and never more."""

    EMAIL = "email"
    PASSKEY = "passkey"
    CERTIFICATE = "certificate"
    PAPER = "paper"
    REPORTED = "reported"


class Assurance(StrEnum):
    """How well the signatory's identity is established, always shown as what it is."""

    NOT_KNOWN = "not_known"
    OFFICIAL_DOMAIN = "official_domain"
    ATTESTED = "attested"
    CALLED_BACK = "called_back"


class OfficeLevel(StrEnum):
    """The normalised level of an office; the office itself stays a free text as it is styled."""

    MAYOR = "mayor"
    DEPUTY_MAYOR = "deputy_mayor"
    GOVERNOR = "governor"
    DEPUTY_GOVERNOR = "deputy_governor"
    PRESIDENT_OF_REGION = "president_of_region"
    CHAIR = "chair"
    COUNCILLOR = "councillor"
    CITY_MANAGER = "city_manager"
    UNSET = "unset"


_LEVELS: dict[str, OfficeLevel] = {
    "mayor": OfficeLevel.MAYOR,
    "lord mayor": OfficeLevel.MAYOR,
    "metropolitan president": OfficeLevel.MAYOR,
    "deputy mayor": OfficeLevel.DEPUTY_MAYOR,
    "vice-mayor": OfficeLevel.DEPUTY_MAYOR,
    "governor": OfficeLevel.GOVERNOR,
    "vice-governor": OfficeLevel.DEPUTY_GOVERNOR,
    "deputy governor": OfficeLevel.DEPUTY_GOVERNOR,
    "president of region": OfficeLevel.PRESIDENT_OF_REGION,
    "minister-president": OfficeLevel.PRESIDENT_OF_REGION,
    "chair": OfficeLevel.CHAIR,
    "councillor": OfficeLevel.COUNCILLOR,
    "city manager": OfficeLevel.CITY_MANAGER,
}


def level_of(office: str) -> OfficeLevel:
    """The level of an office styled in English; an unknown style is kept as it is, with its level unset."""
    return _LEVELS.get(office.strip().casefold(), OfficeLevel.UNSET)
