"""A worker of a service beside which some submissions crash or hang: `… NAME`, as a service's."""

from functools import cache

from api.batches import service, work
from api.batches.apart import Apart


@cache
def poisoned() -> Apart:
    """The process beside this worker, with a judge that some submissions bring down."""
    return Apart(program="tests.api.batches.poison")


if __name__ == "__main__":
    vars(work)["_apart"] = poisoned
    service.main()
