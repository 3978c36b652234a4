"""A report can be checked by whoever holds it: the same, different, or changed afterwards."""

import dataclasses
import io
import json
import os
import shutil
import subprocess
import sys
import zlib
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import page as validator
import pypdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from api.dossier import (
    MANIFEST,
    RESULT,
    RUBRIC,
    SUBMISSION,
    attached,
    dossier,
    sha256,
    submission_file,
)
from api.services import Scored, in_language, judge, score, to_json
from api.teams import calendar_for, read_team
from api.verifying import confined
from api.verifying.checking import check
from api.verifying.opening import NotOursError, take_out
from api.verifying.seals import sign
from api.verifying.verification import Verification
from assessment.cases import submission_of
from assessment.engine import assess
from assessment.results import Assessment, Lens, Verdict
from assessment.validation import validate
from reports.builder import build
from reports.edition import Edition
from reports.i18n import load_language
from reports.renderer import render_pdf
from rubrics.loader import LIBRARY, load_rubric
from rubrics.problems import InputError
from tests.reports.examples import DAY, FOLDER, cases, demo_city, rubric

ROOT = Path(__file__).parents[2]
CITY = "rio-verde"

Files = dict[str, bytes]


def summary(scored: Scored, assessment: Assessment | None = None) -> Edition:
    """The two pages on a city, in its rubric's language."""
    return build(
        "summary",
        assessment or scored.assessment,
        scored.rubric,
        language=load_language("en"),
        schedule=scored.schedule,
    )


def printed(report: Edition, files: Mapping[str, bytes]) -> bytes:
    return render_pdf(report, attachments=[attached(*entry) for entry in files.items()])


@pytest.fixture(scope="module")
def scored() -> Scored:
    return demo_city(CITY)


@pytest.fixture(scope="module")
def pdf(pdfs, scored) -> bytes:
    report = summary(scored)
    made: bytes = pdfs(report, attachments=dossier(scored, report, paper="a4"))
    return made


@pytest.fixture
def files(pdf) -> Files:
    return dict(take_out(pdf))


def with_manifest(files: Files, **more: object) -> Files:
    """The files with a manifest that names them as they are now: what a careful forger does."""
    manifest = json.loads(files[MANIFEST])
    manifest["files"] = {n: sha256(c) for n, c in files.items() if n != MANIFEST}
    return {**files, MANIFEST: json.dumps({**manifest, **more}).encode()}


def changed(files: Files, name: str, change: Callable[[Any], None]) -> Files:
    value = json.loads(files[name])
    change(value)
    return {**files, name: json.dumps(value).encode() + b"\n"}


@pytest.fixture
def checked(tmp_path):
    def run(pdf: bytes, **options: Any) -> Verification:
        return check(pdf, folder=tmp_path, **options)

    return run


def codes(found: Verification) -> list[tuple[str, str]]:
    return [(fault.code, fault.file) for fault in found.faults]


# --- the same -------------------------------------------------------------------------------------


def test_what_nobody_changed_is_the_same_down_to_the_pages(checked, pdf, scored):
    found = checked(pdf)

    assert found.outcome == "same"
    assert found.judge == "library"
    assert found.pages.state == "same"
    assert (found.faults, found.flips, found.parts) == ((), (), ())
    assert found.submission_digest == scored.assessment.submission.digest


def test_a_report_carries_its_result_to_the_byte(pdf, scored):
    assert take_out(pdf)[RESULT] == to_json(scored.assessment)


