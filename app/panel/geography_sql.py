"""The statements of the geography's import, in the order they are run.

`incoming` lives for one transaction: one row an authority of the millésime, `territory_id`
filled once it is known which row of `territories` it is.
"""

from __future__ import annotations

INCOMING = """
CREATE TEMP TABLE incoming (
    kind text, code text, siren text, name text, sort_name text, population bigint, stratum text,
    departement_code text, region_code text, epci_siren text, departements text[],
    not_asked_because text, postal_code text, territory_id bigint
) ON COMMIT DROP
"""
COPY = """
COPY incoming (kind, code, siren, name, sort_name, population, stratum, departement_code,
               region_code, epci_siren, departements, not_asked_because, postal_code) FROM STDIN
"""
MATCH_BY_SIREN = """
UPDATE incoming SET territory_id = t.id
  FROM territories t WHERE t.kind = incoming.kind AND t.siren = incoming.siren
"""
# A commune nouvelle keeps the code of one of its communes under a new SIREN: the same row.
MATCH_BY_CODE = """
UPDATE incoming SET territory_id = t.id
  FROM territories t
 WHERE incoming.territory_id IS NULL AND t.kind = incoming.kind AND t.code = incoming.code
   AND NOT EXISTS (SELECT FROM incoming other WHERE other.territory_id = t.id)
"""
GONE = """
SELECT count(*), count(*) FILTER (WHERE incoming.territory_id IS NULL)
  FROM territories t LEFT JOIN incoming ON incoming.territory_id = t.id
 WHERE t.asked
"""
RETIRE = """
UPDATE territories t SET asked = false, not_asked_because = :because
 WHERE t.asked AND NOT EXISTS (SELECT FROM incoming WHERE incoming.territory_id = t.id)
"""
# A code may pass from one authority to another; the former holder's versions keep it.
FREE_CODES = """
UPDATE territories t SET code = t.code || '~' || t.id
  FROM incoming
 WHERE incoming.kind = t.kind AND incoming.code = t.code
   AND incoming.territory_id IS DISTINCT FROM t.id
"""
UPDATE = """
UPDATE territories t
   SET code = i.code, siren = i.siren, name = i.name, sort_name = i.sort_name,
       population = i.population, stratum = i.stratum, departement_code = i.departement_code,
       region_code = i.region_code, epci_siren = i.epci_siren,
       asked = i.not_asked_because IS NULL, not_asked_because = i.not_asked_because
  FROM incoming i WHERE i.territory_id = t.id
"""
INSERT = """
INSERT INTO territories (kind, code, siren, name, sort_name, population, stratum,
                         departement_code, region_code, epci_siren, asked, not_asked_because)
SELECT kind, code, siren, name, sort_name, population, stratum, departement_code, region_code,
       epci_siren, coalesce(CAST(:gone AS text), not_asked_because) IS NULL,
       coalesce(CAST(:gone AS text), not_asked_because)
  FROM incoming WHERE territory_id IS NULL
 ORDER BY kind, code
    ON CONFLICT DO NOTHING
RETURNING id
"""
VERSIONS = """
INSERT INTO territory_versions (territory_id, millesime, code, name, sort_name, population,
                                departement_code, region_code, epci_siren)
SELECT territory_id, :millesime, code, name, sort_name, population, departement_code, region_code,
       epci_siren
  FROM incoming WHERE territory_id IS NOT NULL ORDER BY territory_id
    ON CONFLICT (territory_id, millesime) DO UPDATE
   SET code = excluded.code, name = excluded.name, sort_name = excluded.sort_name,
       population = excluded.population, departement_code = excluded.departement_code,
       region_code = excluded.region_code, epci_siren = excluded.epci_siren
"""
MOVED_AWAY = """
DELETE FROM territory_departements d USING incoming i
 WHERE d.territory_id = i.territory_id AND NOT d.departement_code = ANY (i.departements)
"""
LIE = """
INSERT INTO territory_departements (territory_id, departement_code)
SELECT territory_id, unnest(departements) FROM incoming
 WHERE territory_id IS NOT NULL
    ON CONFLICT DO NOTHING
"""
# What the staff or a file of contacts gave is kept: it has a street, and they looked.
POSTAL = """
INSERT INTO postal_addresses (territory_id, street, postal_code, town, origin, as_of)
SELECT territory_id, '', postal_code, name, 'geography', :as_of FROM incoming
 WHERE territory_id IS NOT NULL AND postal_code ~ '^[0-9]{5}$' ORDER BY territory_id
    ON CONFLICT (territory_id) DO UPDATE
   SET postal_code = excluded.postal_code, town = excluded.town, as_of = excluded.as_of
 WHERE postal_addresses.origin = 'geography'
RETURNING territory_id
"""
PLACES = """
INSERT INTO places (level, code, name, sort_name, region_code)
VALUES (:level, :code, :name, :sort_name, :region_code)
    ON CONFLICT (level, code) DO UPDATE
   SET name = excluded.name, sort_name = excluded.sort_name, region_code = excluded.region_code
"""
COUNTS = "SELECT count(*) AS n_lie FROM territory_departements"
NOT_ASKED = """
SELECT kind, count(*), not_asked_because FROM territories
 WHERE NOT asked GROUP BY kind, not_asked_because ORDER BY kind, min(code)
"""
