-- The facts database, which with its verdicts is the stored result (BORDERS B4). Times are ms UTC, shares parts per million.
CREATE TABLE audit(id TEXT PRIMARY KEY, format INT NOT NULL, as_of INT NOT NULL, tool TEXT NOT NULL,
  options_sha256 BLOB, inputs_sha256 BLOB, manifest_sha256 BLOB, access_sha256 BLOB, waivers_sha256 BLOB,
  key_id TEXT, log_state TEXT NOT NULL, log_size INT, log_root BLOB) STRICT;
-- What writers show and no control may read: kind, profile, dataset, result_sha256, exit_code, exit_codes ("1,4"), ledger.state, ledger.seq,
-- ledger.size, ledger.root, ledger.checkpoint, ledger.signer, ledger.owner, ledger.time, simulated ("1"), unprotected_key, window, packs ...
CREATE TABLE property(name TEXT PRIMARY KEY, value TEXT) STRICT, WITHOUT ROWID;
CREATE TABLE resource(id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL, kind TEXT NOT NULL, encoding TEXT,
  state TEXT NOT NULL CHECK(state IN('complete','sampled','incomplete','unread','excluded')),
  bytes INT, records INT, bad_utf8 INT NOT NULL DEFAULT 0, sha256 BLOB, split TEXT, note TEXT) STRICT;
CREATE TABLE field(id INTEGER PRIMARY KEY, resource_id INT NOT NULL REFERENCES resource, name TEXT NOT NULL,
  role TEXT, n_values INT, UNIQUE(resource_id,name)) STRICT;
CREATE TABLE finding(id INTEGER PRIMARY KEY, field_id INT NOT NULL REFERENCES field, entity TEXT NOT NULL,
  state TEXT NOT NULL, reason TEXT, validated INT NOT NULL, confidence INT NOT NULL, count INT NOT NULL, records INT NOT NULL,
  share_ppm INT, tried INT, passed INT, samples INT, content_digest BLOB, UNIQUE(field_id,entity)) STRICT;
CREATE TABLE example(finding_id INT NOT NULL REFERENCES finding, record INT, start INT, "end" INT, rule TEXT,
  confidence INT, reasons TEXT, masked TEXT, fingerprint BLOB) STRICT;
CREATE TABLE issue(resource_id INT, code TEXT NOT NULL, rule TEXT, record INT, raw INT, count INT NOT NULL, detail TEXT) STRICT;
CREATE TABLE manifest_value(pointer TEXT PRIMARY KEY, type TEXT NOT NULL, value TEXT) STRICT, WITHOUT ROWID;
CREATE TABLE access_right(principal TEXT, role TEXT, action TEXT, resource TEXT, purpose TEXT, effect TEXT, expires INT, grant_id TEXT) STRICT;
CREATE TABLE access_event(seq INT, time INT, principal TEXT, role TEXT, action TEXT, resource TEXT, purpose TEXT, decision TEXT) STRICT;
CREATE TABLE lineage_edge(seq INT, input TEXT, input_sha256 BLOB, output TEXT, output_sha256 BLOB, job TEXT, masking INT) STRICT;
CREATE TABLE entity(entity TEXT PRIMARY KEY, category TEXT NOT NULL, role TEXT NOT NULL CHECK(role IN('direct','quasi','sensitive','secret','other')),
  is_secret INT NOT NULL, dpv TEXT, fides TEXT) STRICT, WITHOUT ROWID;
CREATE TABLE entity_class(entity TEXT, jurisdiction TEXT, class TEXT, clause TEXT, condition TEXT,
  PRIMARY KEY(entity,jurisdiction,class)) STRICT, WITHOUT ROWID;
-- Recall of detection per entity and kind of source (column, text), as docs/recall.md publishes it; floor_ppm is the lower bound. Filled by recall.sql.
CREATE TABLE recall(entity TEXT NOT NULL, kind TEXT NOT NULL, source TEXT NOT NULL, items INT NOT NULL, found INT NOT NULL, floor_ppm INT NOT NULL,
  PRIMARY KEY(entity,kind,source)) STRICT, WITHOUT ROWID;
