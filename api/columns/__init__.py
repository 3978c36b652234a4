"""Submissions as columns: files with a row each, read fast, scored by the kernel, written again."""
