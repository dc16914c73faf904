"""The parts of the declaration, in the order of its pages."""
