"""Only public addresses are called, in whatever way a stranger writes the others."""

import ipaddress
import os

import pytest

from api.evidence.links.guard import (
    MAX_LENGTH,
    PRIVATE_V4,
    PRIVATE_V6,
    PUBLIC_ONLY,
    AddressRefusedError,
    Allowance,
    checked,
    is_public,
    numbers_of,
    redirected,
)

INWARD = {
    "loopback": "http://127.0.0.1/",
    "loopback of another number": "http://127.8.9.1/",
    "this host": "http://0.0.0.0/",
    "this host in short": "http://0/",
    "a decimal number": "http://2130706433/",
    "an octal number": "http://017700000001/",
    "octal parts": "http://0177.0.0.1/",
    "hexadecimal parts": "http://0x7f.0x0.0x0.0x1/",
    "a hexadecimal number": "http://0x7f000001/",
    "two hexadecimal parts": "http://0x7f.1/",
    "two parts": "http://127.1/",
    "three parts": "http://127.0.1/",
    "five parts": "http://127.0.0.1.1/",
    "parts that are too large": "http://383.256.256.257/",
    "leading zeros": "http://010.8.8.8/",
    "a dot at the end": "http://127.0.0.1./",
    "two dots at the end": "http://127.0.0.1../",
    "letters of full width": "http://\uff11\uff12\uff17.\uff10.\uff10.\uff11/",
    "an ideographic dot": "http://127。0。0。1/",
    "circled letters": "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/",
    "percent signs": "http://%31%32%37.0.0.1/",
    "ten": "http://10.1.2.3/",
    "one seven two": "http://172.31.255.1/",
    "one nine two": "http://192.168.0.1/",
    "the metadata service": "http://169.254.169.254/latest/meta-data/",
    "a metadata service behind a carrier's NAT": "http://100.100.100.200/",
    "a metadata service among protocols": "http://192.0.0.192/",
    "the host of a cloud": "http://168.63.129.16/",
    "multicast": "http://224.0.0.1/",
    "broadcast": "http://255.255.255.255/",
    "reserved": "http://240.0.0.1/",
    "documentation": "http://203.0.113.7/",
    "benchmarks": "http://198.18.0.1/",
    "loopback in six": "http://[::1]/",
    "nothing in six": "http://[::]/",
    "loopback in six at length": "http://[0:0:0:0:0:0:0:1]/",
    "four mapped into six": "http://[::ffff:127.0.0.1]/",
    "four mapped into six in hexadecimal": "http://[::ffff:7f00:1]/",
    "a public four mapped into six": "http://[::ffff:8.8.8.8]/",
    "four inside six": "http://[::127.0.0.1]/",
    "four translated to six": "http://[::ffff:0:127.0.0.1]/",
    "6to4": "http://[2002:7f00:1::]/",
    "teredo": "http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/",
    "NAT64": "http://[64:ff9b::7f00:1]/",
    "NAT64 to the metadata service": "http://[64:ff9b::a9fe:a9fe]/",
    "NAT64 of a network's own": "http://[64:ff9b:1::808:808]/",
    "link-local": "http://[fe80::1]/",
    "link-local with a zone": "http://[fe80::1%25eth0]/",
    "link-local with a bare zone": "http://[fe80::1%eth0]/",
    "a public address with a zone": "http://[2001:4860:4860::8888%251]/",
    "unique local": "http://[fd00:ec2::254]/",
    "multicast in six": "http://[ff02::1]/",
    "documentation in six": "http://[2001:db8::1]/",
    "an address that is none": "http://[::1/",
    "an address of the future": "http://[v1.x]/",
    "localhost": "http://localhost/",
    "localhost with a dot": "http://localhost./",
    "localhost in capitals": "http://LOCALHOST/",
    "a name under localhost": "http://a.localhost/",
    "the metadata service by name": "http://metadata.google.internal/",
    "a name of one part": "http://intranet/",
    "a name of a local network": "http://printer.local/",
    "a name in reverse": "http://1.0.0.127.in-addr.arpa/",
    "no name": "http:///etc/passwd",
    "no host": "http://",
    "a name without a part": "http://city..example.org/",
    "a name with a part that is too long": f"http://{'a' * 64}.org/",
    "a name that is too long": f"http://{'a.' * 130}org/",
    "a space in the name": "http://city.example.org 127.0.0.1/",
}


