"""Purchases of a demo city as OCDS releases; what happens to each follows from its number."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Any

from tests.demo.cities import City, Kind

Release = dict[str, object]


@dataclass(frozen=True)
class Purchase:
    """A purchase by competition: when it was opened, and what follows from its number."""

    city: City
    number: int
    opens: date

    @property
    def kind(self) -> Kind:
        return self.city.kinds[self.number % len(self.city.kinds)]

    @property
    def ocid(self) -> str:
        return f"{self.city.prefix}-{self.opens.year}-{self.number:03}"

    @property
    def closes(self) -> date:
        return self.opens + timedelta(days=16 + self.number * 7 % 15)

    @property
    def awarded(self) -> date:
        return self.closes + timedelta(days=9 + self.number * 5 % 12)

    @property
    def signed(self) -> date:
        return self.awarded + timedelta(days=6 + self.number % 5)

    @property
    def title(self) -> str:
        return f"{self.kind.title} ({self.number})"

    @property
    def category(self) -> str:
        return self.kind.category

    @property
    def department(self) -> str:
        return self.city.departments[self.kind.department]

    @property
    def estimate(self) -> int:
        return self.city.scale * (20 + self.number * 37 % 90)

    @property
    def price(self) -> int:
        return self.estimate * (88 + self.number * 3 % 11) // 100

    @property
    def bidders(self) -> int:
        return (3, 2, 5, 1, 4, 2, 3, 1, 6, 2, 3)[self.number % 11]

    @property
    def supplier(self) -> int:
        winners = self.kind.winners
        return winners[self.number // len(self.city.kinds) % len(winners)]


def purchases(city: City, first: date, months: int, each_month: int) -> list[Purchase]:
    """Some purchases in every month."""
    numbers = count(1)
    found = []
    for month in range(months):
        year, index = divmod(first.month - 1 + month, 12)
        for nth in range(each_month):
            opens = date(first.year + year, index + 1, 3 + nth * 14)
            found.append(Purchase(city, next(numbers), opens))
    return found


# --- releases -------------------------------------------------------------------------------------


def stamp(day: date) -> str:
    return f"{day.isoformat()}T12:00:00Z"


def day_of(step: dict[str, Any]) -> date:
    return date.fromisoformat(step["date"][:10])


def money(city: City, amount: int) -> dict[str, object]:
    return {"amount": amount, "currency": city.currency}


def organisation(city: City, supplier: int) -> dict[str, object]:
    number = f"{city.prefix.removeprefix('ocds-').upper()}-P{supplier + 1:03}"
    return {"id": number, "name": city.suppliers[supplier]}


def unit(city: City, department: str) -> dict[str, object]:
    number = city.departments.index(department) + 1
    return {"id": f"{city.prefix.removeprefix('ocds-').upper()}-D{number:02}", "name": department}


def begin(purchase: Purchase, published: date, tag: str) -> Release:
    city = purchase.city
    buyer = unit(city, purchase.department)
    contact = {"name": city.unit, "email": city.email}
    return {
        "ocid": purchase.ocid,
        "id": f"{purchase.ocid}-{published.isoformat()}",
        "date": stamp(published),
        "tag": [tag],
        "initiationType": "tender",
        "parties": [buyer | {"roles": ["buyer", "procuringEntity"], "contactPoint": contact}],
        "buyer": buyer,
    }


def planning(purchase: Purchase) -> dict[str, object]:
    return {
        "rationale": purchase.title,
        "budget": {
            "id": f"B-{purchase.number:03}",
            "amount": money(purchase.city, purchase.estimate),
        },
    }


def tender(purchase: Purchase, status: str, method: str | None = "open") -> dict[str, object]:
    section: dict[str, object] = {
        "id": f"T-{purchase.opens.year}-{purchase.number:03}",
        "title": purchase.title,
        "status": status,
        "procuringEntity": unit(purchase.city, purchase.department),
        "mainProcurementCategory": purchase.category,
        "value": money(purchase.city, purchase.estimate),
        "tenderPeriod": {"startDate": stamp(purchase.opens), "endDate": stamp(purchase.closes)},
    }
    if method is not None:
        section["procurementMethod"] = method
    return section


def award(purchase: Purchase) -> dict[str, object]:
    return {
        "id": f"A-{purchase.number:03}",
        "title": purchase.title,
        "status": "active",
        "date": stamp(purchase.awarded),
        "value": money(purchase.city, purchase.price),
        "suppliers": [organisation(purchase.city, purchase.supplier)],
    }


def contract(purchase: Purchase, until: date, *, carried_out: bool) -> dict[str, object]:
    start = purchase.signed + timedelta(days=5)
    end = start + timedelta(days=150 + purchase.number % 4 * 30)
    section: dict[str, object] = {
        "id": f"C-{purchase.number:03}",
        "awardID": f"A-{purchase.number:03}",
        "status": "active" if end > until else "terminated",
        "dateSigned": stamp(purchase.signed),
        "period": {"startDate": stamp(start), "endDate": stamp(end)},
        "value": money(purchase.city, purchase.price),
    }
    if not carried_out:
        return section
    paid = [day for wait in (45, 100, 140) if (day := start + timedelta(days=wait)) <= until]
    if paid:
        section["implementation"] = {
            "transactions": [
                {
                    "id": f"P-{purchase.number:03}-{number}",
                    "date": stamp(day),
                    "value": money(purchase.city, purchase.price // 4),
                    "payee": organisation(purchase.city, purchase.supplier),
                }
                for number, day in enumerate(paid, 1)
            ]
        }
    if purchase.number % 9 == 0 and (day := start + timedelta(days=60)) <= until:
        section["amendments"] = [
            {"id": "1", "date": stamp(day), "rationale": "Aumento de plazo por lluvias"}
        ]
    return section


def release(
    purchase: Purchase, until: date, *, method: str | None = "open", carried_out: bool = True
) -> Release:
    """All that is known of a purchase on the day `until`, published some days after it happened."""
    happened = [d for d in (purchase.opens, purchase.closes) if d <= until]
    whole = begin(purchase, until, "compiled")
    if purchase.closes > until:
        whole["tender"] = tender(purchase, "active", method)
        whole["date"] = stamp(purchase.opens + timedelta(days=1))
        return whole
    section = tender(purchase, "complete", method)
    section["numberOfTenderers"] = purchase.bidders
    whole["tender"] = section
    if purchase.awarded > until - timedelta(days=4):
        section["status"] = "active"
    else:
        happened.append(purchase.awarded)
        whole["awards"] = [award(purchase)]
    if purchase.signed <= until - timedelta(days=4):
        happened.append(purchase.signed)
        section = contract(purchase, until, carried_out=carried_out)
        whole["contracts"] = [section]
        told = section.get("implementation")
        changed = section.get("amendments")
        amended = changed if isinstance(changed, list) else []
        steps = told["transactions"] if isinstance(told, dict) else []
        happened += [day_of(step) for step in [*steps, *amended]]
    whole["date"] = stamp(min(until, max(happened) + timedelta(days=4)))
    return whole
