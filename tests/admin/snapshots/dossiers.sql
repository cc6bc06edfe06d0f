SELECT count(%(count_2)s::VARCHAR) AS count_1 
FROM cases 
WHERE cases.wave_id = %(wave_id_1)s::BIGINT AND cases.disposition IN (%(disposition_1_1)s::VARCHAR, %(disposition_1_2)s::VARCHAR, %(disposition_1_3)s::VARCHAR, %(disposition_1_4)s::VARCHAR, %(disposition_1_5)s::VARCHAR) AND cases.territory_id IN (SELECT organisation_territories.territory_id 
FROM organisation_territories 
WHERE organisation_territories.organisation_id = %(organisation_id_1)s::BIGINT);

SELECT territories.id AS territories_id, territories.kind AS territories_kind, territories.code AS territories_code, territories.siren AS territories_siren, territories.name AS territories_name, territories.sort_name AS territories_sort_name, territories.population AS territories_population, territories.stratum AS territories_stratum, territories.departement_code AS territories_departement_code, territories.region_code AS territories_region_code, territories.epci_siren AS territories_epci_siren, territories.asked AS territories_asked, territories.not_asked_because AS territories_not_asked_because, cases.id AS cases_id, cases.wave_id AS cases_wave_id, cases.territory_id AS cases_territory_id, cases.theme AS cases_theme, cases.disposition AS cases_disposition, cases.moved_at AS cases_moved_at, cases.kind AS cases_kind, cases.population AS cases_population, cases.stratum AS cases_stratum 
FROM cases JOIN territories ON territories.id = cases.territory_id AND territories.id IN (SELECT organisation_territories.territory_id 
FROM organisation_territories 
WHERE organisation_territories.organisation_id = %(organisation_id_1)s::BIGINT) 
WHERE cases.wave_id = %(wave_id_1)s::BIGINT AND cases.disposition IN (%(disposition_1_1)s::VARCHAR, %(disposition_1_2)s::VARCHAR, %(disposition_1_3)s::VARCHAR, %(disposition_1_4)s::VARCHAR, %(disposition_1_5)s::VARCHAR) AND cases.territory_id IN (SELECT organisation_territories.territory_id 
FROM organisation_territories 
WHERE organisation_territories.organisation_id = %(organisation_id_2)s::BIGINT) ORDER BY territories.sort_name, territories.id, CASE cases.theme WHEN %(param_1)s::VARCHAR THEN %(param_2)s::INTEGER WHEN %(param_3)s::VARCHAR THEN %(param_4)s::INTEGER WHEN %(param_5)s::VARCHAR THEN %(param_6)s::INTEGER WHEN %(param_7)s::VARCHAR THEN %(param_8)s::INTEGER WHEN %(param_9)s::VARCHAR THEN %(param_10)s::INTEGER WHEN %(param_11)s::VARCHAR THEN %(param_12)s::INTEGER WHEN %(param_13)s::VARCHAR THEN %(param_14)s::INTEGER WHEN %(param_15)s::VARCHAR THEN %(param_16)s::INTEGER WHEN %(param_17)s::VARCHAR THEN %(param_18)s::INTEGER END, cases.id 
 LIMIT %(param_19)s::INTEGER;
