SELECT count(%(count_2)s::VARCHAR) AS count_1 
FROM requests 
WHERE requests.territory_id IN (SELECT organisation_territories.territory_id 
FROM organisation_territories 
WHERE organisation_territories.organisation_id = %(organisation_id_1)s::BIGINT);

SELECT territories.id AS territories_id, territories.kind AS territories_kind, territories.code AS territories_code, territories.siren AS territories_siren, territories.name AS territories_name, territories.sort_name AS territories_sort_name, territories.population AS territories_population, territories.stratum AS territories_stratum, territories.departement_code AS territories_departement_code, territories.region_code AS territories_region_code, territories.epci_siren AS territories_epci_siren, territories.asked AS territories_asked, territories.not_asked_because AS territories_not_asked_because, requests.id AS requests_id, requests.territory_id AS requests_territory_id, requests.kind AS requests_kind, requests.theme AS requests_theme, requests.words AS requests_words, requests.address_id AS requests_address_id, requests.link_id AS requests_link_id, requests.channel AS requests_channel, requests.asked_at AS requests_asked_at, requests.state AS requests_state, requests.decided_at AS requests_decided_at, requests.decided_by AS requests_decided_by 
FROM requests JOIN territories ON territories.id = requests.territory_id AND territories.id IN (SELECT organisation_territories.territory_id 
FROM organisation_territories 
WHERE organisation_territories.organisation_id = %(organisation_id_1)s::BIGINT) 
WHERE requests.territory_id IN (SELECT organisation_territories.territory_id 
FROM organisation_territories 
WHERE organisation_territories.organisation_id = %(organisation_id_2)s::BIGINT) ORDER BY CASE WHEN (requests.state = %(state_1)s::VARCHAR) THEN %(param_1)s::INTEGER ELSE %(param_2)s::INTEGER END, requests.asked_at, requests.id 
 LIMIT %(param_3)s::INTEGER;
