"""What a place of the service may set: every setting with its default and what it is for.

Each is read from the environment, with READINESS_ before its name in capitals:
`READINESS_DATABASE_URL=postgresql://…`. A value that cannot be used ends the start with its name
and the mend. Secrets are never shown, in no log and in no error.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from rubrics.problems import InputError, Place, Problem

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
"""The addresses at which nobody but this machine is answered."""


class Settings(BaseSettings):
    """The settings of one service; frozen, so that what is shown is what holds."""

    model_config = SettingsConfigDict(env_prefix="READINESS_", frozen=True, extra="ignore")

    data_folder: Path = Field(
        default=Path("readiness-data"),
        description="Folder of the evidence, and of the database where it is SQLite.",
    )
    database_url: str = Field(
        default="",
        description="The database: postgresql://user:password@host/name. Empty: SQLite in the data "
        "folder.",
    )
    database_connections: Annotated[int, Field(ge=1, le=200)] = Field(
        default=10, description="The most connections that one process opens to PostgreSQL."
    )
    base_url: str | None = Field(
        default=None,
        description="The address that people type, such as https://readiness.example. Links in "
        "invitations begin with it, and other hosts are refused.",
    )
    secret: SecretStr | None = Field(
        default=None,
        description="At least 32 characters that nobody can guess; signs what a browser keeps for "
        "us. Needed outside the demo.",
    )
    demo: bool = Field(
        default=False,
        description="Sign in as one of three sample people without a password. Works on this "
        "machine alone, and only with a database made for it.",
    )
    session_hours: Annotated[int, Field(ge=1, le=24 * 90)] = Field(
        default=14, description="Hours after which somebody signs in again."
    )
    invitation_days: Annotated[int, Field(ge=1, le=90)] = Field(
        default=14, description="Days for which the link of an invitation works."
    )
    token_days: Annotated[int, Field(ge=1, le=3_650)] = Field(
        default=365, description="The most days for which a token of the API works."
    )
    max_upload_mb: Annotated[int, Field(ge=1, le=10_000)] = Field(
        default=100, description="The largest piece of evidence, in megabytes."
    )
    max_city_mb: Annotated[int, Field(ge=1, le=1_000_000)] = Field(
        default=2_000, description="The most evidence of one assessment, in megabytes."
    )
    max_batch_mb: Annotated[int, Field(ge=1, le=100_000)] = Field(
        default=200, description="The largest input of a batch, in megabytes."
    )
    batch_workers: Annotated[int, Field(ge=0, le=64)] = Field(
        default=1,
        description="Processes that `readiness serve` starts to work on batches; 0: those of "
        "`readiness worker --service` do it all.",
    )
    fetch_links: bool = Field(
        default=True,
        description="Whether public addresses that teams hand in as evidence are called.",
    )
    password_hashes: Annotated[int, Field(ge=1, le=64)] = Field(
        default=2,
        description="Passwords that one process checks at once; each takes 64 megabytes meanwhile.",
    )
    sign_ins_per_minute: Annotated[int, Field(ge=0)] = Field(
        default=10,
        description="Attempts to sign in, for one person and from one address; 0: no limit.",
    )
    requests_per_minute: Annotated[int, Field(ge=0)] = Field(
        default=600, description="Requests to the API by one person or token; 0: no limit."
    )
    oidc_issuer: str | None = Field(
        default=None, description="The identity provider, such as https://id.example/realms/city."
    )
    oidc_client_id: str | None = Field(
        default=None, description="What the identity provider calls this service."
    )
    oidc_client_secret: SecretStr | None = Field(
        default=None, description="The secret that the identity provider gave to this service."
    )
    oidc_name: str = Field(
        default="", description="What the button says: Sign in with … (the name of the provider)."
    )
    smtp_host: str | None = Field(
        default=None,
        description="The mail server for digests. Without one, messages stand in the log alone.",
    )
    smtp_port: Annotated[int, Field(ge=1, le=65_535)] = Field(
        default=587, description="The port of the mail server."
    )
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        default="starttls",
        description="How the connection is encrypted; none only for a server on this machine.",
    )
    smtp_user: str | None = Field(
        default=None, description="The name to sign in with at the mail server."
    )
    smtp_password: SecretStr | None = Field(default=None, description="The password for it.")
    mail_from: str | None = Field(
        default=None, description="The address that digests come from. Needed with a mail server."
    )
    metrics_token: SecretStr | None = Field(
        default=None,
        description="Who reads /metrics from elsewhere must say this; without it, nobody can.",
    )
    log_format: Literal["json", "text"] = Field(
        default="json", description="How log lines are written: json or text."
    )

    @property
    def url(self) -> str:
        """The address of the database as SQLAlchemy takes it."""
        if self.database_url:
            return self.database_url
        return f"sqlite:///{(self.data_folder / 'readiness.sqlite').absolute()}"

    @property
    def evidence_folder(self) -> Path:
        """Where the content of evidence lies."""
        return self.data_folder / "evidence"

    @property
    def batches_folder(self) -> Path:
        """Where the batches of staff lie: input, what is unfinished, results."""
        return self.data_folder / "batches"

    @property
    def max_batch_bytes(self) -> int:
        """The largest input of a batch."""
        return self.max_batch_mb * 1_000_000

    @property
    def max_upload_bytes(self) -> int:
        """The largest piece of evidence."""
        return self.max_upload_mb * 1_000_000

    @model_validator(mode="after")
    def _hold_together(self) -> "Settings":
        if self.secret is not None and len(self.secret.get_secret_value()) < 32:
            raise ValueError("READINESS_SECRET needs at least 32 characters")
        if self.oidc_issuer is not None and self.oidc_client_id is None:
            raise ValueError("READINESS_OIDC_ISSUER needs READINESS_OIDC_CLIENT_ID beside it")
        if self.smtp_host is not None and "@" not in (self.mail_from or ""):
            raise ValueError("READINESS_SMTP_HOST needs READINESS_MAIL_FROM beside it, an address")
        if self.smtp_security == "none" and self.smtp_host not in (None, *LOOPBACK):
            # Who listens on the way would read names, and the password of the mail server.
            raise ValueError("READINESS_SMTP_SECURITY=none is for a server on this machine alone")
        return self


def load_settings() -> Settings:
    """The settings of the environment; `InputError` names those that cannot be used."""
    try:
        return Settings()
    except ValidationError as error:
        problems = [
            Problem("setting.unusable", Place("READINESS"), _told(one["loc"], one["msg"]))
            for one in error.errors(include_url=False, include_input=False)
        ]
        raise InputError(problems) from None


def _told(path: tuple[int | str, ...], detail: str) -> dict[str, str | int]:
    name = "_".join(["READINESS", *(str(part).upper() for part in path)])
    return {"name": name, "detail": detail.removeprefix("Value error, ")}


def demo_settings(data_folder: Path) -> Settings:
    """What `readiness serve` takes where nothing is set: a demo in a folder, on this machine."""
    return Settings(data_folder=data_folder, demo=True, log_format="text")
