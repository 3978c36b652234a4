"""The pages: a city team fills in its self-assessment in a browser, with or without JavaScript."""

from api.web.mounting import mount

__all__ = ["mount"]
