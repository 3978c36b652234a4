"""What stands between a stranger and every route: thin layers of ASGI that know no route's work."""
