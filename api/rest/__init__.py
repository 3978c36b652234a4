"""The API, version 1: thin routes over the service's functions; none of them decides anything."""
