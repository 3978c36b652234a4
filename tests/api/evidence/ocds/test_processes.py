"""What counts as a record of a stage, a filled field, an answered question and a fresh record."""

from datetime import date

import pytest

from tests.api.evidence.ocds.process import (
    AWARD,
    CONTRACT,
    SUPPLIER,
    TENDER,
    facts,
    filled,
    full,
    procurement,
    release,
)

# --- the stages -----------------------------------------------------------------------------------


def test_a_full_process_fills_what_each_stage_is_asked_for():
    found = facts(
        full(parties=[{"id": "D-2", "roles": ["buyer"], "contactPoint": {"email": "a@b.example"}}])
    )

    assert {name: stage.records for name, stage in found.stages.items()} == {
        "planning": 1,
        "tender": 1,
        "award": 1,
        "contract": 1,
        "implementation": 1,
    }
    assert {"title", "buyer", "category", "value", "expected", "contact", "modified"} <= filled(
        found, "planning"
    )
    assert {"id", "title", "buyer", "method", "category", "value", "opens", "closes", "status"} <= (
        filled(found, "tender")
    )
    assert {"supplier", "supplier_id", "amount", "date", "tender_id", "bidders"} <= filled(
        found, "award"
    )
    assert {"id", "award_id", "supplier", "supplier_id", "value", "date", "start", "end"} <= (
        filled(found, "contract")
    )
    assert {"contract_id", "date", "amount", "supplier"} <= filled(found, "implementation")


def test_an_amount_of_nothing_is_no_amount():
    for amount in (0, -5, "", None, True, "many", 1e16, [800], {"$numberLong": "800"}):
        award = AWARD | {"value": {"amount": amount, "currency": "USD"}}

        found = facts(full(awards=[award], contracts=[]))

        assert "amount" not in filled(found, "award"), amount
        assert found.value is None


def test_an_amount_in_quotes_is_an_amount():
    assert facts(full(awards=[AWARD | {"value": {"amount": " 800.50 "}}])).value == 800.5


def test_quantities_with_unit_values_tell_how_much():
    item = {"id": 1, "quantity": 4, "unit": {"value": {"amount": 200, "currency": "USD"}}}

    found = facts(full(awards=[AWARD | {"value": None, "items": [item]}], contracts=[]))

    assert found.groups["how_much"] == 1
    assert "amount" in filled(found, "award")


def test_an_empty_name_is_no_supplier():
    absent: list[object] = [[], [{}], [{"name": "  "}], "Acme", None, [None], [["Acme"]]]
    for suppliers in absent:
        found = facts(full(awards=[AWARD | {"suppliers": suppliers}]))

        assert "supplier" not in filled(found, "award"), suppliers
        assert found.groups["from_whom"] == 0


def test_a_supplier_without_a_number_does_not_join():
    found = facts(full(awards=[AWARD | {"suppliers": [{"name": "Acme"}]}]))

    assert "supplier" in filled(found, "award")
    assert (found.joins["award-supplier"].records, found.joins["award-supplier"].joined) == (1, 0)


def test_a_number_of_tenderers_of_0_on_an_awarded_tender_is_not_known():
    awarded = facts(full(tender=TENDER | {"numberOfTenderers": 0}))
    unsuccessful = TENDER | {"numberOfTenderers": 0, "status": "unsuccessful"}
    nobody_bid = facts(release(tender=unsuccessful))
    named = facts(full(tender=TENDER | {"numberOfTenderers": 0, "tenderers": [SUPPLIER]}))

    assert "bidders" not in filled(awarded, "tender")
    assert "bidders" not in filled(awarded, "award")
    assert "bidders" in filled(nobody_bid, "tender")
    assert "bidders" in filled(named, "tender")


def test_bidders_are_known_of_an_award_where_only_bids_are_listed():
    bids = {"details": [{"id": 1}, {"id": 2}]}

    found = facts(release(bids=bids, awards=[AWARD]))

    assert "bidders" in filled(found, "award")
    assert found.stages["tender"].records == 0


def test_a_purchase_without_solicitation_is_no_record_of_the_tender_stage():
    found = facts(full(tender={"id": "T-1", "procurementMethod": "direct"}))

    assert found.stages["tender"].records == 0
    assert found.groups["how"] == 1
    assert found.joins["award-tender"].joined == 1


def test_a_planned_tender_belongs_to_the_planning_stage():
    found = facts(release(tender=TENDER | {"status": "planned"}))

    assert found.stages["planning"].records == 1
    assert found.stages["tender"].records == 0
    assert {"title", "value", "expected", "category"} <= filled(found, "planning")


