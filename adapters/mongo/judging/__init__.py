"""Ratings, complaints, judgements and monthly sheets: what they keep, and what is counted."""
