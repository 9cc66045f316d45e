"""The evidence ZIP of a signed promise: how it is made, and the program that checks it."""
