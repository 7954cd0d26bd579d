"""One file a noun: rows, constraints, and the questions that rows can answer. ``branches.services`` writes them."""

from branches.models.member import Member, Relative, Sanction
from branches.models.organisation import Organisation
from branches.models.seat import Seat
from branches.models.substitution import Substitution
from branches.models.user import User

__all__ = ["Member", "Organisation", "Relative", "Sanction", "Seat", "Substitution", "User"]