@pytest.mark.parametrize(("kind", "sprint"), [("report", "oct-2025"), ("session", None)])
def test_every_kind_is_the_same_with_its_team_sprint_and_earlier_result(
    checked, pdfs, tmp_path, kind, sprint
):
    (tmp_path / "team.yaml").write_text("days_per_week: 3\nwithout_roles: [legal]\n")
    team = read_team(tmp_path / "team.yaml")
    on = date(2025, 11, 20)
    path = FOLDER / "submissions" / "springfield-falls" / "submission.yaml"
    scored = score(str(path), on=on, team=team, calendar=calendar_for(sprint, team, on=on))
    since = demo_city("springfield-falls").assessment if kind == "session" else None
    language = load_language("pt")
    words = in_language(scored.rubric, scored.folder, language)
    report = build(
        kind, scored.assessment, words, language=language, schedule=scored.schedule, since=since
    )
    carried = dossier(scored, report, paper="letter", since=since)

    found = checked(pdfs(report, paper="letter", attachments=carried))

    assert found.outcome == "same", found
    assert found.pages.state == "same"


def test_another_process_on_another_day_makes_and_finds_the_same_bytes(pdf, scored, tmp_path):
    """Another hash seed, another folder for temporary files, another time zone."""
    place = FOLDER / "submissions" / CITY / "submission.yaml"
    odd = tmp_path / "a folder"
    odd.mkdir()
    environment = {
        **os.environ,
        "PYTHONHASHSEED": "42",
        "TMPDIR": str(odd),
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "C",
        "PYTHONPATH": str(ROOT),
        "SOURCE_DATE_EPOCH": str(int(datetime(2025, 11, 3, 12, tzinfo=UTC).timestamp())),
    }
    command = [sys.executable, "-m", "api.cli"]

    subprocess.run(
        [*command, "score", str(place), "--kind", "summary", "--pdf", "made.pdf"],
        cwd=tmp_path, env=environment, check=True, capture_output=True,
    )  # fmt: skip
    done = subprocess.run(
        [*command, "verify", "made.pdf"],
        cwd=tmp_path, env=environment, check=True, capture_output=True, text=True,
    )  # fmt: skip

    assert (tmp_path / "made.pdf").read_bytes() == pdf
    assert done.stdout.startswith("Same: what the report says comes out again, to the byte.")
    assert list(odd.iterdir()) == []


def test_every_submission_is_read_back_as_it_was():
    """What travels inside a report must come out the same for every answer that there can be."""
    for case in cases():
        submission = submission_of(rubric(), case)

        read_back = validate(rubric(), msgspec.json.decode(submission_file(submission)), {})

        assert read_back.digest == submission.digest, case["name"]
        assert assess(rubric(), read_back, on=DAY) == assess(rubric(), submission, on=DAY)


# --- flips ----------------------------------------------------------------------------------------


def test_one_byte_of_the_result_is_noticed(checked, files, scored):
    body = bytearray(files[RESULT])
    body[body.index(b"Rio Verde") + 4] ^= 1

    found = checked(printed(summary(scored), {**files, RESULT: bytes(body)}))

    assert found.outcome == "tampered"
    assert codes(found) == [("file.changed", RESULT)]


def test_a_result_that_can_no_longer_be_read_is_still_called_tampered(checked, files, scored):
    found = checked(printed(summary(scored), {**files, RESULT: b"{" + files[RESULT]}))

    assert found.outcome == "tampered"
    assert codes(found) == [("file.changed", RESULT)]


def test_a_forger_who_thinks_of_everything_cannot_make_the_engine_agree(checked, files, scored):
    """Result, manifest and pages all say that a criterion is met; only judging again tells."""
    said = next(c for c in scored.assessment.criteria if c.evidenced != Verdict.MET)
    number = scored.assessment.criteria.index(said)
    forged = with_manifest(
        changed(files, RESULT, lambda r: r["criteria"][number].update(evidenced="met"))
    )
    assessment = msgspec.json.decode(forged[RESULT], type=Assessment)

    found = checked(printed(summary(scored, assessment), forged))

    assert found.outcome == "different"
    assert [(f.about, f.lens, f.said, f.found) for f in found.flips] == [
        (said.id, Lens.EVIDENCED, Verdict.MET, said.evidenced)
    ]
    assert found.pages.state == "same"


