"""Which addresses may be called: public ones on the web's own ports, and nothing inside a network.

Addresses come from strangers, and whoever runs this engine may stand inside a network that
strangers cannot reach. An address is looked at twice: as it is written (`checked`), and again when
its name has been turned into numbers (`numbers_of`), for a name can point anywhere and change its
mind between two looks. What is connected to is the number that was looked at, never the name.
"""

import ipaddress
import re
import socket
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from ssl import SSLContext
from typing import Literal

import httpx2

MAX_LENGTH = 2_000
"""Characters of an address; longer ones are not sent by people."""

MAX_NUMBERS = 20
"""Numbers that a name may stand for; a list without end would be tried one after the other."""

SCHEMES = frozenset({"http", "https"})
PORTS = frozenset({80, 443})

LOCAL_NAMES = frozenset(
    {"localhost", "localdomain", "local", "internal", "intranet", "private", "lan", "home", "corp"}
    | {"arpa"}
)
"""Last parts of names that mean something inside a network alone (`metadata.google.internal`)."""

PRIVATE_V4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",  # this host on this network
            "10.0.0.0/8",
            "100.64.0.0/10",  # behind a carrier's NAT; a metadata service of one cloud
            "127.0.0.0/8",
            "168.63.129.16/32",  # the host of one cloud, reached from each of its machines
            "169.254.0.0/16",  # link-local: the metadata service of most clouds
            "172.16.0.0/12",
            "192.0.0.0/24",  # protocol assignments, and one more metadata service
            "192.0.2.0/24",  # documentation
            "192.88.99.0/24",  # relays of 6to4
            "192.168.0.0/16",
            "198.18.0.0/15",  # benchmarks
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, and the broadcast address
        ),
    )
)
GLOBAL_V6 = IPv6Network("2000::/3")
PRIVATE_V6 = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # protocol assignments: Teredo hides an IPv4 address, ORCHID is no place
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4 hides an IPv4 address
            "3fff::/20",  # documentation
        ),
    )
)
NAT64 = IPv6Network("64:ff9b::/96")
"""IPv4 addresses as networks without IPv4 write them."""

Refusal = Literal["address", "scheme", "port", "redirects"]
Resolve = Callable[[str, int], tuple[str, ...]]
"""From a name and a port to the numbers that it stands for; `OSError` where there are none."""

_ODD = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE | re.ASCII)
_AUTHORITY = re.compile(r"[a-z]+://([^/?#]+)", re.IGNORECASE | re.ASCII)
_PORT = re.compile(r"(?:\[[^\]@]*\]|[^:@\[\]]+)(?::[0-9]{0,5})?")
_NAME = re.compile(r"(?=.{1,253}\Z)(?:(?!-)[a-z0-9_-]{1,63}(?<!-)\.)+(?!-)[a-z0-9-]{1,63}(?<!-)")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


class AddressRefusedError(Exception):
    """The address may not be called; `reason` is the word of `LinkFacts.refused` for it."""

    def __init__(self, reason: Refusal) -> None:
        self.reason: Refusal = reason
        super().__init__(f"This address is not called: {reason}.")


def system_numbers(name: str, port: int) -> tuple[str, ...]:
    """What the system's resolver says that a name stands for.

    The dot at the end keeps it from trying the name inside the machine's own domain as well.
    """
    found = socket.getaddrinfo(f"{name}.", port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(place[0]) for *_, place in found))


@dataclass(frozen=True, slots=True)
class Allowance:
    """What may be called besides public addresses, and whom to ask for numbers and certificates.

    Only code can pass one (the tests do, for servers of their own): no option, environment variable
    or file leads here. `places` are single pairs of number and port.
    """

    places: frozenset[tuple[str, int]] = frozenset()
    resolve: Resolve = system_numbers
    certificates: SSLContext | None = None


PUBLIC_ONLY = Allowance()
"""Nothing besides public addresses."""