@pytest.mark.parametrize("address", INWARD.values(), ids=INWARD)
def test_address_that_leads_inward_is_refused(address):
    with pytest.raises(AddressRefusedError) as refusal:
        checked(address)

    assert refusal.value.reason == "address"


AMBIGUOUS = {
    "a user": "http://user@city.example.org/",
    "a user and a password": "http://user:secret@city.example.org/",
    "an empty user": "http://@city.example.org/",
    "a user who looks like the host": "http://city.example.org@127.0.0.1/",
    "a user with a port": "http://city.example.org:443@127.0.0.1/",
    "a backslash": "http://city.example.org\\@127.0.0.1/",
    "backslashes for slashes": "http:\\\\127.0.0.1/",
    "a line break": "http://city.example.org/\r\nX-Evil: 1",
    "a line feed in the name": "http://city.example.org\n.evil.org/",
    "a tab": "http://city.exa\tmple.org/",
    "a null": "http://city.example.org/\0",
    "a letter that is not seen": "http://city\u200b.example.org/",
    "letters from right to left": "http://city.example.org/\u202egpj",
    "half a letter": "http://city.example.org/\ud800",
    "a port of full width": "http://city.example.org:\uff18\uff10/",
    "a port with a sign": "http://city.example.org:+80/",
    "two ports": "http://city.example.org:80:80/",
    "a slash too few": "http:/city.example.org/",
    "no slashes": "http:city.example.org/",
    "too many letters": "http://city.example.org/" + "a" * MAX_LENGTH,
    "too many letters when written out": "http://city.example.org/" + "ñ" * (MAX_LENGTH - 100),
}


@pytest.mark.parametrize("address", AMBIGUOUS.values(), ids=AMBIGUOUS)
def test_address_that_two_readers_read_differently_is_refused(address):
    with pytest.raises(AddressRefusedError) as refusal:
        checked(address)

    assert refusal.value.reason == "address"


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "FILE:///etc/passwd",
        "ftp://city.example.org/",
        "gopher://city.example.org:80/_GET",
        "javascript:alert(1)",
        "data:text/html,hello",
        "mailto:clerk@city.example.org",
        "ws://city.example.org/",
        "//city.example.org/",
        "city.example.org/contracts",
        "",
    ],
)
def test_only_the_web_is_called(address):
    with pytest.raises(AddressRefusedError) as refusal:
        checked(address)

    assert refusal.value.reason == "scheme"


@pytest.mark.parametrize("port", [0, 22, 25, 81, 8080, 6379, 65_535, 65_616, 99_999])
def test_only_ports_of_the_web_are_called(port):
    with pytest.raises(AddressRefusedError) as refusal:
        checked(f"http://city.example.org:{port}/")

    assert refusal.value.reason == "port"


@pytest.mark.parametrize(
    ("written", "called"),
    [
        ("http://city.example.org", "http://city.example.org"),
        (" https://City.Example.org:443/a?b=c#d \n", "https://city.example.org/a?b=c"),
        ("http://city.example.org./a", "http://city.example.org/a"),
        ("https://city.example.org:80/", "https://city.example.org:80/"),
        ("http://8.8.8.8/", "http://8.8.8.8/"),
        ("http://[2001:4860:4860:0::8888]/", "http://[2001:4860:4860::8888]/"),
        ("http://[64:ff9b::808:808]/", "http://[64:ff9b::808:808]/"),
        (
            "https://Bogotá.example/Plan municipal.pdf",
            "https://xn--bogot-1qa.example/Plan%20municipal.pdf",
        ),
        ("http://data_1.example.org/año", "http://data_1.example.org/a%C3%B1o"),
        ("http://xn--a.example.org/", "http://xn--a.example.org/"),
    ],
)
def test_public_address_has_one_spelling(written, called):
    assert str(checked(written)) == called


