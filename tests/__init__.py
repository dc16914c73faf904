"""Tests mirror pledges/: one folder a room; a test's name is a sentence."""
