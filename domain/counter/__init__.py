"""The credit service counter, for whoever the face check does not serve: never a dead end."""
