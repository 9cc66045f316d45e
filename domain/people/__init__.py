"""People: who they are, and how a real name is proven."""
