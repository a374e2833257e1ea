-- Finds the few events that say who is who: read at every start, so never by looking through the log.

create index stored_events_persons_idx
on stored_events (topic, notification_id)
where topic in ('customer.erased', 'customer.linked', 'customer.number_released');