CREATE TABLE sought(entity TEXT PRIMARY KEY, looked_for INT NOT NULL) STRICT, WITHOUT ROWID;   -- what the scan's packs can find, and whether it was asked for
-- Rights lists that could be compared: hits counts records whose fingerprint stands in the list; state ok, empty, stale, mismatch, missing.
CREATE TABLE rights_list(name TEXT PRIMARY KEY, state TEXT NOT NULL, entity TEXT, field TEXT, entries INT, compared INT, hits INT, detail TEXT) STRICT, WITHOUT ROWID;
-- State of each referenced document (…/ref, lia, compatibility, dpia): does the file exist, and its digest.
CREATE TABLE document(pointer TEXT PRIMARY KEY, path TEXT NOT NULL, present INT NOT NULL, sha256 BLOB) STRICT, WITHOUT ROWID;
-- The ledger as verified before this audit. pinned: an outside checkpoint was consistent; state ok, absent, unpinned, broken.
CREATE TABLE ledger_state(state TEXT NOT NULL, size INT, pinned INT NOT NULL, detail TEXT) STRICT;
CREATE TABLE jurisdiction(id TEXT PRIMARY KEY, law TEXT NOT NULL) STRICT, WITHOUT ROWID;   -- declared: ('eu','gdpr'), ('us-ca','ccpa')
CREATE TABLE adequate_country(country TEXT PRIMARY KEY, ground TEXT NOT NULL, valid_from TEXT, valid_to TEXT) STRICT, WITHOUT ROWID;
CREATE TABLE control(id TEXT PRIMARY KEY, law TEXT NOT NULL, title TEXT NOT NULL, cite TEXT NOT NULL, severity TEXT NOT NULL,
  status TEXT NOT NULL, blocking INT NOT NULL, remedy TEXT, in_force_from TEXT, in_force_to TEXT, question TEXT) STRICT, WITHOUT ROWID;
CREATE TABLE verdict(control TEXT NOT NULL, resource TEXT NOT NULL DEFAULT '', field TEXT, entity TEXT,
  status TEXT NOT NULL CHECK(status IN('pass','fail','review','na','noteval','error')),
  basis TEXT NOT NULL CHECK(basis IN('data','log','declared','document')),
  disposition TEXT NOT NULL DEFAULT 'open' CHECK(disposition IN('open','waived','baseline','decided')), exception TEXT,
  severity TEXT, blocks INT NOT NULL, reason TEXT, dims TEXT) STRICT;

-- Since the audit before (property changes.since); no control may read it. kind finding, verdict, resource, input; subject: entity of a finding,
-- control of a verdict, name of an input.
CREATE TABLE change(kind TEXT NOT NULL, what TEXT NOT NULL CHECK(what IN('new','gone','changed')), resource TEXT, field TEXT, subject TEXT,
  before TEXT, after TEXT) STRICT;

CREATE INDEX example_finding ON example(finding_id);
CREATE INDEX verdict_control ON verdict(control, resource);

