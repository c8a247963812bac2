"""Ground floor: hears what people say. Knows nothing of issues, people or pages."""

import gc

# every process of ours begins here. A program this size makes a million objects that stay while it imports itself, and
# by default Python would look through them for garbage a thousand times: a quarter of each start
gc.set_threshold(50_000, 20, 20)
