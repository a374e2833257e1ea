"""An accepted example of every command on a campaign, and the events that they stand on."""

from datetime import timedelta

from domain.campaign import CampaignLaunched
from domain.campaign.commands import EndCampaign, LaunchCampaign
from tests.examples import CAMPAIGN, CAMPAIGN_ID, NOW, told
from tests.given import CommandExample

ENDS = NOW + timedelta(days=30)

launched = told(CampaignLaunched, kind="offer", ends_at=ENDS, control_share=100_000, campaign_id=CAMPAIGN)

launch = LaunchCampaign(
    originator_id=CAMPAIGN_ID, kind="offer", ends_at=ENDS, control_share=100_000, campaign_id=CAMPAIGN
)
end = EndCampaign(originator_id=CAMPAIGN_ID)

EXAMPLES: tuple[CommandExample, ...] = (
    CommandExample(command=launch),
    CommandExample(command=end, given=(launched,)),
)
