"""The audit log: leaves of one Merkle tree, under signed and chained roots."""
