"""What a district writes rather than programs; checked at start, refused by name."""
