"""Excerpts: the beginning of a file as people read it, as tables or text, whatever its format."""
