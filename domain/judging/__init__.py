"""What came of the work: ratings, complaints, and by which rules a butler stays or leaves."""
