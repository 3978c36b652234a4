"""A small contracting process in OCDS, for tests to change one thing of."""

import json

from api.evidence.figures.procurement import Procurement
from api.evidence.ocds.decoding import open_release
from api.evidence.ocds.ocds import read_ocds
from api.evidence.ocds.processes import read_process
from assessment.facts import DatasetFacts

SUPPLIER = {"id": "ZZ-1", "name": "Obras del Sur"}
TENDER = {
    "id": "T-1",
    "title": "Repair of Canal Street",
    "status": "complete",
    "procuringEntity": {"id": "D-2", "name": "Public Works"},
    "procurementMethod": "open",
    "mainProcurementCategory": "works",
    "value": {"amount": 900, "currency": "USD"},
    "tenderPeriod": {"startDate": "2025-01-10T00:00:00Z", "endDate": "2025-02-10T00:00:00Z"},
    "numberOfTenderers": 3,
}
AWARD = {
    "id": "A-1",
    "title": "Repair",
    "status": "active",
    "date": "2025-03-01T00:00:00Z",
    "value": {"amount": 800, "currency": "USD"},
    "suppliers": [SUPPLIER],
}
CONTRACT = {
    "id": "C-1",
    "awardID": "A-1",
    "status": "active",
    "dateSigned": "2025-03-20T00:00:00Z",
    "period": {"startDate": "2025-04-01T00:00:00Z", "endDate": "2025-09-01T00:00:00Z"},
    "value": {"amount": 800, "currency": "USD"},
}
PAYMENT = {
    "id": "P-1",
    "date": "2025-05-02T00:00:00Z",
    "value": {"amount": 200, "currency": "USD"},
    "payee": SUPPLIER,
}
PLANNING = {
    "rationale": "The street floods every winter.",
    "budget": {"id": "B-1", "amount": {"amount": 1000, "currency": "USD"}},
}


def release(ocid: str = "ocds-zz-1", **sections: object) -> dict[str, object]:
    whole: dict[str, object] = {"ocid": ocid, "id": "r", "buyer": {"name": "City"}}
    whole["date"] = "2025-06-01T00:00:00Z"
    return whole | sections


def full(**changed: object) -> dict[str, object]:
    whole = release(
        planning=PLANNING,
        tender=TENDER,
        awards=[AWARD],
        contracts=[CONTRACT | {"implementation": {"transactions": [PAYMENT]}}],
    )
    return whole | changed


def facts(*releases: object, **package: object) -> DatasetFacts:
    found = read(package | {"releases": list(releases)})
    assert found is not None
    return found


def read(value: object) -> DatasetFacts | None:
    return read_ocds(json.dumps(value).encode())[1]


def procurement(**sections: object) -> Procurement:
    """What key figures see of a release."""
    opened = open_release(json.dumps(sections).encode())
    assert opened is not None
    return read_process(opened).procurement


def filled(found: DatasetFacts, stage: str) -> set[str]:
    return {name for name, count in found.stages[stage].filled.items() if count}
