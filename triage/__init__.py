"""First floor: decides who must answer, and keeps the promises. Knows nothing of pages."""
