"""Which licence an address or name stands for: an exact table, and "unrecognised" for all else.

No guessing from words: "open licence of the city" could be anything, and a person has to read it.
"""

import re
from collections.abc import Mapping

from rubrics.checks import Licence

LICENCE_WORDS: Mapping[Licence, tuple[str, ...]] = {
    Licence.PUBLIC_DOMAIN: (
        "cc0",
        "cc0-1.0",
        "creativecommons.org/publicdomain/zero/1.0",
        "creativecommons.org/publicdomain/mark/1.0",
        "opendefinition.org/licenses/cc-zero",
        "pddl",
        "pddl-1.0",
        "odc-pddl",
        "odc-pddl-1.0",
        "opendatacommons.org/licenses/pddl",
        "opendatacommons.org/licenses/pddl/1-0",
        "opendatacommons.org/licenses/pddl/1.0",
        "opendefinition.org/licenses/odc-pddl",
        "usa.gov/government-works",
        "usa.gov/publicdomain/label/1.0",
    ),
    Licence.CC_BY: (
        "cc-by",
        "cc-by-2.5",
        "cc-by-3.0",
        "cc-by-4.0",
        *(f"creativecommons.org/licenses/by/{v}" for v in ("2.0", "2.5", "3.0", "4.0")),
        *(f"creativecommons.org/licenses/by/2.5/{c}" for c in ("ar", "br", "co", "mx", "pe")),
        *(f"creativecommons.org/licenses/by/3.0/{c}" for c in ("br", "cl", "cr", "ec", "us")),
        "creativecommons.org/licenses/by/3.0/igo",
        "opendefinition.org/licenses/cc-by",
        "odc-by",
        "odc-by-1.0",
        "opendatacommons.org/licenses/by",
        "opendatacommons.org/licenses/by/1-0",
        "opendatacommons.org/licenses/by/1.0",
        "opendefinition.org/licenses/odc-by",
        "ogl-uk-3.0",
        "nationalarchives.gov.uk/doc/open-government-licence/version/2",
        "nationalarchives.gov.uk/doc/open-government-licence/version/3",
        "ogl-canada-2.0",
        "open.canada.ca/en/open-government-licence-canada",
    ),
    Licence.CUSTOM_OPEN: (
        "cc-by-sa",
        "cc-by-sa-3.0",
        "cc-by-sa-4.0",
        *(f"creativecommons.org/licenses/by-sa/{v}" for v in ("2.0", "2.5", "3.0", "4.0")),
        "opendefinition.org/licenses/cc-by-sa",
        "odbl",
        "odbl-1.0",
        "odc-odbl",
        "opendatacommons.org/licenses/odbl",
        "opendatacommons.org/licenses/odbl/1-0",
        "opendatacommons.org/licenses/odbl/1.0",
        "opendefinition.org/licenses/odc-odbl",
    ),
    Licence.RESTRICTED: tuple(
        f"{prefix}{kind}{version}"
        for kind in ("by-nc", "by-nd", "by-nc-sa", "by-nc-nd")
        for prefix, versions in (
            ("cc-", ("", "-3.0", "-4.0")),
            ("creativecommons.org/licenses/", ("/2.0", "/2.5", "/3.0", "/4.0")),
        )
        for version in versions
    ),
}
"""SPDX ids, common names and addresses, as `_key` writes them.

Licences that ask for attribution alone are `cc_by`; those that are open but ask for more (share
alike) are `custom_open`; those that forbid some use are `restricted`.
"""

_LICENCES = {word: licence for licence, words in LICENCE_WORDS.items() for word in words}
_ADDRESS = re.compile(r"https?://[^\s\"'<>()\[\]]{1,300}", re.IGNORECASE)
_TAIL = re.compile(r"/(?:legalcode|deed)(?:\.[a-z_-]{1,8})?$|\.html?$|\.txt$|/summary$")
_MAX_LENGTH = 300


def licence_of(named: str | None) -> Licence:
    """The licence that a package names by address, SPDX id or usual name."""
    if named is None or not named.strip():
        return Licence.NONE_STATED
    return _LICENCES.get(_key(named), Licence.UNRECOGNISED)


def licence_in(text: str) -> Licence | None:
    """The licence that a page links to; `None` where it links to none we know, or to several."""
    found = {_LICENCES.get(_key(address)) for address in _ADDRESS.findall(text)} - {None}
    return found.pop() if len(found) == 1 else None


def _key(named: str) -> str:
    """One spelling: `https://www.x.org/A/legalcode.es` is `x.org/a`, `CC BY 4.0` is `cc-by-4.0`."""
    word = named.strip()[:_MAX_LENGTH].lower()
    word = re.sub(r"^https?://(?:www\.)?", "", word).partition("#")[0].partition("?")[0]
    word = word.rstrip("/.,;")
    word = _TAIL.sub("", word).rstrip("/")
    return word if "/" in word else re.sub(r"[\s_-]+", "-", word)
