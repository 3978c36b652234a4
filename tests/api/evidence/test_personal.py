"""Personal data are suspected where they may stand, and seldom where they do not."""

import json

import pytest

from tests.api.evidence.ocds.process import AWARD, SUPPLIER, TENDER, facts, full


def suspected(**changed: object) -> dict[str, int]:
    return facts(full(**changed)).personal


def party(role: str | None, **rest: object) -> dict[str, object]:
    roles = {} if role is None else {"roles": [role]}
    return {"id": "P-1", "contactPoint": {"email": "ana.peña@mail.example"}} | roles | rest


# --- e-mail addresses -----------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["buyer", "procuringEntity", "payer", "reviewBody"])
def test_a_contact_point_of_a_public_body_is_public_on_purpose(role):
    assert suspected(parties=[party(role)])["email"] == 0


@pytest.mark.parametrize("role", ["supplier", "tenderer", "payee", None])
def test_an_address_of_anybody_else_is_suspected(role):
    assert suspected(parties=[party(role)])["email"] == 1


def test_the_buyer_and_the_tender_have_contact_points_of_their_own():
    point = {"contactPoint": {"email": "buy@city.example"}}

    assert suspected(buyer={"name": "City"} | point, tender=TENDER | point)["email"] == 0
    assert suspected(parties=[{"id": "D-2"} | point])["email"] == 0  # the procuring entity's id


def test_a_public_address_is_public_wherever_it_is_said_again():
    point = {"contactPoint": {"email": "Buy@City.example"}}
    tender = TENDER | {"description": "Ask\nbuy@city.example or call."}

    assert suspected(buyer={"name": "City"} | point, tender=tender)["email"] == 0


def test_an_address_in_a_text_is_suspected_and_an_at_sign_is_not():
    def told(text: str) -> int:
        return suspected(tender=TENDER | {"description": text})["email"]

    assert told("Write to ana.silva@mail.example.") == 1
    assert told("@city says: 3 @ 4.50, a@b, @@@, x@.com") == 0


# --- national numbers -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("529.982.247-25", 1),  # a CPF with right check digits
        ("529.982.247-24", 0),
        ("1529.982.247-25", 0),
        ("12.345.678-5", 1),  # the RUT of a person
        ("12.345.678-4", 0),
        ("76.086.428-5", 0),  # the RUT of a firm
        ("HEGG560427MVZRRL04", 1),  # a CURP
        ("HEGG560427MVZRRL05", 0),
        ("536-90-4399", 1),  # a social security number
        ("000-90-4399", 0),
        ("666-90-4399", 0),
        ("2024-01-0123", 0),
        ("LP-536-90-4399", 0),  # a number of a tender
        ("+1 536-555-4399", 0),
        ("900623073", 0),  # a Colombian NIT
    ],
)
def test_a_number_counts_that_is_written_and_checked_as_one_of_a_person(text, count):
    found = suspected(tender=TENDER | {"description": f"Payee {text}."})

    assert found["national_id"] == count, text


@pytest.mark.parametrize(
    ("scheme", "number", "count"),
    [
        ("AR-CUIT", "20-05536168-2", 1),
        ("AR-CUIT", "30-50001091-2", 0),  # of a firm
        ("BR-CPF", "52998224725", 1),
        ("BR-CPF", "***.982.247-**", 0),
        ("BR-CNPJ", "16727230000197", 0),
        ("CL-RUT", "12345678-5", 1),
        ("CL-RUT", "76086428-5", 0),
        ("CO-CC", "1032456789", 1),
        ("CO-CC", "", 0),
        ("CO-RUES", "900623073", 0),
        ("MX-CURP", "HEGG560427MVZRRL04", 1),
        ("MX-RFC", "GODE561231GR8", 1),
        ("MX-RFC", "ABC680524P76", 0),  # of a firm
        ("US-EIN", "53-6904399", 0),
        (17, "52998224725", 0),
    ],
)
def test_a_number_counts_whose_scheme_says_that_it_is_a_persons(scheme, number, count):
    identified = {"name": "X", "identifier": {"scheme": scheme, "id": number}}

    assert suspected(parties=[identified])["national_id"] == count


def test_releases_are_counted_and_not_the_numbers_in_them():
    award = AWARD | {"suppliers": [SUPPLIER | {"name": "Ana, 529.982.247-25, 536-90-4399"}]}

    found = facts(full(awards=[award]), full(ocid="ocds-zz-2"), full(ocid="ocds-zz-3"))

    assert found.personal == {"email": 0, "national_id": 1}


def test_a_text_of_at_signs_takes_little_time():
    text = json.dumps("x" * 63 + "@") * 20_000

    assert suspected(tender=TENDER | {"description": text})["email"] == 0
