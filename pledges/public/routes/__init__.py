"""The pages that everybody reads, the open data, and what operators ask."""

from pledges.public.routes import data, operating, pages, verifying
from pledges.public.routes.room import bp

__all__ = ["bp", "data", "operating", "pages", "verifying"]
