"""A judge beside the worker that some submissions bring down or keep for ever."""

import errno
import os
import time
from pathlib import Path

from api.batches import beside
from api.batches.judging import Bench, Row
from api.batches.judging import judge as judge_honestly
from api.batches.results import Outcome


def judge(bench: Bench, row: Row) -> Outcome:
    """Crashes, hangs, stumbles once or finds the disk full, as the name of the file says."""
    name = row.source.name
    if "crash" in name:
        os._exit(11)
    if "full" in name:
        raise OSError(errno.ENOSPC, "No space left on device", "report.pdf")
    if "hang" in name:
        time.sleep(3600)
    once = Path(bench.plan.out) / "stumbled"
    if "stumble" in name and not once.exists():
        once.touch()
        os._exit(1)
    return judge_honestly(bench, row)


if __name__ == "__main__":
    vars(beside)["judge"] = judge
    beside.main()
