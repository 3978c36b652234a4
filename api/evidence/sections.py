"""The sections of one OCDS release, and whether they tell who bought, how, from whom, for how much.

A field is filled when something usable stands there: an amount of 0 is none, an empty name is none,
and `numberOfTenderers: 0` on a tender that was awarded is none (systems write it where they do not
know).
"""

from dataclasses import dataclass
from functools import cached_property

from api.evidence.tree import Json, Object, amount, is_filled, number, part, parts, section, words

Money = tuple[float, str]
"""An amount with its currency."""


@dataclass(frozen=True)
class Sections:
    """The sections of a release, and what holds for the whole process, looked up once.

    `awards` and `contracts` are those that award something: neither cancelled nor still pending.
    """

    release: Object
    awards: list[Object]
    contracts: list[Object]

    @cached_property
    def planning(self) -> Object:
        """What was planned."""
        return section(self.release, "planning")

    @cached_property
    def tender(self) -> Object:
        """The solicitation."""
        return section(self.release, "tender")

    @cached_property
    def has_tender(self) -> bool:
        """Whether anything is told of a tender."""
        return is_filled(self.tender)

    @cached_property
    def has_buyer(self) -> bool:
        """Whether the buyer is named, by the release or by the tender."""
        entity = part(self.tender, "procuringEntity")
        return _organisation(part(self.release, "buyer")) or _organisation(entity)

    @cached_property
    def has_method(self) -> bool:
        """Whether the procurement method is named."""
        names = ("procurementMethod", "procurementMethodDetails")
        return any(words(self.tender, name) for name in names)

    @cached_property
    def has_bidders(self) -> bool:
        """Whether the number of bidders is known, or the bidders themselves."""
        stated = number(self.tender, "numberOfTenderers")
        if stated is not None and stated > 0:
            return True
        if any(_organisation(tenderer) for tenderer in parts(self.tender, "tenderers")):
            return True
        if parts(self.release, "bids", "details"):
            return True
        return stated == 0 and not self.awards and words(self.tender, "status") == "unsuccessful"

    @cached_property
    def has_contact(self) -> bool:
        """A contact point, with the tender or its buyer or in the list of parties."""
        buyer, entity = section(self.release, "buyer"), section(self.tender, "procuringEntity")
        names = {words(organisation, "id") for organisation in (buyer, entity)} - {""}
        buyers = [
            party
            for party in parts(self.release, "parties")
            if words(party, "id") in names or {"buyer", "procuringEntity"} & _roles(party)
        ]
        points = [section(entry, "contactPoint") for entry in (self.tender, buyer, entity, *buyers)]
        return any(
            words(point, name) for point in points for name in ("email", "telephone", "url", "name")
        )

    @cached_property
    def is_named(self) -> bool:
        """Whether the tender has a title or description."""
        return is_named(self.tender)

    @cached_property
    def has_category(self) -> bool:
        """Whether the tender has a category."""
        return has_category(self.tender)


def is_named(entry: Object) -> bool:
    """Whether it has a title or description."""
    return bool(words(entry, "title") or words(entry, "description"))


def has_items(entry: Object) -> bool:
    """Whether its items say what is bought."""
    items = parts(entry, "items")
    return any(words(i, "classification", "id") or words(i, "description") for i in items)


def has_category(entry: Object) -> bool:
    """Whether it has a category: works, goods, services, or the codes of its items."""
    if words(entry, "mainProcurementCategory"):
        return True
    return any(words(item, "classification", "id") for item in parts(entry, "items"))


def has_estimate(tender: Object) -> bool:
    """Whether a value or range was estimated."""
    names = ("value", "maxValue", "minValue")
    return any(amount(tender, name, "amount") is not None for name in names)


def has_value(entry: Object) -> bool:
    """A value, or quantities with the value of a unit."""
    if amount(entry, "value", "amount") is not None:
        return True
    return any(
        amount(item, "quantity") is not None and amount(item, "unit", "value", "amount") is not None
        for item in parts(entry, "items")
    )


def has_supplier(entry: Object) -> bool:
    """Whether a supplier is named."""
    return any(_organisation(supplier) for supplier in parts(entry, "suppliers"))


def has_supplier_id(entry: Object) -> bool:
    """Whether a supplier is identified by a number."""
    suppliers = parts(entry, "suppliers")
    return any(words(s, "id") or words(s, "identifier", "id") for s in suppliers)


def has_payment(payment: Object) -> bool:
    """A payment's value; OCDS 1.0 called it `amount`."""
    places = (("value", "amount"), ("amount", "amount"))
    return any(amount(payment, *place) is not None for place in places)


def has_payee(payment: Object) -> bool:
    """Whether it says who was paid."""
    return any(_organisation(part(payment, name)) for name in ("payee", "receiverOrganization"))


def money_of(entry: Object) -> Money | None:
    """Its value, if it can be one."""
    found = amount(entry, "value", "amount")
    return (found, words(entry, "value", "currency").upper()) if found is not None else None


def _organisation(value: Json) -> bool:
    return bool(words(value, "id") or words(value, "name") or words(value, "identifier", "id"))


def _roles(party: Object) -> set[str]:
    roles = part(party, "roles")
    return {role for role in roles if isinstance(role, str)} if isinstance(roles, list) else set()
