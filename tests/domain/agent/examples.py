"""An accepted example of every command on an agent, and the events that they stand on."""

from datetime import date

from domain.agent import AgentJoined
from domain.agent.commands import CoachAgent, JoinAgent, LeaveAgent, MoveAgent, RecordAgentDay
from tests.examples import AGENT, AGENT_ID, UNIT, told
from tests.given import CommandExample

joined = told(AgentJoined, role="inbound", team="motor", trainee=True, unit=UNIT, agent_id=AGENT)

join = JoinAgent(
    originator_id=AGENT_ID, role="inbound", team="motor", trainee=True, unit=UNIT, agent_id=AGENT
)
move = MoveAgent(originator_id=AGENT_ID, team="renewals")
coach = CoachAgent(originator_id=AGENT_ID, reason="critical_error")
leave = LeaveAgent(originator_id=AGENT_ID, reason="resigned")
record_day = RecordAgentDay(
    originator_id=AGENT_ID, day=date(2026, 3, 4), scheduled_ms=28_800_000, login_ms=27_000_000
)

EXAMPLES: tuple[CommandExample, ...] = (
    CommandExample(command=join),
    CommandExample(command=move, given=(joined,)),
    CommandExample(command=coach, given=(joined,), again="done"),
    CommandExample(command=leave, given=(joined,)),
    CommandExample(command=record_day, given=(joined,)),
)
