SELECT count(%(count_2)s::VARCHAR) AS count_1 
FROM organisations;

SELECT organisations.id AS organisations_id, organisations.name AS organisations_name, organisations.national AS organisations_national 
FROM organisations ORDER BY organisations.name, organisations.id 
 LIMIT %(param_1)s::INTEGER;
