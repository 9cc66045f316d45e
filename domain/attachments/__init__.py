"""Images that people send: made anew, private, reached by an address that is the permission."""
