"""Checks a report against what it carries inside: the same, different, or changed afterwards."""