def test_one_answer_is_noticed(checked, files, scored):
    name = next(iter(json.loads(files[SUBMISSION])["answers"]))
    forged = with_manifest(changed(files, SUBMISSION, lambda s: s["answers"].update({name: None})))

    found = checked(printed(summary(scored), forged))

    assert found.outcome == "tampered"
    assert codes(found) == [("submission.digest", SUBMISSION)]


def test_one_answer_with_every_digest_put_right_flips_its_verdicts(checked, files, scored):
    answers = json.loads(files[SUBMISSION])["answers"]
    name = next(
        r.id
        for c in scored.assessment.criteria
        for r in c.requirements
        if r.claimed == Verdict.MET and answers.get(r.id) is not None
    )
    forged = changed(files, SUBMISSION, lambda s: s["answers"].update({name: None}))
    digest = validate(rubric(), json.loads(forged[SUBMISSION]), {}).digest
    forged = changed(forged, RESULT, lambda r: r["submission"].update(digest=digest))
    forged = with_manifest(forged, submission_digest=digest)
    assessment = msgspec.json.decode(forged[RESULT], type=Assessment)

    found = checked(printed(summary(scored, assessment), forged))

    assert found.outcome == "different"
    assert (name, Lens.CLAIMED, Verdict.MET, Verdict.UNANSWERED) in [
        (f.about, f.lens, f.said, f.found) for f in found.flips
    ]


def stricter(text: str) -> str:
    """A rubric's criterion with one threshold changed."""
    before, first, second, *rest = text.partition("min: 80")[0], *text.split("min: 80")[1:]
    return "min: 80".join([f"{before}min: 80{first}min: 99{second}", *rest])


def test_one_threshold_of_the_rubric_inside_is_noticed(checked, files, scored):
    def change(carried: Any) -> None:
        body = carried["files"]["criteria/rdc7.yaml"]
        carried["files"]["criteria/rdc7.yaml"] = stricter(body)
        assert carried["files"]["criteria/rdc7.yaml"] != body

    found = checked(printed(summary(scored), with_manifest(changed(files, RUBRIC, change))))

    assert found.outcome == "tampered"
    assert codes(found) == [("rubric.digest", RUBRIC)]


@pytest.fixture(scope="module")
def stricter_rubric(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rubrics") / "stricter"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("submissions", "forms"))
    file = folder / "criteria" / "rdc7.yaml"
    file.write_text(stricter(file.read_text("utf-8")), encoding="utf-8")
    return folder


def test_by_another_rubric_the_verdicts_that_turn_are_named(checked, pdf, stricter_rubric):
    found = checked(pdf, rubric=stricter_rubric)

    assert found.outcome == "different"
    assert found.judge == "given"
    assert found.judge_digest != found.rubric_digest
    assert found.flips
    assert found.faults == ()
    assert found.pages.state == "same"


def test_a_rubric_that_we_do_not_know_is_taken_from_the_report(
    checked, pdfs, scored, stricter_rubric
):
    own = judge(load_rubric(stricter_rubric), stricter_rubric, scored.submission, on=DAY)
    report = summary(own)

    found = checked(pdfs(report, attachments=dossier(own, report, paper="a4")))

    assert found.outcome == "same"
    assert found.judge == "embedded"


# --- the file -------------------------------------------------------------------------------------


def test_one_letter_of_a_page_is_noticed(checked, files, scored):
    report = dataclasses.replace(summary(scored), city="Rio Verde do Vala")  # type: ignore[type-var]

    found = checked(printed(report, files))

    assert found.outcome == "tampered"
    assert codes(found) == [("pages.changed", "")]


def test_what_is_added_behind_the_file_is_noticed(checked, pdf):
    writer = pypdf.PdfWriter(io.BytesIO(pdf), incremental=True)
    writer.add_metadata({"/Title": "Another title"})
    longer = io.BytesIO()
    writer.write(longer)
    assert longer.getvalue().startswith(pdf)

    found = checked(longer.getvalue())

    assert found.outcome == "tampered"
    assert codes(found) == [("pages.appended", "")]


def test_pages_of_another_version_are_not_compared_and_it_is_said(checked, files, scored):
    by = {"weasyprint": "71.0", "pydyf": "0.13.0", "layout": "0" * 64}

    found = checked(printed(summary(scored), with_manifest(files, printed_by=by)))

    assert found.outcome == "same"
    assert found.pages.state == "not_compared"
    assert "weasyprint 71.0" in found.pages.made_by


def test_a_file_that_was_slipped_in_or_left_out_is_noticed(checked, files, scored):
    slipped_in = {**files, "previous-result.json": files[RESULT]}

    assert codes(checked(printed(summary(scored), slipped_in))) == [
        ("file.unknown", "previous-result.json")
    ]
    with pytest.raises(NotOursError, match=f"carries_none {RUBRIC}"):
        checked(printed(summary(scored), {n: c for n, c in files.items() if n != RUBRIC}))


# --- strangers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["../../evil.yaml", "/etc/evil", "criteria/../../x.yaml", "words/xx/y.yaml"]
)
def test_a_rubric_of_a_stranger_writes_nowhere_else(files, scored, tmp_path, name):
    inside = tmp_path / "inside"
    inside.mkdir()
    forged = with_manifest(changed(files, RUBRIC, lambda r: r["files"].update({name: "x: 1"})))

    with pytest.raises(NotOursError, match="part_unreadable"):
        check(printed(summary(scored), forged), folder=inside)

    assert [path.name for path in tmp_path.iterdir()] == ["inside"]


