SELECT count(%(count_2)s::VARCHAR) AS count_1 
FROM messages 
WHERE messages.id IN (SELECT message_cases.message_id 
FROM message_cases JOIN cases ON cases.id = message_cases.case_id 
WHERE cases.territory_id IN (SELECT organisation_territories.territory_id 
FROM organisation_territories 
WHERE organisation_territories.organisation_id = %(organisation_id_1)s::BIGINT)) AND (SELECT bool_and(cases.territory_id IN (SELECT organisation_territories.territory_id 
FROM organisation_territories 
WHERE organisation_territories.organisation_id = %(organisation_id_1)s::BIGINT)) AS bool_and_1 
FROM message_cases JOIN cases ON cases.id = message_cases.case_id 
WHERE message_cases.message_id = messages.id);

SELECT messages.id AS messages_id, messages.address_id AS messages_address_id, messages.wave_id AS messages_wave_id, messages.step AS messages_step, messages.occasion AS messages_occasion, messages.channel AS messages_channel, messages.lane AS messages_lane, messages.template_id AS messages_template_id, messages.link_id AS messages_link_id, messages.details AS messages_details, messages.state AS messages_state, messages.tries AS messages_tries, messages.next_try_at AS messages_next_try_at, messages.leased_until AS messages_leased_until, messages.created_at AS messages_created_at, messages.sent_at AS messages_sent_at, messages.last_reason AS messages_last_reason, messages.subject AS messages_subject, messages.body AS messages_body, addresses_1.id AS addresses_1_id, addresses_1.channel AS addresses_1_channel, addresses_1.value AS addresses_1_value, addresses_1.holder_name AS addresses_1_holder_name, addresses_1.state AS addresses_1_state, addresses_1.lane AS addresses_1_lane, addresses_1.created_at AS addresses_1_created_at, addresses_1.erased_at AS addresses_1_erased_at 
FROM messages LEFT OUTER JOIN addresses AS addresses_1 ON addresses_1.id = messages.address_id AND addresses_1.id IN (SELECT contacts.address_id 
FROM contacts 
WHERE contacts.territory_id IN (SELECT organisation_territories.territory_id 
FROM organisation_territories 
WHERE organisation_territories.organisation_id = %(organisation_id_1)s::BIGINT)) 
WHERE messages.id IN (SELECT message_cases.message_id 
FROM message_cases JOIN cases ON cases.id = message_cases.case_id 
WHERE cases.territory_id IN (SELECT organisation_territories.territory_id 
FROM organisation_territories 
WHERE organisation_territories.organisation_id = %(organisation_id_2)s::BIGINT)) AND (SELECT bool_and(cases.territory_id IN (SELECT organisation_territories.territory_id 
FROM organisation_territories 
WHERE organisation_territories.organisation_id = %(organisation_id_2)s::BIGINT)) AS bool_and_1 
FROM message_cases JOIN cases ON cases.id = message_cases.case_id 
WHERE message_cases.message_id = messages.id) ORDER BY messages.created_at DESC, messages.id 
 LIMIT %(param_1)s::INTEGER;
