"""A report with its files, the check of one, and a programme that signs it."""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from api.dossier import (
    dossier,
)
from api.services import Scored
from api.verifying.checking import check
from api.verifying.opening import take_out
from api.verifying.seals import sign
from api.verifying.verification import Verification
from tests.api.verifying.making import CITY, Files, key_of, p12, stricter, summary
from tests.reports.examples import FOLDER, demo_city


@pytest.fixture(scope="session")
def scored() -> Scored:
    return demo_city(CITY)


@pytest.fixture(scope="session")
def pdf(pdfs, scored) -> bytes:
    report = summary(scored)
    made: bytes = pdfs(report, attachments=dossier(scored, report, paper="a4"))
    return made


@pytest.fixture
def files(pdf) -> Files:
    return dict(take_out(pdf))


@pytest.fixture
def checked(tmp_path):
    def run(pdf: bytes, **options: Any) -> Verification:
        return check(pdf, folder=tmp_path, **options)

    return run


@pytest.fixture(scope="session")
def programme() -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    return key_of("RFA programme")


@pytest.fixture(scope="session")
def signed(pdf, programme) -> bytes:
    at = datetime(2025, 11, 4, 9, tzinfo=UTC)
    return sign(pdf, p12(programme[0], programme[1], b"secret"), passphrase=b"secret", at=at)


@pytest.fixture(scope="session")
def stricter_rubric(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rubrics") / "stricter"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("submissions", "forms"))
    file = folder / "criteria" / "rdc7.yaml"
    file.write_text(stricter(file.read_text("utf-8")), encoding="utf-8")
    return folder
