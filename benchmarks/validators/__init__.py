"""What judges a declaration: validators, readers, and a second build to compare it with (docs/declaration.md)."""
