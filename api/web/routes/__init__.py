"""One module for each group of pages: a route parses, a use case decides, a template shows."""
