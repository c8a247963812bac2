"""A demo that is alive: an invented brand with two weeks behind it, and feeds that go on speaking."""
