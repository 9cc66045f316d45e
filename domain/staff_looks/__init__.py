"""What staff look at beyond their case: while it is open, recorded, told to the subject."""
