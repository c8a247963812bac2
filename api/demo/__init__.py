"""A demo that is alive."""
