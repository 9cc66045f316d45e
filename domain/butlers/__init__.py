"""Credit butlers: places and their tenants, who is on duty where, and who gets a ticket."""