@pytest.mark.parametrize(
    "network",
    [*PRIVATE_V4, *PRIVATE_V6, ipaddress.ip_network("fc00::/7"), ipaddress.ip_network("::/8")],
    ids=str,
)
def test_no_number_of_a_private_network_is_public(network):
    assert not is_public(network[0])
    assert not is_public(network[-1])
    assert not is_public(network[network.num_addresses // 2])


@pytest.mark.parametrize("number", ["1.1.1.1", "9.255.255.255", "11.0.0.0", "223.255.255.255"])
def test_number_beside_a_private_network_is_public(number):
    assert is_public(ipaddress.ip_address(number))


@pytest.mark.parametrize(
    "answers",
    [
        ("127.0.0.1",),
        ("8.8.8.8", "10.0.0.1"),
        ("2001:4860:4860::8888", "::1"),
        ("8.8.8.8", "fe80::1%eth0"),
        ("::ffff:127.0.0.1",),
        ("169.254.169.254",),
        ("64:ff9b::7f00:1",),
        ("not a number",),
    ],
    ids=str,
)
def test_name_with_one_number_inside_is_refused_whole(answers):
    allowance = Allowance(resolve=lambda *_: answers)

    with pytest.raises(AddressRefusedError) as refusal:
        numbers_of("city.example.org", 80, allowance=allowance)

    assert refusal.value.reason == "address"


def test_name_stands_for_the_numbers_that_were_checked():
    allowance = Allowance(resolve=lambda *_: ("8.8.8.8", "2001:4860:4860::8888"))

    assert numbers_of("city.example.org", 443, allowance=allowance) == (
        "8.8.8.8",
        "2001:4860:4860::8888",
    )


def test_name_that_stands_for_nothing_is_no_refusal():
    with pytest.raises(OSError, match="no address"):
        numbers_of("city.example.org", 80, allowance=Allowance(resolve=lambda *_: ()))


def test_no_name_is_asked_for_a_number():
    def never(name, port):
        raise AssertionError(name)

    assert numbers_of("8.8.8.8", 80, allowance=Allowance(resolve=never)) == ("8.8.8.8",)


def test_allowance_is_for_one_number_and_port():
    allowance = Allowance(places=frozenset({("127.0.0.1", 4000)}))

    assert str(checked("http://127.0.0.1:4000/", allowance=allowance)) == "http://127.0.0.1:4000/"
    for address in ("http://127.0.0.2:4000/", "http://127.0.0.1/", "http://[::1]:4000/"):
        with pytest.raises(AddressRefusedError):
            checked(address, allowance=allowance)


def test_nothing_in_the_environment_widens_what_is_called(monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "READINESS_ALLOW", "NO_PROXY"):
        monkeypatch.setitem(os.environ, name, "http://127.0.0.1:4000")

    assert PUBLIC_ONLY.places == frozenset()
    with pytest.raises(AddressRefusedError):
        checked("http://127.0.0.1:4000/")


@pytest.mark.parametrize(
    ("location", "called"),
    [
        ("/b", "http://city.example.org/b"),
        ("?c", "http://city.example.org/a?c"),
        ("//other.example.org/", "http://other.example.org/"),
        ("https://other.example.org", "https://other.example.org"),
        ("/año nuevo", "http://city.example.org/a%C3%B1o%20nuevo"),
    ],
)
def test_redirect_leads_on(location, called):
    base = checked("http://city.example.org/a")

    assert str(redirected(base, location, allowance=PUBLIC_ONLY)) == called


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("file:///etc/passwd", "scheme"),
        ("ftp://city.example.org/", "scheme"),
        ("gopher://127.0.0.1:6379/_x", "scheme"),
        ("//127.0.0.1/", "address"),
        ("//user:secret@city.example.org/", "address"),
        ("http://user:secret@city.example.org/", "address"),
        ("http://[::1]/", "address"),
        ("http://[::1", "address"),
        ("\\\\127.0.0.1\\", "address"),
        ("/a\r\nX-Evil: 1", "address"),
        ("http://city.example.org:22/", "port"),
        ("/" + "a" * MAX_LENGTH, "address"),
    ],
)
def test_redirect_is_checked_like_any_address(location, reason):
    base = checked("http://city.example.org/a")

    with pytest.raises(AddressRefusedError) as refusal:
        redirected(base, location, allowance=PUBLIC_ONLY)

    assert refusal.value.reason == reason