-- One row, one column per question that controls ask often; NULL = not declared.
CREATE VIEW manifest AS SELECT
  (SELECT value FROM manifest_value WHERE pointer='/dataset/id') AS dataset,
  (SELECT value FROM manifest_value WHERE pointer='/dataset/declared_by') AS declared_by,
  (SELECT value FROM manifest_value WHERE pointer='/dataset/declared_on') AS declared_on,
  (SELECT value FROM manifest_value WHERE pointer='/dataset/valid_until') AS valid_until,
  (SELECT value FROM manifest_value WHERE pointer='/categories') AS categories,
  (SELECT value FROM manifest_value WHERE pointer='/jurisdictions') AS jurisdictions,
  (SELECT value FROM manifest_value WHERE pointer='/subjects/who') AS subjects_who,
  (SELECT value FROM manifest_value WHERE pointer='/subjects/count') AS subjects_count,
  (SELECT value FROM manifest_value WHERE pointer='/subjects/min_age') AS min_age,
  (SELECT value FROM manifest_value WHERE pointer='/subjects/vulnerable') AS vulnerable,
  (SELECT value FROM manifest_value WHERE pointer='/source/kind') AS source_kind,
  (SELECT value FROM manifest_value WHERE pointer='/source/period') AS source_period,
  (SELECT value FROM manifest_value WHERE pointer='/source/notice/ref') AS notice_ref,
  (SELECT value FROM manifest_value WHERE pointer='/source/notice/date') AS notice_date,
  (SELECT value FROM manifest_value WHERE pointer='/source/notice/categories') AS notice_categories,
  (SELECT value FROM manifest_value WHERE pointer='/source/notice/sensitive') AS notice_sensitive,
  (SELECT value FROM manifest_value WHERE pointer='/source/notice/purposes') AS notice_purposes,
  (SELECT value FROM manifest_value WHERE pointer='/source/notice/exemption') AS notice_exemption,
  (SELECT value FROM manifest_value WHERE pointer='/retention/keep') AS retention_keep,
  (SELECT value FROM manifest_value WHERE pointer='/retention/criteria') AS retention_criteria,
  (SELECT value FROM manifest_value WHERE pointer='/retention/delete_by') AS delete_by,
  (SELECT value FROM manifest_value WHERE pointer='/storage/country') AS storage_country,
  (SELECT value FROM manifest_value WHERE pointer='/storage/at_rest') AS storage_at_rest,
  (SELECT value FROM manifest_value WHERE pointer='/storage/environment') AS storage_environment,
  (SELECT value FROM manifest_value WHERE pointer='/claims/deidentification') AS deidentification,
  (SELECT value FROM manifest_value WHERE pointer='/claims/key_holder') AS key_holder,
  (SELECT value FROM manifest_value WHERE pointer='/ai/use') AS ai_use,
  (SELECT value FROM manifest_value WHERE pointer='/ai/generative') AS ai_generative,
  (SELECT value FROM manifest_value WHERE pointer='/ai/automated_decisions') AS automated_decisions,
  (SELECT value FROM manifest_value WHERE pointer='/ai/effect') AS ai_effect,
  (SELECT value FROM manifest_value WHERE pointer='/ai/biometric_training') AS biometric_training,
  (SELECT value FROM manifest_value WHERE pointer='/ai/dpia/ref') AS dpia_ref,
  (SELECT value FROM manifest_value WHERE pointer='/ai/dpia/date') AS dpia_date,
  (SELECT value FROM manifest_value WHERE pointer='/ai/dpia/review_by') AS dpia_review_by,
  (SELECT value FROM manifest_value WHERE pointer='/ai/dpia/outcome') AS dpia_outcome,
  (SELECT value FROM manifest_value WHERE pointer='/ai/risk_assessment/ref') AS risk_ref,
  (SELECT value FROM manifest_value WHERE pointer='/ai/risk_assessment/date') AS risk_date,
  (SELECT value FROM manifest_value WHERE pointer='/ai/risk_assessment/review_by') AS risk_review_by,
  (SELECT value FROM manifest_value WHERE pointer='/ai/risk_assessment/approver') AS risk_approver,
  (SELECT value FROM manifest_value WHERE pointer='/ai/risk_assessment/started_on') AS risk_started_on,
  (SELECT value FROM manifest_value WHERE pointer='/controller/name') AS controller,
  (SELECT value FROM manifest_value WHERE pointer='/controller/contact') AS controller_contact,
  (SELECT value FROM manifest_value WHERE pointer='/controller/country') AS controller_country,
  (SELECT value FROM manifest_value WHERE pointer='/dpo/contact') AS dpo_contact,
  (SELECT value FROM manifest_value WHERE pointer='/rights/applied_on') AS rights_applied_on,
  (SELECT value FROM manifest_value WHERE pointer='/audit/period') AS audit_period,
  (SELECT value FROM manifest_value WHERE pointer='/audit/profile') AS profile;
