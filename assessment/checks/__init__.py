"""The meaning of the check kinds, one family a file; `assessment/judge.py` puts them together."""
