"""First floor: decides who must answer, and keeps the promises. Knows nothing of pages."""

import listener  # noqa: F401  (how a process of ours lives is set there, before anything large is imported)