-- purposes[]: one row each. lawful_basis is the letter of GDPR Art. 6(1) and art9_condition that of Art. 9(2), from the manifest's word or the
-- DPV term; NULL when it is neither.
CREATE VIEW purpose AS SELECT *,
  CASE WHEN basis GLOB 'eu-gdpr:A6-1-[a-f]*' THEN substr(basis, 14, 1) WHEN basis='consent' THEN 'a' WHEN basis='contract' THEN 'b'
    WHEN basis='legal-obligation' THEN 'c' WHEN basis='vital-interest' THEN 'd' WHEN basis='public-task' THEN 'e'
    WHEN basis='legitimate-interest' THEN 'f' END AS lawful_basis,
  CASE WHEN art9 GLOB 'eu-gdpr:A9-2-[a-j]*' THEN substr(art9, 14, 1) WHEN art9='explicit-consent' THEN 'a' WHEN art9='employment' THEN 'b'
    WHEN art9='vital-interest' THEN 'c' WHEN art9='non-profit' THEN 'd' WHEN art9='made-public' THEN 'e' WHEN art9='legal-claims' THEN 'f'
    WHEN art9='public-interest' THEN 'g' WHEN art9='health-care' THEN 'h' WHEN art9='public-health' THEN 'i' WHEN art9='research' THEN 'j'
    END AS art9_condition
  FROM (SELECT CAST(substr(pointer, 11, length(pointer)-10-3) AS INT) AS n, value AS id,
    (SELECT value FROM manifest_value b WHERE b.pointer = substr(a.pointer, 1, length(a.pointer)-3) || '/text') AS text,
    (SELECT value FROM manifest_value b WHERE b.pointer = substr(a.pointer, 1, length(a.pointer)-3) || '/basis') AS basis,
    (SELECT value FROM manifest_value b WHERE b.pointer = substr(a.pointer, 1, length(a.pointer)-3) || '/law') AS law,
    (SELECT value FROM manifest_value b WHERE b.pointer = substr(a.pointer, 1, length(a.pointer)-3) || '/authority') AS authority,
    (SELECT value FROM manifest_value b WHERE b.pointer = substr(a.pointer, 1, length(a.pointer)-3) || '/lia') AS lia,
    (SELECT value FROM manifest_value b WHERE b.pointer = substr(a.pointer, 1, length(a.pointer)-3) || '/from') AS from_purpose,
    (SELECT value FROM manifest_value b WHERE b.pointer = substr(a.pointer, 1, length(a.pointer)-3) || '/compatibility') AS compatibility,
    (SELECT value FROM manifest_value b WHERE b.pointer = substr(a.pointer, 1, length(a.pointer)-3) || '/art9') AS art9,
    (SELECT value FROM manifest_value b WHERE b.pointer = substr(a.pointer, 1, length(a.pointer)-3) || '/necessity') AS necessity,
    (SELECT value FROM manifest_value b WHERE b.pointer = substr(a.pointer, 1, length(a.pointer)-3) || '/marketing') AS marketing,
    (SELECT value FROM manifest_value b WHERE b.pointer = substr(a.pointer, 1, length(a.pointer)-3) || '/profiling') AS profiling,
    (SELECT value FROM manifest_value b WHERE b.pointer = substr(a.pointer, 1, length(a.pointer)-3) || '/monitoring') AS monitoring,
    (SELECT value FROM manifest_value b WHERE b.pointer = substr(a.pointer, 1, length(a.pointer)-3) || '/infers_traits') AS infers_traits,
    (SELECT value FROM manifest_value b WHERE b.pointer = substr(a.pointer, 1, length(a.pointer)-3) || '/research') AS research,
    (SELECT value FROM manifest_value b WHERE b.pointer = substr(a.pointer, 1, length(a.pointer)-3) || '/no_identification') AS no_identification,
    (SELECT value FROM manifest_value b WHERE b.pointer = substr(a.pointer, 1, length(a.pointer)-3) || '/sold_or_shared') AS sold_or_shared
    FROM manifest_value a WHERE pointer GLOB '/purposes/[0-9]*/id');
-- processors[], recipients[] and transfers[]: one row each; prefix is the pointer of the member.
CREATE VIEW processor AS SELECT CAST(substr(pointer, 13, length(pointer)-12-5) AS INT) AS n, substr(a.pointer, 1, length(a.pointer)-5) AS prefix, value AS name,
  (SELECT value FROM manifest_value b WHERE b.pointer = substr(a.pointer, 1, length(a.pointer)-5) || '/country') AS country,
  (SELECT value FROM manifest_value b WHERE b.pointer = substr(a.pointer, 1, length(a.pointer)-5) || '/contract') AS contract,
  (SELECT value FROM manifest_value b WHERE b.pointer = substr(a.pointer, 1, length(a.pointer)-5) || '/date') AS date,
  (SELECT value FROM manifest_value b WHERE b.pointer = substr(a.pointer, 1, length(a.pointer)-5) || '/until') AS until
  FROM manifest_value a WHERE pointer GLOB '/processors/[0-9]*/name' AND pointer NOT GLOB '/processors/*/*/*';
