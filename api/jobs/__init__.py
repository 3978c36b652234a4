"""Long work that survives a crash: cut into chunks, done by any number of worker processes.

The port has five verbs, `submit`, `progress`, `cancel`, `resume` (`engine.py`) and `run_worker`
(`worker.py`). Behind it DBOS hands out the chunks and recovers those of a worker that died;
`ledger.py` holds what we know ourselves of every job: which chunk is done, and with what result.
"""

from api.jobs.engine import Jobs, Progress
from api.jobs.ledger import Done

__all__ = ["Done", "Jobs", "Progress"]
