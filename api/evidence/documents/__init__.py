"""Documents: whether they open, and their pages, dates and language."""