CREATE VIEW recipient AS SELECT CAST(substr(pointer, 13, length(pointer)-12-5) AS INT) AS n, substr(a.pointer, 1, length(a.pointer)-5) AS prefix, value AS name,
  (SELECT value FROM manifest_value b WHERE b.pointer = substr(a.pointer, 1, length(a.pointer)-5) || '/kind') AS kind,
  (SELECT value FROM manifest_value b WHERE b.pointer = substr(a.pointer, 1, length(a.pointer)-5) || '/country') AS country,
  (SELECT value FROM manifest_value b WHERE b.pointer = substr(a.pointer, 1, length(a.pointer)-5) || '/contract') AS contract,
  (SELECT value FROM manifest_value b WHERE b.pointer = substr(a.pointer, 1, length(a.pointer)-5) || '/purpose') AS purpose,
  (SELECT value FROM manifest_value b WHERE b.pointer = substr(a.pointer, 1, length(a.pointer)-5) || '/categories') AS categories
  FROM manifest_value a WHERE pointer GLOB '/recipients/[0-9]*/name' AND pointer NOT GLOB '/recipients/*/*/*';
CREATE VIEW transfer AS SELECT CAST(substr(pointer, 12, length(pointer)-11-8) AS INT) AS n, substr(a.pointer, 1, length(a.pointer)-8) AS prefix, value AS country,
  (SELECT value FROM manifest_value b WHERE b.pointer = substr(a.pointer, 1, length(a.pointer)-8) || '/recipient') AS recipient,
  (SELECT value FROM manifest_value b WHERE b.pointer = substr(a.pointer, 1, length(a.pointer)-8) || '/ground') AS ground,
  (SELECT value FROM manifest_value b WHERE b.pointer = substr(a.pointer, 1, length(a.pointer)-8) || '/ref') AS ref,
  (SELECT value FROM manifest_value b WHERE b.pointer = substr(a.pointer, 1, length(a.pointer)-8) || '/date') AS date,
  (SELECT value FROM manifest_value b WHERE b.pointer = substr(a.pointer, 1, length(a.pointer)-8) || '/listed_on') AS listed_on,
  (SELECT value FROM manifest_value b WHERE b.pointer = substr(a.pointer, 1, length(a.pointer)-8) || '/assessment') AS assessment,
  (SELECT value FROM manifest_value b WHERE b.pointer = substr(a.pointer, 1, length(a.pointer)-8) || '/review_by') AS review_by,
  (SELECT value FROM manifest_value b WHERE b.pointer = substr(a.pointer, 1, length(a.pointer)-8) || '/recurrent') AS recurrent
  FROM manifest_value a WHERE pointer GLOB '/transfers/[0-9]*/country' AND pointer NOT GLOB '/transfers/*/*/*';
-- Documents as controls judge them: a file that is there counts for its existence alone; an address is never fetched.
CREATE VIEW document_state AS SELECT pointer, path, CASE WHEN present THEN 'pass' WHEN path LIKE '%://%' THEN 'review' ELSE 'fail' END AS status,
  printf(CASE WHEN present THEN '''%s'' is there; what it says was not judged' WHEN path LIKE '%://%' THEN '''%s'' lies elsewhere and was not fetched'
    ELSE 'there is no file ''%s''' END, path) AS says FROM document;
CREATE VIEW declared_category AS SELECT value AS category FROM manifest_value WHERE pointer GLOB '/categories/[0-9]*';
-- Category words that are in themselves of a special kind, and where. The law looks at the data, so this is for declarations only.
CREATE VIEW sensitive_category(category, article) AS VALUES('health','9'),('biometric','9'),('genetic','9'),('religion','9'),('ethnicity','9'),
  ('politics','9'),('union','9'),('sexual-orientation','9'),('criminal','10');
-- Findings with names joined in: reported ones only.
CREATE VIEW reported_finding AS SELECT f.id AS finding_id, r.name AS resource, c.name AS field, f.entity, e.category, e.role, e.is_secret,
  f.validated, f.confidence, f.count, f.records, f.share_ppm, r.kind, r.split
  FROM finding f JOIN field c ON c.id=f.field_id JOIN resource r ON r.id=c.resource_id JOIN entity e ON e.entity=f.entity
  WHERE f.state='reported';
