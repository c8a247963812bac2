"""The alarm: a topic's counts, bucket by bucket, to the spike, drop or surge a person should be told of."""
