"""Accounts: who acts, what they may, how they come in."""

from api.accounts.actor import Actor, Role
from api.accounts.rights import Action

__all__ = ["Action", "Actor", "Role"]
