/* Every named limit, why it has its size, and what happens at it. All sizes in bytes unless said. */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

enum {
	/* A configuration file larger than this is a mistake or an attack: CONFIG. */
	LIMIT_CONFIG_FILE = 8 << 20,
	/* Nesting of YAML and of JSON data: deeper input is refused (YAML) or reported as an issue (data). */
	LIMIT_YAML_DEPTH = 64,
	LIMIT_JSON_DEPTH = 512,
	LIMIT_YAML_NODES = 1 << 20,
	/* A rule's widest match plus look-around plus context. Windows borrow this much on both sides; wider rules do not load. */
	LIMIT_REACH = 16 << 10,
	/* Rules in one compiled set; span.rule is 16 bits wide. */
	LIMIT_RULES = 8192,
	/* Patterns per rule: one per length where length varies. */
	LIMIT_PATTERNS = 64,
	/* PCRE2 limits of one confirm: reaching one is an issue and an undecided span, never "no match". Work, not time. */
	LIMIT_PCRE2_MATCH = 100000,
	LIMIT_PCRE2_DEPTH = 10000,
	LIMIT_PCRE2_HEAP_KIB = 16 << 10,
	/* Steps that a pattern of an added pack may take at one start of a text made to lead it astray; a slower one does not load. A fifth
	 * of what a match may take, so that data seldom brings a loaded rule to the limit above. */
	LIMIT_RULE_STEPS = 20000,
	/* Matches that overlap each other in one unbroken chain; at this count the chain is cut and an issue says so. */
	LIMIT_CLUSTER = 16384,
	/* One base64 run is decoded up to here: room for the key files of a cluster's secrets. Longer text is an issue. */
	LIMIT_BASE64 = 6 << 10,
	/* Bytes around an escape in which what it belongs to must lie; half as much again is looked at, and a match that needs it is an
	   issue. */
	LIMIT_DECODED_WIDTH = 512,
	/* Text windows, and the bytes of one column batch. */
	LIMIT_WINDOW_DEFAULT = 256 << 10,
	LIMIT_WINDOW_MIN = 4 << 10,
	LIMIT_WINDOW_MAX = 1 << 30,
	/* One CSV cell or JSON string held in memory; longer ones are delivered in pieces that borrow reach from each other. */
	LIMIT_VALUE = 1 << 20,
	/* CSV columns of one row, and distinct fields of one resource: more is an issue and the rest shares one field. */
	LIMIT_COLUMNS = 4096,
	LIMIT_FIELDS = 65536,
	/* JSON keys at one path before they collapse to {}. */
	LIMIT_JSON_KEYS = 256,
	/* Field and resource names kept in full; longer ones are cut for display. */
	LIMIT_NAME = 1024,
	/* Decompressed bytes per compressed byte, and in all, before a stream counts as a bomb: issue, resource incomplete. */
	LIMIT_EXPANSION_RATIO = 10000,
	LIMIT_EXPANSION_FREE = 64 << 20,
	/* One compiled literal database kept between runs, and files of them: beyond it none is kept, or the oldest goes. */
	LIMIT_LANE_CACHE = 64 << 20,
	LIMIT_LANE_CACHE_FILES = 16,
	/* Files of one audit; depth of folders. */
	LIMIT_RESOURCES = 1 << 22,
	LIMIT_DIR_DEPTH = 256,
	/* One ledger entry, one note, signatures of a note (C2SP signed-note asks for at least 16). */
	LIMIT_ENTRY = 1 << 20,
	LIMIT_NOTE = 64 << 10,
	LIMIT_NOTE_SIGNATURES = 64,
	/* Sandboxed SQL of a control: length, rows, steps of the virtual machine. Reaching one is the verdict 'error'. */
	LIMIT_SQL = 100000,
	LIMIT_SQL_ROWS = 100000,
	LIMIT_SQL_STEPS = 200000000,
};

#endif
