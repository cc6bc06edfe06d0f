SELECT count(%(count_2)s::VARCHAR) AS count_1 
FROM users;

SELECT users.id AS users_id, users.email AS users_email, users.name AS users_name, users.role AS users_role, users.organisation_id AS users_organisation_id, users.password_hash AS users_password_hash, users.active AS users_active, users.session_stamp AS users_session_stamp, users.created_at AS users_created_at, users.last_seen_at AS users_last_seen_at, organisations_1.id AS organisations_1_id, organisations_1.name AS organisations_1_name, organisations_1.national AS organisations_1_national 
FROM users LEFT OUTER JOIN organisations AS organisations_1 ON organisations_1.id = users.organisation_id ORDER BY users.name, users.id 
 LIMIT %(param_1)s::INTEGER;
