"""A signature says who stands behind a report; the commands sign, check, and say what they see."""

import io
import json

import page as validator
import pypdf
import pytest

from rubrics.loader import LIBRARY, load_rubric
from tests.api.verifying.making import codes, key_of, p12, pem


def test_a_signed_report_is_the_same_and_says_who_signed_it_when(checked, signed, pdf, programme):
    found = checked(signed, trust=pem(programme[1]))

    assert signed.startswith(pdf)
    assert found.outcome == "same"
    assert found.pages.state == "same"
    assert found.seal is not None
    assert (found.seal.trusted, found.seal.whole, found.seal.intact) == (True, True, True)
    assert "RFA programme" in found.seal.signer
    assert found.seal.at == "2025-11-04T09:00:00+00:00"


@pytest.mark.parametrize("profile", ["PDF_A_3A", "PDF_UA_1"])
def test_a_signed_report_is_still_for_archives_and_screen_readers(signed, profile):
    found = validator.validate_pdf_bytes(signed, profile=validator.ValidationProfile[profile])

    assert {failure.message for failure in found.failures} == set()


def test_a_signature_of_somebody_else_is_not_trusted(checked, signed):
    found = checked(signed, trust=pem(key_of("RFA programme")[1]))

    assert found.seal is not None
    assert found.seal.trusted is False


def test_a_bit_that_turns_after_signing_breaks_the_signature(checked, signed, pdf):
    body = bytearray(signed)
    body[pdf.index(b"xpacket begin")] ^= 1

    found = checked(bytes(body))

    assert found.outcome == "tampered"
    assert ("seal.broken", "") in codes(found)


def test_what_is_added_after_signing_is_not_covered(checked, signed, programme):
    writer = pypdf.PdfWriter(io.BytesIO(signed), incremental=True)
    writer.add_metadata({"/Title": "Another title"})
    longer = io.BytesIO()
    writer.write(longer)

    found = checked(longer.getvalue(), trust=pem(programme[1]))

    assert found.outcome == "tampered"
    assert ("seal.partial", "") in codes(found)


# --- the commands ---------------------------------------------------------------------------------


def test_the_commands_sign_and_verify_and_say_what_they_found(
    readiness, tmp_path, monkeypatch, pdf, programme
):
    (tmp_path / "report.pdf").write_bytes(pdf)
    (tmp_path / "key.p12").write_bytes(p12(programme[0], programme[1], b"secret"))
    (tmp_path / "programme.pem").write_bytes(pem(programme[1]))
    (tmp_path / "other.pem").write_bytes(pem(key_of("Somebody")[1]))

    refused = readiness("sign", "report.pdf", "--key", "key.p12")
    monkeypatch.setenv("READINESS_KEY_PASSPHRASE", "secret")
    done = readiness("sign", "report.pdf", "--key", "key.p12", "--out", "signed.pdf")
    twice = readiness("sign", "signed.pdf", "--key", "key.p12")
    good = readiness("verify", "signed.pdf", "--trust", "programme.pem")
    stranger = readiness("verify", "signed.pdf", "--trust", "other.pem", "--lang", "es")
    no_certificate = readiness("verify", "signed.pdf", "--trust", "report.pdf")

    assert (refused.status, done.status, twice.status) == (2, 0, 2)
    assert "its passphrase stands in READINESS_KEY_PASSPHRASE" in refused.err
    assert "signed already" in twice.err
    assert good.status == 0
    assert good.out.startswith("Same: ")
    assert "RFA programme" in good.out
    assert stranger.status == 3
    assert no_certificate.status == 2
    assert "holds no certificate" in no_certificate.err


def test_verify_names_each_verdict_that_comes_out_otherwise(
    readiness, tmp_path, pdf, stricter_rubric
):
    (tmp_path / "report.pdf").write_bytes(pdf)

    ended = readiness(
        "verify", "report.pdf", "--rubric", str(stricter_rubric), "--json", "found.json"
    )

    assert ended.status == 3
    assert ended.out.startswith("Different: ")
    assert "rdc7-" in ended.out
    assert "Judged again by the rubric that you named" in ended.out
    assert json.loads((tmp_path / "found.json").read_text())["outcome"] == "different"


def test_what_cannot_be_checked_ends_with_2_and_says_what_to_do(readiness, tmp_path):
    (tmp_path / "letter.pdf").write_bytes(b"%PDF-1.7 nothing")

    (tmp_path / "key.p12").write_bytes(b"no key")
    missing = readiness("verify", "no.pdf")
    broken = readiness("verify", "letter.pdf")

    no_key = readiness("sign", "letter.pdf", "--key", "key.p12")

    assert (missing.status, broken.status, no_key.status) == (2, 2, 2)
    assert "Give a PKCS#12 file" in no_key.err
    assert "No such file" in missing.err
    assert "cannot be read as a PDF" in broken.err


def test_a_key_goes_with_a_pdf(readiness, tmp_path):
    ended = readiness("score", "city.yaml", "--sign", "key.p12")

    assert ended.status == 2
    assert "--pdf" in ended.err


def test_the_library_rubrics_have_digests_of_their_own():
    digests = [load_rubric(path.parent).digest for path in LIBRARY.glob("*/rubric.yaml")]

    assert len(set(digests)) == len(digests)