@pytest.mark.parametrize(
    "content",
    [b"", b"x", b"%PDF-1.7\n%%EOF", b"%PDF-1.7 " + b"[" * 100_000, b"\x00" * 5_000],
    ids=["empty", "text", "bare", "brackets", "zeros"],
)
def test_what_is_no_pdf_is_called_so(checked, content):
    with pytest.raises(NotOursError, match=r"report\.no_pdf"):
        checked(content)


def test_a_pdf_of_somebody_else_is_no_report_of_ours(checked, pdfs, scored):
    with pytest.raises(
        NotOursError, match=r"report\.carries_none manifest\.json, submission\.json"
    ):
        checked(render_pdf(summary(scored)))


def bomb() -> bytes:
    """A PDF whose attachment is a gigabyte once it is unpacked."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(10_000_000)) for _ in range(100)) + packer.flush()
    parts = [
        b"<</Type/Catalog/Pages 2 0 R/AF[3 0 R]>>",
        b"<</Type/Pages/Kids[]/Count 0>>",
        b"<</Type/Filespec/UF(manifest.json)/EF<</F 4 0 R>>>>",
        b"<</Filter/FlateDecode/Length %d>>stream\n%b\nendstream" % (len(packed), packed),
    ]
    body, offsets = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj%b endobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(body)
    return (
        body
        + b"xref\n0 5\n0000000000 65535 f \n"
        + table
        + b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % start
    )


def test_a_file_made_to_eat_memory_is_given_up():
    with pytest.raises(InputError, match=r"cannot be read as a PDF|within the limits"):
        confined.verify(bomb(), name="bomb.pdf")


def test_a_report_that_takes_too_long_to_check_is_given_up(pdf, monkeypatch):
    # A quick machine checks a whole report within the grace.
    monkeypatch.setattr(confined, "GRACE_SECONDS", 0)
    limits = dataclasses.replace(confined.LIMITS, document_seconds=0.05)

    with pytest.raises(InputError, match="within the limits of time and memory"):
        confined.verify(pdf, name="slow.pdf", limits=limits)


# --- signatures -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def programme() -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    return key_of("RFA programme")


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


@pytest.fixture(scope="module")
def signed(pdf, programme) -> bytes:
    at = datetime(2025, 11, 4, 9, tzinfo=UTC)
    return sign(pdf, p12(programme[0], programme[1], b"secret"), passphrase=b"secret", at=at)


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