def test_cancelled_awards_and_contracts_are_no_records():
    found = facts(
        full(awards=[AWARD | {"status": "cancelled"}], contracts=[CONTRACT | {"status": "pending"}])
    )

    assert found.stages["award"].records == 0
    assert found.stages["contract"].records == 0
    assert (found.groups["from_whom"], found.groups["how_much"], found.value) == (0, 0, None)


def test_a_contract_finds_its_supplier_through_its_award():
    other = AWARD | {"id": "A-2", "suppliers": []}

    through_first = facts(full(awards=[AWARD, other]))
    through_second = facts(full(awards=[AWARD, other], contracts=[CONTRACT | {"awardID": "A-2"}]))
    astray = facts(full(awards=[AWARD, other], contracts=[CONTRACT | {"awardID": "A-9"}]))

    assert "supplier_id" in filled(through_first, "contract")
    assert "supplier_id" not in filled(through_second, "contract")
    assert astray.joins["contract-award"].joined == 0


def test_each_of_many_contracts_finds_its_award():
    awards = [AWARD | {"id": f"A-{n}", "suppliers": [SUPPLIER] * (n % 2)} for n in range(30)]
    contracts = [CONTRACT | {"id": f"C-{n}", "awardID": f"A-{n}"} for n in range(30)]

    found = facts(full(awards=awards, contracts=contracts))

    assert (found.stages["award"].records, found.stages["award"].filled["supplier"]) == (30, 15)
    assert found.stages["contract"].filled["supplier"] == 15
    assert found.joins["contract-award"].joined == 30


def test_milestones_and_amendments_are_implementation_too():
    milestone = {"id": "M-1", "title": "Half of the street", "status": "met"}
    by_milestone = facts(
        full(contracts=[CONTRACT | {"implementation": {"milestones": [milestone]}}])
    )
    amendment = {"id": "X-1", "date": "2025-05-01T00:00:00Z"}
    by_amendment = facts(full(contracts=[CONTRACT | {"amendments": [amendment]}]))

    assert {"contract_id", "title", "status"} <= filled(by_milestone, "implementation")
    assert {"contract_id", "modified"} <= filled(by_amendment, "implementation")


def test_an_empty_implementation_is_no_record():
    found = facts(full(contracts=[CONTRACT | {"implementation": {"transactions": []}}]))

    assert found.stages["implementation"].records == 0


def test_the_payments_of_ocds_1_0_are_read():
    payment = {
        "date": "2025-05-02T00:00:00Z",
        "amount": {"amount": 5},
        "receiverOrganization": SUPPLIER,
    }
    found = facts(full(contracts=[CONTRACT | {"implementation": {"transactions": [payment]}}]))

    assert {"date", "amount", "supplier"} <= filled(found, "implementation")


# --- the six questions ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "unanswered"),
    [
        ({}, set()),
        ({"buyer": {}, "tender": TENDER | {"procuringEntity": {}}}, {"who"}),
        ({"tender": TENDER | {"procurementMethod": ""}}, {"how"}),
        ({"tender": TENDER | {"procurementMethod": "", "procurementMethodDetails": "Open"}}, set()),
        ({"awards": []}, {"from_whom"}),
        ({"awards": [], "contracts": []}, {"from_whom", "how_much"}),
        ({"tender": {}}, {"how"}),
        (
            {
                "tender": TENDER | {"tenderPeriod": {}},
                "awards": [AWARD | {"date": "soon"}],
                "contracts": [],
            },
            {"when"},
        ),
        (
            {
                "tender": TENDER | {"title": ""},
                "awards": [AWARD | {"title": "", "description": " "}],
            },
            {"what"},
        ),
    ],
)
def test_each_of_the_six_questions_is_asked(changed, unanswered):
    found = facts(full(**changed))

    assert {group for group, count in found.groups.items() if not count} == unanswered
    assert found.complete == (0 if unanswered else 1)


# --- how new --------------------------------------------------------------------------------------


def test_the_newest_record_is_the_newest_thing_that_happened():
    assert facts(full()).newest_record == date(2025, 5, 2)
    assert facts(full(), full(ocid="ocds-zz-2", date="2024-01-01")).newest_record == date(
        2025, 5, 2
    )


def test_an_archive_that_is_written_anew_is_not_fresh():
    assert facts(full(date="2026-10-01T00:00:00Z")).newest_record == date(2025, 5, 2)


def test_plans_and_slips_are_no_news():
    slip = AWARD | {"date": "2205-03-01T00:00:00Z"}
    coming = TENDER | {"tenderPeriod": {"startDate": "2025-07-01T00:00:00Z"}}

    assert facts(release(tender=TENDER, awards=[slip])).newest_record == date(2025, 1, 10)
    assert facts(release(tender=coming)).newest_record == date(2025, 6, 1)


