"""Ground floor: hears what people say. Knows nothing of issues, people or pages."""
