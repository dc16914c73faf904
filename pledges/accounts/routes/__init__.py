"""The officers' own pages beside those of the sign-in library: the account, its passkeys, and for admins the officers."""

from pledges.accounts.routes import officers, passkeys
from pledges.accounts.routes.account import bp

__all__ = ["bp", "officers", "passkeys"]
