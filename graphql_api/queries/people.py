"""Root fields about one customer, one membership, one segment: objects with what belongs to them."""

import strawberry

from graphql_api.access.readers import readers_of_view
from graphql_api.people.membership import Membership, find_membership
from graphql_api.people.person import Person, find_person
from graphql_api.people.root_arguments import FoundById
from graphql_api.people.segment import READERS, AskedSegment, Segment
from graphql_api.permissions import may
from projections.views.customer_360 import CUSTOMER_360
from projections.views.member_standings import MEMBER_STANDINGS


@strawberry.type
class PeopleQueries:
    customer: Person | None = strawberry.field(
        description="A customer by any of their pseudonyms; null where nothing is known.",
        extensions=[FoundById(find_person, meaning="Any pseudonym of theirs, with or without `customer-`.")],
        permission_classes=[may(readers_of_view(CUSTOMER_360))],
    )
    member: Membership | None = strawberry.field(
        description="A membership by its id; null where there is none, or its customer is erased.",
        extensions=[FoundById(find_membership, meaning="Its id, with or without `member-`.")],
        permission_classes=[may(readers_of_view(MEMBER_STANDINGS))],
    )
    segment: Segment | None = strawberry.field(
        description="A saved segment of customers.",
        extensions=[AskedSegment()],
        permission_classes=[may(READERS)],
    )
