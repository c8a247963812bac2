"""Top floor: shows. Nobody imports it."""
