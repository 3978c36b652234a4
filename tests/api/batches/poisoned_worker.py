"""A worker of a service beside which some submissions crash or hang: `… NAME`, as a service's."""

from api.batches import service, work
from api.batches.apart import Apart

if __name__ == "__main__":
    vars(work)["_apart"] = Apart(program="tests.api.batches.poison")
    service.main()
