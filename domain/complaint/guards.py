"""What several decisions on a complaint ask first: is it filed, is it open, which day's rules apply."""

from datetime import date

from domain.complaint.events import ComplaintFiled
from domain.complaint.refusals import ComplaintIsClosed, ComplaintNotFiled
from domain.complaint.state import Complaint
from domain.organisation.rules import local_day
from domain.telling import Command, Situation


def check_filed(complaint: Complaint, command: Command) -> ComplaintFiled:
    """Refuse what comes before the filing; give the filing."""
    if complaint.filed is None:
        raise ComplaintNotFiled(originator_id=command.originator_id)
    return complaint.filed


def check_open(complaint: Complaint, command: Command) -> None:
    """Refuse work on a complaint that is not filed or is closed."""
    check_filed(complaint, command)
    if complaint.is_closed:
        raise ComplaintIsClosed(originator_id=command.originator_id)


def rules_day(complaint: Complaint, situation: Situation) -> date:
    """Say whose day's rules apply: those of the day the complaint was filed."""
    moment = complaint.filed.occurred_at if complaint.filed else situation.now
    return local_day(moment, rules=situation.rules)