def test_data_without_a_date_have_no_newest_record():
    assert facts(release(date="0001-01-01T00:00:00Z", tender={"id": "T-1"})).newest_record is None


def test_a_day_that_no_calendar_has_is_no_date():
    found = facts(full(awards=[AWARD | {"date": "2025-02-30T00:00:00Z"}]))

    assert "date" not in filled(found, "award")


# --- numbers --------------------------------------------------------------------------------------


def test_identifiers_are_counted_by_what_they_identify():
    coded = TENDER | {"items": [{"id": 1, "classification": {"id": "45000000"}}]}
    buyer = {"buyer": {"name": "City", "identifier": {"id": "C-1"}}}

    found = facts(
        full(), full(ocid="ocds-zz-2", tender=coded, awards=[], **buyer), {"awards": [AWARD]}
    )

    assert found.identifiers == {
        "process": 2,
        "ocid": 2,
        "buyer": 2,
        "supplier": 2,
        "category": 1,
    }


def test_tenders_join_plans_only_where_plans_have_numbers():
    nameless = full(ocid="ocds-zz-2", planning={"rationale": "Floods"})

    numbered, none = facts(full(), nameless), facts(nameless)

    assert numbered.joins["tender-planning"].model_dump() == {"records": 2, "joined": 1}
    assert "tender-planning" not in none.joins


# --- what key figures see -------------------------------------------------------------------------


def test_key_figures_see_one_process_with_its_awards():
    found = procurement(**full())

    assert (found.id, found.method, found.status) == ("ocds-zz-1", "open", "complete")
    assert (found.opened, found.closed) == (date(2025, 1, 10), date(2025, 2, 10))
    assert (found.bidders, found.bidders_odd, found.lots) == (3, False, 0)
    (award,) = found.awards
    assert (award.day, award.value, award.currency) == (date(2025, 3, 1), 800, "USD")
    assert award.suppliers == ("zz-1",)
    assert award.contracted


@pytest.mark.parametrize(
    ("tender", "bidders", "odd"),
    [
        ({}, None, False),
        ({"numberOfTenderers": None}, None, False),
        ({"numberOfTenderers": "4"}, 4, False),
        ({"numberOfTenderers": 0}, None, True),
        ({"numberOfTenderers": -1}, None, True),
        ({"numberOfTenderers": 2.5}, None, True),
        ({"numberOfTenderers": 900_000_123}, None, True),
        ({"numberOfTenderers": 0, "tenderers": [SUPPLIER, SUPPLIER]}, 2, False),
        ({"tenderers": [SUPPLIER, {}]}, 1, False),
    ],
)
def test_the_number_of_bidders_is_known_only_where_it_can_be_right(tender, bidders, odd):
    found = procurement(tender=tender, awards=[AWARD])

    assert (found.bidders, found.bidders_odd) == (bidders, odd)


def test_bids_are_counted_where_no_number_is_told():
    assert procurement(bids={"details": [{"id": 1}, {"id": 2}]}, awards=[AWARD]).bidders == 2


def test_nobody_bidding_is_a_number_where_nothing_was_awarded():
    void = AWARD | {"status": "unsuccessful"}

    found = procurement(tender={"numberOfTenderers": 0}, awards=[void])

    assert (found.bidders, found.bidders_odd, found.awards) == (0, False, ())


def test_lots_are_counted():
    assert procurement(tender={"lots": [{"id": 1}, {"id": 2}]}).lots == 2


def test_suppliers_without_a_number_are_told_apart_by_one_spelling_of_their_name():
    suppliers = [{"name": "Peña, S.A."}, {"name": "PENA SA"}, {"id": " ", "name": "Otra"}, {}]

    (award,) = procurement(awards=[AWARD | {"suppliers": suppliers}]).awards

    assert award.suppliers == ("pena sa", "pena sa", "otra")


@pytest.mark.parametrize(
    ("contracts", "followed"),
    [
        ([], (False, False)),
        ([{"awardID": "A-1"}], (True, False)),
        ([{"id": "C-1"}], (False, False)),  # of which award, nobody can tell
        ([{"awardID": "A-2", "status": "cancelled"}], (False, False)),
    ],
)
def test_a_contract_follows_from_the_award_that_it_names(contracts, followed):
    found = procurement(awards=[AWARD, AWARD | {"id": "A-2"}], contracts=contracts)

    assert tuple(award.contracted for award in found.awards) == followed


def test_a_contract_that_names_no_award_follows_from_the_only_one():
    assert procurement(awards=[AWARD], contracts=[{"id": "C-1"}]).awards[0].contracted
