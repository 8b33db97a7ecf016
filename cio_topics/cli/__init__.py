"""The command line: read → one call of the API → write."""
