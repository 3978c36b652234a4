"""Suspects personal data in a release: e-mail addresses and national numbers of natural persons.

A suspicion is a warning to look, so false alarms must be rare, for numbers are everywhere in
contracting data.

**E-mail addresses** count wherever they stand, but for the contact points of public bodies: those
are published on purpose. A party is a private one that has no role, or sells, bids or is paid.

**National numbers** count in two ways: wherever one stands that is written as only such numbers are
and whose check digits (or ranges) are right: a Brazilian CPF with its points, a Mexican CURP, a
Chilean RUT of a person with its points, a U.S. social security number; and where a party's
identifier says by its scheme that it is one.
"""

import re
import string
from collections.abc import Callable, Mapping

from stdnum.ar import cuit
from stdnum.br import cpf
from stdnum.cl import rut
from stdnum.mx import curp
from stdnum.us import ssn

from api.evidence.ocds.releases import Release
from api.evidence.ocds.sections import number_of, public_points
from api.evidence.ocds.tree import words

PRIVATE_ROLES = frozenset(
    {"supplier", "tenderer", "payee", "enquirer", "candidate", "invitedSupplier", "bidder"}
)
"""Roles in which a party is no public body."""

_LOCAL = (string.ascii_letters + string.digits + "._%+-").encode()
_MAX_LOCAL = 64
_DOMAIN = re.compile(rb"(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24}", re.ASCII)

_KEPT = string.digits + string.ascii_uppercase + ".-"
_OTHERS = bytes(byte for byte in range(256) if chr(byte) not in _KEPT)
_CLASSES = bytes.maketrans((string.digits + string.ascii_uppercase).encode(), b"0" * 10 + b"A" * 26)
"""Turns every digit into `0` and every capital letter into `A`: numbers of one form look alike."""

_FORMS = (b".000.000-", b"000-00-0000", b"AAAA000000AAAAAA")
"""What is common to a CPF and a RUT with points; a social security number; a CURP."""

_LAST_PERSON = 50_000_000
"""Chilean numbers from here on are those of firms."""


def _is_person_in_chile(number: str) -> bool:
    return rut.is_valid(number) and int(rut.compact(number)[:-1]) < _LAST_PERSON


def _is_person_in_argentina(number: str) -> bool:
    return cuit.is_valid(number) and cuit.compact(number)[:2] in _ARGENTINE_PERSONS


def _is_long(number: str) -> bool:
    return sum(map(str.isdigit, number)) >= 6


_ARGENTINE_PERSONS = frozenset({"20", "23", "24", "25", "26", "27"})
_RFC_OF_PERSON = re.compile(r"[A-ZÑ&]{4}\d{6}[A-Z0-9]{3}", re.ASCII)

_WRITTEN: tuple[tuple[re.Pattern[bytes], Callable[[str], bool]], ...] = (
    (re.compile(rb"(?<![\w.-])\d{3}\.\d{3}\.\d{3}-\d\d(?![\w-])", re.ASCII), cpf.is_valid),
    (
        re.compile(rb"(?<![\w.-])\d{1,2}\.\d{3}\.\d{3}-[\dKk](?![\w-])", re.ASCII),
        _is_person_in_chile,
    ),
    (re.compile(rb"(?<![\w.-])\d{3}-\d\d-\d{4}(?![\w-])", re.ASCII), ssn.is_valid),
    (re.compile(rb"(?<!\w)[A-Z]{4}\d{6}[A-Z]{6}[A-Z0-9]\d(?!\w)", re.ASCII), curp.is_valid),
)

_SCHEMES: Mapping[str, Callable[[str], bool]] = {
    "AR-CUIT": _is_person_in_argentina,
    "AR-CUIL": _is_person_in_argentina,
    "AR-DNI": _is_long,
    "BR-CPF": cpf.is_valid,
    "CL-RUN": _is_person_in_chile,
    "CL-RUT": _is_person_in_chile,
    "CO-CC": _is_long,
    "CO-CE": _is_long,
    "CO-TI": _is_long,
    "EC-CI": _is_long,
    "MX-CURP": curp.is_valid,
    "MX-RFC": lambda number: _RFC_OF_PERSON.fullmatch(number.upper()) is not None,
    "PE-DNI": _is_long,
    "PY-CI": _is_long,
    "US-SSN": ssn.is_valid,
    "UY-CI": _is_long,
}
"""Schemes of numbers that natural persons have, and whether a number of the scheme is one."""


def may_hold_numbers(text: bytes) -> bool:
    """Whether anything in a text of any length has the form of a national number; it is quick."""
    forms = text.translate(_CLASSES, _OTHERS)
    return any(form in forms for form in _FORMS)


def holds_number(text: bytes) -> bool:
    """Whether the number of a natural person stands in the text."""
    if not may_hold_numbers(text):
        return False
    return any(
        is_valid(match[0].decode())
        for pattern, is_valid in _WRITTEN
        for match in pattern.finditer(text)
    )


def identifies_person(release: Release) -> bool:
    """Whether the identifier of a party is that of a natural person, by its scheme."""
    for party in release.parties or ():
        identifier = party.identifier
        if identifier is not None and identifier.scheme is not None:
            is_person = _SCHEMES.get(words(identifier.scheme).upper())
            if is_person is not None and is_person(words(identifier.id) or number_of(party)):
                return True
    return False


def holds_private_address(text: bytes, release: Release) -> bool:
    """Whether an e-mail address stands in the text that is no public body's."""
    place = text.find(b"@")
    if place < 0:
        return False
    # Nearly always all that stands there are the addresses of public bodies among the parties.
    signs = 0
    for party in release.parties or ():
        point, roles = party.contact_point, party.roles
        if point is not None and roles and PRIVATE_ROLES.isdisjoint(roles):
            signs += words(point.email).count("@")
    if signs and _signs_from(place, text, signs) == signs:
        return False
    public = _public_addresses(release)
    known = tuple({address.strip().casefold() for address in public})
    while place >= 0:
        before = text[max(0, place - _MAX_LOCAL) : place]
        local = before[len(before.rstrip(_LOCAL)) :]
        domain = _DOMAIN.match(text, place + 1)
        if local and domain:
            # `endswith`: what stands before may be the end of an escape, such as the n of \\n.
            address = (local + b"@" + domain[0]).decode().casefold()
            if not address.endswith(known):
                return True
        place = text.find(b"@", place + 1)
    return False


def _signs_from(place: int, text: bytes, most: int) -> int:
    """How many `@` stand in it from this one on, if not more; `bytes.count` takes far longer."""
    signs = 1
    while signs <= most and (place := text.find(b"@", place + 1)) >= 0:
        signs += 1
    return signs


def _public_addresses(release: Release) -> list[str]:
    points = public_points(release)
    for party in release.parties or ():
        point = party.contact_point
        is_private = not party.roles or not PRIVATE_ROLES.isdisjoint(party.roles)
        if point is not None and not is_private and not any(point is one for one in points):
            points.append(point)
    return [words(point.email) for point in points if point.email is not None]
