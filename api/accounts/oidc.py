"""From what an identity provider vouches for to a person of ours.

The claims come from a token whose signature, issuer, audience and nonce were checked before.
"""

from collections.abc import Mapping

from sqlalchemy import insert, select, update

from api.accounts.cities import LANGUAGES
from api.db.audit import city_stream, record
from api.db.columns import new_id
from api.db.session import Transaction
from api.db.tables import PROGRAMME, person
from api.errors import WrongCredentials


def person_from_claims(db: Transaction, claims: Mapping[str, object]) -> str:
    """The id of the person: the one that signed in so before, or of that address, or a new one.

    An address counts only if the provider has verified it: else whoever types somebody's address
    there would be that person here. A new person has no role until they are invited.
    """
    issuer, name = claims.get("iss"), claims.get("sub")
    if not isinstance(issuer, str) or not isinstance(name, str) or not issuer or not name:
        raise WrongCredentials
    subject = f"{issuer}|{name}"
    if len(subject) > 600:
        raise WrongCredentials
    known = db.sql.execute(select(person.c.id).where(person.c.subject == subject)).scalar()
    if known is not None:
        return str(known)
    email = claims.get("email")
    if not isinstance(email, str) or claims.get("email_verified") is not True:
        raise WrongCredentials
    email = email.strip().lower()
    by_address = select(person.c.id, person.c.subject).where(person.c.email == email)
    found = db.sql.execute(by_address).first()
    if found is None:
        return _add(db, claims, email, subject)
    if found.subject is not None:  # the address belongs to another account of the provider by now
        raise WrongCredentials
    db.sql.execute(update(person).where(person.c.id == found.id).values(subject=subject))
    record(db, city_stream(PROGRAMME), "person.linked", by=found.id, about={})
    return str(found.id)


def _add(db: Transaction, claims: Mapping[str, object], email: str, subject: str) -> str:
    language = str(claims.get("locale") or "en")[:2].lower()
    person_id = new_id()
    row = {
        "id": person_id,
        "email": email[:320],
        "name": str(claims.get("name") or email.partition("@")[0])[:200],
        "language": language if language in LANGUAGES else "en",
        "subject": subject,
        "created_at": db.now,
    }
    db.sql.execute(insert(person), row)
    record(db, city_stream(PROGRAMME), "person.added", by=person_id, about={})
    return person_id
