"""Signatures on reports: made by the key of a programme, checked without a look at the network."""

import io
from collections.abc import Coroutine, Mapping
from datetime import datetime
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from api.verifying.opening import NotOursError
from api.verifying.verification import Seal

FIELD, NAME = "ReadinessSeal", "Signature"


class KeyUnusableError(ValueError):
    """A key or certificate cannot be used to sign or to trust; the message says why."""


class SealedError(ValueError):
    """The report is signed already; a second signature would be a change to it."""


def sign(pdf: bytes, key: bytes, *, passphrase: bytes | None, at: datetime) -> bytes:
    """The same report with a signature behind it, which allows no change at all.

    `key` is a PKCS#12 file, or a PEM file with the key and its certificate.
    """
    private, certificate, others = _load(key, passphrase)
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple(others)
    signer = signers.SimpleSigner(certificate, private, store)
    writer = _writer(pdf)
    meta = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    signed = _Signer(meta, signer, at=at).sign_pdf(writer)
    return bytes(signed.getvalue())


def _writer(pdf: bytes) -> IncrementalPdfFileWriter:
    """What adds to a report of ours, with room for a signature."""
    try:
        sealed = bool(PdfFileReader(io.BytesIO(pdf)).embedded_signatures)
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        # It would write the metadata anew, and lose what PDF/A-3a and PDF/UA-1 have there.
        writer._update_meta = lambda: None  # type: ignore[method-assign]  # noqa: SLF001
        if not sealed:
            _make_room(writer)
    except Exception as error:  # a PDF that is none, or has no tags, is no report of ours
        raise NotOursError("report.no_pdf") from error
    if sealed:
        raise SealedError
    return writer


def _make_room(writer: IncrementalPdfFileWriter) -> None:
    """A field for the signature that is in the tree of tags, as PDF/UA-1 asks of every field."""
    spec = fields.SigFieldSpec(FIELD, on_page=0, readable_field_name=NAME)
    fields.append_signature_field(writer, spec)
    field = writer.root["/AcroForm"]["/Fields"].raw_get(-1)
    page = writer.root["/Pages"]["/Kids"].raw_get(0)
    tags = writer.root["/StructTreeRoot"]
    whole = tags["/K"].raw_get(0)
    numbers = tags["/ParentTree"]["/Nums"]
    number = 1 + max((int(numbers[i]) for i in range(0, len(numbers), 2)), default=-1)
    place = _tagged("OBJR", {"/Obj": field, "/Pg": page})
    kids = generic.ArrayObject([place])
    alt = generic.pdf_string(NAME)
    form = _tagged(
        "StructElem",
        {"/S": generic.pdf_name("/Form"), "/P": whole, "/Pg": page, "/Alt": alt, "/K": kids},
    )
    reference = writer.add_object(form)
    numbers.append(_number(number))
    numbers.append(reference)
    writer.update_container(numbers)
    document = whole.get_object()
    document["/K"].append(reference)
    writer.update_container(document)
    widget = field.get_object()
    widget[generic.pdf_name("/StructParent")] = _number(number)
    writer.mark_update(field)


def _tagged(kind: str, parts: Mapping[str, Any]) -> Any:  # noqa: ANN401
    named = {generic.pdf_name(name): value for name, value in parts.items()}
    named[generic.pdf_name("/Type")] = generic.pdf_name(f"/{kind}")
    return generic.DictionaryObject(named)  # type: ignore[no-untyped-call]


def _number(value: int) -> Any:  # noqa: ANN401
    return generic.NumberObject(value)  # type: ignore[no-untyped-call]


def seal_of(pdf: bytes, *, trust: bytes | None) -> Seal | None:
    """The signature on a report, if there is one; `trust` holds certificates to believe, in PEM."""
    roots = _certificates(trust) if trust is not None else []
    try:
        signatures = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
        return _seen(signatures, roots, asked=trust is not None) if signatures else None
    except Exception as error:  # a broken PDF breaks in endless ways
        raise NotOursError("report.no_pdf") from error


def _seen(signatures: Any, roots: list[Any], *, asked: bool) -> Seal:  # noqa: ANN401
    signature = signatures[-1]
    context = ValidationContext(
        trust_roots=roots, allow_fetching=False, other_certs=roots, revocation_mode="soft-fail"
    )
    # Comparing revisions took 25 seconds for a report that was tampered with: we allow no second
    # revision at all, so there is nothing to compare.
    status = _run(
        async_validate_pdf_signature(signature, signer_validation_context=context, skip_diff=True)
    )
    return Seal(
        signer=status.signing_cert.subject.human_friendly[:200],
        at=status.signer_reported_dt.isoformat() if status.signer_reported_dt else "",
        trusted=bool(status.trusted) if asked else None,
        whole=status.coverage == SignatureCoverageLevel.ENTIRE_FILE and len(signatures) == 1,
        intact=bool(status.intact and status.valid),
    )


class _Signer(signers.PdfSigner):
    """Signs at a time that we are told, for nothing of ours looks at a clock by itself."""

    def __init__(self, meta: Any, signer: Any, *, at: datetime) -> None:  # noqa: ANN401
        super().__init__(meta, signer)
        self._at = at

    def init_signing_session(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401
        session = super().init_signing_session(*args, **options)
        session.system_time = self._at
        return session


def _load(key: bytes, passphrase: bytes | None) -> tuple[Any, Any, list[Any]]:
    """A private key, its certificate, and those that came along."""
    try:
        if b"-----BEGIN" in key:
            private = serialization.load_pem_private_key(key, passphrase)
            own, *others = x509.load_pem_x509_certificates(key)
        else:
            loaded, certificate, others = pkcs12.load_key_and_certificates(key, passphrase)
            (private,) = [loaded] if loaded is not None else []
            (own,) = [certificate] if certificate is not None else []
    except (ValueError, TypeError) as error:
        raise KeyUnusableError(str(error) or type(error).__name__) from error
    plain = private.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return asn1_keys.PrivateKeyInfo.load(plain), _asn1(own), [_asn1(one) for one in others]


def _certificates(pem: bytes) -> list[Any]:
    try:
        return [_asn1(one) for one in x509.load_pem_x509_certificates(pem)]
    except ValueError as error:
        raise KeyUnusableError(str(error) or type(error).__name__) from error


def _asn1(certificate: x509.Certificate) -> Any:  # noqa: ANN401 (asn1crypto ships no types)
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def _run(work: Coroutine[Any, Any, Any]) -> Any:  # noqa: ANN401
    """The outcome of work that never waits; an event loop would ask for sockets, refused here."""
    try:
        work.send(None)
    except StopIteration as end:
        return end.value
    work.close()
    raise RuntimeError("checking a signature wanted to wait for something")