-- By class, as EU law (Art. 4(1), 9, 10 GDPR) and Californian law draw it. certain: validated, and the class holds without a condition that only a
-- person can judge; only certain findings may give 'fail'.
CREATE VIEW personal_finding AS SELECT f.*, k.clause, k.condition, f.validated AND k.condition IS NULL AS certain
  FROM reported_finding f JOIN entity_class k ON k.entity=f.entity AND k.jurisdiction='eu' AND k.class='personal';
CREATE VIEW special_category_finding AS SELECT f.*, k.clause, k.condition, f.validated AND k.condition IS NULL AS certain
  FROM reported_finding f JOIN entity_class k ON k.entity=f.entity AND k.jurisdiction='eu' AND k.class='special';
CREATE VIEW criminal_finding AS SELECT f.*, k.clause, k.condition, f.validated AND k.condition IS NULL AS certain
  FROM reported_finding f JOIN entity_class k ON k.entity=f.entity AND k.jurisdiction='eu' AND k.class='criminal';
CREATE VIEW ccpa_finding AS SELECT f.*, k.clause, k.condition, f.validated AND k.condition IS NULL AS certain
  FROM reported_finding f JOIN entity_class k ON k.entity=f.entity AND k.jurisdiction='us-ca' AND k.class='personal';
CREATE VIEW ccpa_sensitive_finding AS SELECT f.*, k.clause, k.condition, f.validated AND k.condition IS NULL AS certain
  FROM reported_finding f JOIN entity_class k ON k.entity=f.entity AND k.jurisdiction='us-ca' AND k.class='sensitive';
CREATE VIEW hipaa_identifier_finding AS SELECT f.*, k.clause, k.condition, f.validated AND k.condition IS NULL AS certain
  FROM reported_finding f JOIN entity_class k ON k.entity=f.entity AND k.jurisdiction='us-hipaa' AND k.class='hipaa-identifier';
CREATE VIEW secret_finding AS SELECT * FROM reported_finding WHERE is_secret;
CREATE VIEW direct_identifier_finding AS SELECT * FROM personal_finding WHERE role='direct';
-- What was not fully examined: the reason why absence cannot pass. Assay's own files and what the owner never declared as data are no part of it.
CREATE VIEW unexamined AS SELECT name AS resource, state, coalesce(note, state) AS why FROM resource
    WHERE state<>'complete' AND NOT (state='excluded' AND coalesce(note, '') IN('never scanned','not part of the declared data'))
  UNION ALL SELECT r.name, 'free-text', 'free text column ' || c.name FROM field c JOIN resource r ON r.id=c.resource_id
    WHERE r.state='complete' AND (c.role='free_text' OR r.kind='text')
  UNION ALL SELECT r.name, 'undecided', f.entity || ' in ' || c.name || ' undecided' FROM finding f JOIN field c ON c.id=f.field_id
    JOIN resource r ON r.id=c.resource_id WHERE f.state='undecided'
  UNION ALL SELECT '.', 'expected', coalesce(detail, 'fewer files or records than declared') FROM issue WHERE code='expect';
-- What a control that reads one of these views must be able to find: entities of its class without a condition.
CREATE VIEW needed_entity(reads, entity) AS
  SELECT v.column1, k.entity FROM entity_class k JOIN (VALUES('personal_finding','eu','personal'),('special_category_finding','eu','special'),
    ('criminal_finding','eu','criminal'),('ccpa_finding','us-ca','personal'),('ccpa_sensitive_finding','us-ca','sensitive'),
    ('hipaa_identifier_finding','us-hipaa','hipaa-identifier')) v ON v.column2=k.jurisdiction AND v.column3=k.class WHERE k.condition IS NULL
  UNION ALL SELECT 'secret_finding', entity FROM entity WHERE is_secret
  UNION ALL SELECT 'direct_identifier_finding', k.entity FROM entity_class k JOIN entity e ON e.entity=k.entity
    WHERE k.jurisdiction='eu' AND k.class='personal' AND k.condition IS NULL AND e.role='direct';
-- Was an entity looked for, and are half of its values at least found in columns as far as was measured? The worst source counts.
CREATE VIEW sought_recall AS SELECT s.entity, s.looked_for AND coalesce((SELECT min(floor_ppm) FROM recall r WHERE r.entity=s.entity AND r.kind='column'), 0) >= 500000
  AS has_floor FROM sought s;