def checked(address: str, *, allowance: Allowance = PUBLIC_ONLY) -> httpx2.URL:
    """The address in its one spelling, if it may be called; else `AddressRefusedError`.

    The parser is the one that the client itself goes by: where two parsers disagree about which
    part is the host, an attacker shows each what it wants to see.
    """
    text = address.strip()
    if len(text) > MAX_LENGTH or _is_odd(text):
        raise AddressRefusedError("address")
    scheme = _SCHEME.match(text)
    if scheme is None or scheme.group(1).lower() not in SCHEMES:
        raise AddressRefusedError("scheme")
    authority = _AUTHORITY.match(text)
    if authority is None or not _PORT.fullmatch(authority.group(1)):  # user info has an `@`
        raise AddressRefusedError("address")
    try:
        url = httpx2.URL(text).copy_with(fragment=None)
        host = _one_spelling(url.raw_host.decode("ascii"))
        url = url.copy_with(host=host)
    except (httpx2.InvalidURL, ValueError):
        raise AddressRefusedError("address") from None
    if url.userinfo or len(str(url)) > MAX_LENGTH:
        raise AddressRefusedError("address")
    _check_port(url, allowance)
    number = _number(host)
    if number is not None and not _may_call(number, port_of(url), allowance):
        raise AddressRefusedError("address")
    return url


def redirected(base: httpx2.URL, location: str, *, allowance: Allowance) -> httpx2.URL:
    """Where a redirect leads, if it may be called; else `AddressRefusedError`."""
    if len(location) > MAX_LENGTH or _is_odd(location):
        raise AddressRefusedError("address")
    try:
        return checked(str(base.join(location)), allowance=allowance)
    except (httpx2.InvalidURL, ValueError):
        raise AddressRefusedError("address") from None


def port_of(url: httpx2.URL) -> int:
    """The port that is called."""
    if url.port is not None:
        return url.port
    return 443 if url.scheme == "https" else 80


def numbers_of(host: str, port: int, *, allowance: Allowance) -> tuple[str, ...]:
    """The numbers that may be connected to for this host; else `AddressRefusedError`.

    One number inside a network is enough to refuse them all: a name with a public and a private
    number has no honest reason for the second. `OSError` where the name stands for nothing.
    """
    own = _number(host)
    found = (str(own),) if own is not None else allowance.resolve(host, port)
    if not found:
        raise OSError("The name stands for no address.")
    try:
        numbers = [ipaddress.ip_address(text) for text in found[:MAX_NUMBERS]]
    except ValueError:
        raise AddressRefusedError("address") from None
    if not all(_may_call(number, port, allowance) for number in numbers):
        raise AddressRefusedError("address")
    return tuple(str(number) for number in numbers)


def is_public(number: IPv4Address | IPv6Address) -> bool:
    """Whether everybody on the internet reaches the same machine under this number.

    The list is our own, for what Python calls global has changed between its releases.
    """
    if isinstance(number, IPv4Address):
        return number.is_global and not any(number in network for network in PRIVATE_V4)
    if number in NAT64:
        return is_public(IPv4Address(int(number) & 0xFFFF_FFFF))
    if number not in GLOBAL_V6 or number.scope_id is not None:
        return False
    return number.is_global and not any(number in network for network in PRIVATE_V6)


def _may_call(number: IPv4Address | IPv6Address, port: int, allowance: Allowance) -> bool:
    return (port in PORTS and is_public(number)) or (str(number), port) in allowance.places


def _check_port(url: httpx2.URL, allowance: Allowance) -> None:
    port = port_of(url)
    if port not in PORTS and port not in {allowed for _, allowed in allowance.places}:
        raise AddressRefusedError("port")


def _is_odd(text: str) -> bool:
    """Whether it has a character that no address needs and that parsers read differently.

    A line break would smuggle a header into the request, a backslash another host into the address,
    and letters that are not seen would show a reader another address than the one that is called.
    """
    return "\\" in text or any(unicodedata.category(sign) in _ODD for sign in text)


def _one_spelling(host: str) -> str:
    """The host without the dot of the root, if it is a full name or a number; else `ValueError`.

    Systems read `2130706433`, `0177.0.0.1`, `0x7f.1` and `127.1` as numbers of a machine, each in
    its own way. Nobody publishes such an address, so only the usual spelling is taken.
    """
    if ":" in host:
        return str(IPv6Address(host))
    host = host.removesuffix(".")
    last = host.rpartition(".")[2]
    if _NUMBER.fullmatch(last):
        return str(IPv4Address(host))
    if not _NAME.fullmatch(host) or last in LOCAL_NAMES:
        raise ValueError(host)
    return host


def _number(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
