"""Small servers on loopback that answer as they are told, byte by byte if need be."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LOOPBACK = "127.0.0.1"
TEXT = "<p>" + "The city publishes its contract awards here. " * 30

Speak = Callable[[socket.socket, str], None]
"""Answers on a connection; the text is the head of the request."""


@dataclass
class Server:
    """A server that runs, and what it was asked."""

    port: int
    calls: list[str] = field(default_factory=list)

    def url(self, path: str = "/", *, host: str = LOOPBACK, scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    @property
    def paths(self) -> list[str]:
        return [call.split(" ")[1] for call in self.calls]


def answer(
    body: bytes | str = TEXT, *headers: str, status: int = 200, kind: str = "text/html"
) -> bytes:
    """A whole answer, with its length and whatever headers are given besides."""
    data = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} Word", f"Content-Length: {len(data)}", *headers]
    if kind:
        lines.append(f"Content-Type: {kind}")
    return "\r\n".join((*lines, "", "")).encode("latin-1") + data


def redirect(location: str, *headers: str, status: int = 302) -> bytes:
    return answer("", f"Location: {location}", *headers, status=status)


def by_path(answers: dict[str, bytes]) -> Speak:
    """Answers each path in its own way; 404 to any other."""

    def speak(wire: socket.socket, head: str) -> None:
        wire.sendall(answers.get(head.split(" ")[1], answer("none", status=404)))

    return speak


def drip(start: bytes, endless: bytes, *, every: float = 0.02) -> Speak:
    """Says `start` at once, and then `endless` for ever, byte by byte."""

    def speak(wire: socket.socket, _: str) -> None:
        wire.sendall(start)
        while True:
            for byte in endless:
                wire.sendall(bytes([byte]))
                time.sleep(every)

    return speak


def flood(start: bytes, endless: bytes) -> Speak:
    """Says `start`, and then `endless` for ever as fast as it is heard."""

    def speak(wire: socket.socket, _: str) -> None:
        wire.sendall(start)
        while True:
            wire.sendall(endless)

    return speak


@contextmanager
def serving(
    speak: Speak | bytes, *, tls: ssl.SSLContext | None = None, hears: bool = True
) -> Iterator[Server]:
    """A server that runs as long as the block does; one that does not hear speaks at once."""
    with socket.create_server((LOOPBACK, 0)) as listener:
        server = Server(listener.getsockname()[1])
        over = threading.Event()
        converse = partial(_converse, server=server, speak=speak, tls=tls, hears=hears)
        args = (listener, converse, over)
        thread = threading.Thread(target=_listen, args=args, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            over.set()
            with suppress(OSError), socket.create_connection((LOOPBACK, server.port)):
                pass  # wakes it up
            thread.join()


class Authority:
    """Signs certificates that nobody else trusts."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Authority of a test")])
        self._own = self._signed(self._name, self._key.public_key(), names=(), days=1)

    def trusted(self) -> ssl.SSLContext:
        """What a client needs that trusts this authority alone."""
        pem = self._own.public_bytes(serialization.Encoding.PEM).decode()
        return ssl.create_default_context(cadata=pem)

    def certificate(self, name: str, *, days: int = 1) -> ssl.SSLContext:
        """What the server of this name needs; negative days have passed."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        signed = self._signed(subject, key.public_key(), names=(name,), days=days)
        path = self._folder / f"{name}{days}.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + signed.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def _signed(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePublicKey,
        *,
        names: tuple[str, ...],
        days: int,
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=3))
            .not_valid_after(now + timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=not names, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()),
                critical=False,
            )
            .add_extension(_usage(signs=not names), critical=True)
        )
        if names:
            places = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
            builder = builder.add_extension(places, critical=False)
        return builder.sign(self._key, hashes.SHA256())


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )


def _listen(
    listener: socket.socket, converse: Callable[[socket.socket], None], over: threading.Event
) -> None:
    threads = []
    while True:
        wire, _ = listener.accept()
        if over.is_set():
            wire.close()
            break
        threads.append(threading.Thread(target=converse, args=(wire,), daemon=True))
        threads[-1].start()
    for thread in threads:
        thread.join(timeout=1)


def _converse(
    wire: socket.socket,
    *,
    server: Server,
    speak: Speak | bytes,
    tls: ssl.SSLContext | None,
    hears: bool,
) -> None:
    with wire, suppress(OSError):  # the client may hang up at any time, and often should
        wire.settimeout(1)
        spoken = tls.wrap_socket(wire, server_side=True) if tls is not None else wire
        with spoken:
            head = _heard(spoken) if hears else "nothing"
            if not head:
                return
            server.calls.append(head)
            if isinstance(speak, bytes):
                spoken.sendall(speak)
            else:
                speak(spoken, head)
            spoken.shutdown(socket.SHUT_WR)


def _heard(wire: socket.socket) -> str:
    """The head of a request; empty where it breaks off."""
    head = b""
    while b"\r\n\r\n" not in head:
        read = wire.recv(65_536)
        if not read:
            return ""
        head += read
    return head.decode("latin-1")
