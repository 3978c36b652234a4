"""Tables: a city's own contracting data, and rows of any other kind."""
