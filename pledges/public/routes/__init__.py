"""The pages that everybody reads, the open data, and what operators ask."""

from pledges.public.routes import cards, data, operating, pages, statistics, verifying
from pledges.public.routes.room import bp

__all__ = ["bp", "cards", "data", "operating", "pages", "statistics", "verifying"]
