"""HTTP only: read the request, call one service, show the answer."""
