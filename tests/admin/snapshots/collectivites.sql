SELECT count(%(count_2)s::VARCHAR) AS count_1 
FROM territories 
WHERE territories.id IN (SELECT organisation_territories.territory_id 
FROM organisation_territories 
WHERE organisation_territories.organisation_id = %(organisation_id_1)s::BIGINT);

SELECT territories.id AS territories_id, territories.kind AS territories_kind, territories.code AS territories_code, territories.siren AS territories_siren, territories.name AS territories_name, territories.sort_name AS territories_sort_name, territories.population AS territories_population, territories.stratum AS territories_stratum, territories.departement_code AS territories_departement_code, territories.region_code AS territories_region_code, territories.epci_siren AS territories_epci_siren, territories.asked AS territories_asked, territories.not_asked_because AS territories_not_asked_because 
FROM territories 
WHERE territories.id IN (SELECT organisation_territories.territory_id 
FROM organisation_territories 
WHERE organisation_territories.organisation_id = %(organisation_id_1)s::BIGINT) ORDER BY territories.sort_name, territories.id 
 LIMIT %(param_1)s::INTEGER;
