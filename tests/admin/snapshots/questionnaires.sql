SELECT count(%(count_2)s::VARCHAR) AS count_1 
FROM questionnaires;

SELECT questionnaires.id AS questionnaires_id, questionnaires.theme AS questionnaires_theme, questionnaires.version AS questionnaires_version, questionnaires.title AS questionnaires_title, questionnaires.state AS questionnaires_state, questionnaires.simulated AS questionnaires_simulated, questionnaires.definition AS questionnaires_definition, questionnaires.digest AS questionnaires_digest, questionnaires.loaded_at AS questionnaires_loaded_at 
FROM questionnaires ORDER BY CASE questionnaires.theme WHEN %(param_1)s::VARCHAR THEN %(param_2)s::INTEGER WHEN %(param_3)s::VARCHAR THEN %(param_4)s::INTEGER WHEN %(param_5)s::VARCHAR THEN %(param_6)s::INTEGER WHEN %(param_7)s::VARCHAR THEN %(param_8)s::INTEGER WHEN %(param_9)s::VARCHAR THEN %(param_10)s::INTEGER WHEN %(param_11)s::VARCHAR THEN %(param_12)s::INTEGER WHEN %(param_13)s::VARCHAR THEN %(param_14)s::INTEGER WHEN %(param_15)s::VARCHAR THEN %(param_16)s::INTEGER WHEN %(param_17)s::VARCHAR THEN %(param_18)s::INTEGER END, questionnaires.version DESC 
 LIMIT %(param_19)s::INTEGER;
