SELECT count(%(count_2)s::VARCHAR) AS count_1 
FROM published.publications;

SELECT published.publications.id AS published_publications_id, published.publications.wave_id AS published_publications_wave_id, published.publications.title AS published_publications_title, published.publications.simulated AS published_publications_simulated, published.publications.computed_at AS published_publications_computed_at, published.publications.first_approval_by AS published_publications_first_approval_by, published.publications.first_approval_at AS published_publications_first_approval_at, published.publications.second_approval_by AS published_publications_second_approval_by, published.publications.second_approval_at AS published_publications_second_approval_at, published.publications.approved_at AS published_publications_approved_at 
FROM published.publications ORDER BY published.publications.computed_at DESC, published.publications.id DESC 
 LIMIT %(param_1)s::INTEGER;
