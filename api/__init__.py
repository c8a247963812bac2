"""Top floor: shows. Nobody imports it."""

import listener  # noqa: F401  (how a process of ours lives is set there, before anything large is imported)
