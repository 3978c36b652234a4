"""The data of each demo city: one complete, one with gaps, one that has stopped."""

from datetime import date, timedelta

from tests.demo.cities import PUERTO_CLARO, RIO_VERDE, SPRINGFIELD_FALLS
from tests.demo.releases import (
    Purchase,
    begin,
    planning,
    purchases,
    release,
    stamp,
    tender,
)


def puerto_claro() -> dict[str, object]:
    """All five stages, from January 2024 to October 2025, and the buying plan of 2026."""
    until = date(2025, 10, 24)
    bought = purchases(PUERTO_CLARO, date(2024, 1, 1), 22, 2)
    releases = []
    for purchase in bought:
        whole = release(purchase, until)
        if purchase.opens.year == 2025:
            whole["planning"] = planning(purchase)
        if purchase.number in {14, 31}:  # nobody bid
            section = tender(purchase, "unsuccessful") | {"numberOfTenderers": 0}
            whole = begin(purchase, purchase.closes + timedelta(days=3), "tender")
            whole["tender"] = section
        if purchase.number in {9, 22, 35}:  # bought directly, with its reason
            section = tender(purchase, "complete", "direct") | {
                "procurementMethodRationale": "Proveedor único del repuesto original"
            }
            whole["tender"] = {
                key: value
                for key, value in section.items()
                if key not in {"tenderPeriod", "numberOfTenderers"}
            }
        releases.append(whole)
    for number in range(101, 105):
        planned = Purchase(PUERTO_CLARO, number, date(2026, 1 + number % 6, 5))
        whole = begin(planned, date(2025, 10, 6), "planning")
        section = tender(planned, "planned")
        section["tenderPeriod"] = {"startDate": stamp(planned.opens)}
        releases.append(whole | {"planning": planning(planned), "tender": section})
    return {
        "version": "1.1",
        "uri": "https://datos.puertoclaro.example/ocds/puerto-claro.json",
        "publishedDate": stamp(until),
        "publisher": {"name": PUERTO_CLARO.name},
        "license": "https://creativecommons.org/licenses/by/4.0/deed.es",
        "publicationPolicy": "https://datos.puertoclaro.example/ocds/politica-de-publicacion",
        "releases": releases,
    }


def rio_verde() -> dict[str, object]:
    """Four stages as records; no procurement method anywhere, and no licence."""
    until = date(2025, 10, 10)
    records = []
    for purchase in purchases(RIO_VERDE, date(2024, 7, 1), 15, 2):
        whole = release(purchase, until, method=None, carried_out=False)
        whole["planning"] = planning(purchase)
        records.append({"ocid": purchase.ocid, "compiledRelease": whole})
    return {
        "version": "1.1",
        "uri": "https://transparencia.rioverde.example/ocds/registros.json",
        "publishedDate": stamp(until),
        "publisher": {"name": RIO_VERDE.name},
        "records": records,
    }


def springfield_falls() -> dict[str, object]:
    """Solicitations and awards that stopped in June 2024; the number of bids was never recorded."""
    until = date(2024, 6, 28)
    releases = []
    for purchase in purchases(SPRINGFIELD_FALLS, date(2023, 7, 1), 11, 2):
        whole = release(purchase, until)
        whole.pop("contracts", None)
        section = whole["tender"]
        assert isinstance(section, dict)
        whole["tender"] = {k: v for k, v in section.items() if k != "numberOfTenderers"}
        releases.append(whole)
    return {
        "version": "1.1",
        "uri": "https://data.springfieldfalls.example/purchasing/awards.json",
        "publishedDate": stamp(until),
        "publisher": {"name": SPRINGFIELD_FALLS.name},
        "license": "https://creativecommons.org/publicdomain/zero/1.0/",
        "releases": releases,
    }
