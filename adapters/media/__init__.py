"""Files that people hand in: what they are, and images made anew."""
