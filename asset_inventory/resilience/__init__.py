"""Where to act: ranking of districts, perceptions, votes, programmes, equity."""
