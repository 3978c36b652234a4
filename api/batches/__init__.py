"""A whole batch of submissions: read row by row, judged by workers, told in tables and a workbook.

`sources.py` finds the submissions of a folder, an archive or a table; `plan.py` cuts them into
chunks; `work.py` does a chunk, in a process of its own (`apart.py`); `running.py` looks after it
all, and `outcome.py` writes what came of it.
"""
