"""How the tests of verifying make reports, change what is in them, and make keys."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from api.dossier import (
    MANIFEST,
    attached,
    sha256,
)
from api.services import Scored
from api.verifying.verification import Verification
from assessment.results import Assessment
from reports.builder import build_report
from reports.edition import Edition
from reports.i18n import load_language
from reports.renderer import render_pdf
from reports.report import Report

ROOT = Path(__file__).parents[3]
CITY = "rio-verde"

Files = dict[str, bytes]


def summary(scored: Scored, assessment: Assessment | None = None) -> Report:
    """The two pages on a city, in its rubric's language."""
    return build_report(
        assessment or scored.assessment,
        scored.rubric,
        language=load_language("en"),
        schedule=scored.schedule,
        kind="summary",
    )


def printed(report: Edition, files: Mapping[str, bytes]) -> bytes:
    return render_pdf(report, attachments=[attached(*entry) for entry in files.items()])


def with_manifest(files: Files, **more: object) -> Files:
    """The files with a manifest that names them as they are now: what a careful forger does."""
    manifest = json.loads(files[MANIFEST])
    manifest["files"] = {n: sha256(c) for n, c in files.items() if n != MANIFEST}
    return {**files, MANIFEST: json.dumps({**manifest, **more}).encode()}


def changed(files: Files, name: str, change: Callable[[Any], None]) -> Files:
    value = json.loads(files[name])
    change(value)
    return {**files, name: json.dumps(value).encode() + b"\n"}


def codes(found: Verification) -> list[tuple[str, str]]:
    return [(fault.code, fault.file) for fault in found.faults]


def key_of(name: str) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2090, 1, 1, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return key, certificate


def pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def p12(key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate, secret: bytes) -> bytes:
    return pkcs12.serialize_key_and_certificates(
        b"k", key, certificate, None, serialization.BestAvailableEncryption(secret)
    )


def stricter(text: str) -> str:
    """A rubric's criterion with one threshold changed."""
    before, first, second, *rest = text.partition("min: 80")[0], *text.split("min: 80")[1:]
    return "min: 80".join([f"{before}min: 80{first}min: 99{second}", *rest])
