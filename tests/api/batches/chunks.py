"""A worker whose chunks only take time, or fail: `python -m tests.api.batches.chunks …`."""

import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from api.jobs.engine import Databases
from api.jobs.ledger import Done
from api.jobs.worker import Watch, run_worker


def do_chunk(told: Mapping[str, Any], number: int, watch: Watch) -> Done:
    """Three rows that take their time."""
    if told.get("fails") and not (Path(told["folder"]) / "mended").exists():
        raise ValueError("it does not want to")
    for row in range(3):
        time.sleep(told["seconds"])
        watch.rows(row + 1)
    return Done(3, f"part-{number}", "0" * 64)


if __name__ == "__main__":
    ledger, dbos, name = sys.argv[1:]
    kinds = {"test": "tests.api.batches.chunks:do_chunk"}
    run_worker(Databases(ledger, dbos), name, until=threading.Event(), kinds=kinds)
