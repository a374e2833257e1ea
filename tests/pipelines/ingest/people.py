"""Named examples of people in files: known by a phone number, registered, calling, giving numbers back."""

PEOPLE = """\
version: 1
source: crm_person
issuer: crm
zone: Asia/Shanghai
key: [phone, joined]
recorded_at: occurred_at
personal: {phone: msisdn}
let:
  joined_at: {at: joined}
stream: {parts: [phone]}
events:
  - topic: customer.registered
    occurred_at: joined_at
    fields: {name: name, phone: phone, id_number: id_number}
"""
"""Customers known by their phone: phone, joined, name, id_number."""

PEOPLE_ROWS = """\
phone,joined,name,id_number
13800000001,2025-01-05 09:00:00,王小明,110101199001011234
13900000002,2025-01-06 09:00:00,李四,110101199001015678
"""

CALLERS = """\
version: 1
source: desk_call
issuer: desk
zone: Asia/Shanghai
key: [id]
recorded_at: occurred_at
personal: {phone: msisdn}
types: {wait: integer}
let:
  came_at: {at: came}
stream: {parts: [id]}
every: {customer_id: phone}
events:
  - topic: call.offered
    occurred_at: came_at
    fields: {direction: "'inbound'", hotline: "'95502'", channel: "'phone'", caller_number: phone}
  - topic: call.answered
    when: wait IS NOT NULL
    occurred_at: came_at + INTERVAL '1 second' * wait
    fields: {wait_ms: wait * 1000}
"""
"""Calls of those customers: id, came, phone, wait."""

CALLERS_ROWS = """\
id,came,phone,wait
1,2025-02-01 09:00:00,13800000001,5
2,2025-02-01 10:00:00,13900000002,6
3,2025-02-01 11:00:00,,7
"""

MSISDN = "msisdn"
FIRST, SECOND = "13800000001", "13900000002"
