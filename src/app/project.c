/* Finding the project, reading its files, making its keys. */
#include "app/masker.h"
#include "app/project.h"

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/time.h"
#include "crypto/digest.h"

#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>

/* Nearest folder with assay.yaml above the path, else the current folder. */
static char *
find_root(const char *first_path)
{
	char *at = base_path_absolute(first_path && strcmp(first_path, "-") != 0 ? first_path : ".");

	while (at) {
		_cleanup_free_ char *candidate = base_path_join(at, "assay.yaml");
		if (!candidate)
			break;
		if (base_file_exists(candidate))
			return at;
		if (strcmp(at, "/") == 0)
			break;
		char *up = base_path_dir(at);
		free(at);
		at = up;
	}
	free(at);
	return base_path_absolute(".");
}

static char *
existing(const char *root, const char *name)
{
	char *path = base_path_join(root, name);

	if (path && !base_file_exists(path)) {
		free(path);
		return NULL;
	}
	return path;
}

static int
set_paths(struct project *p, const struct project_options *o, struct assay_error *err)
{
	p->root = find_root(o->first_path);
	p->state = !p->root ? NULL : o->state ? base_path_absolute(o->state) : base_path_join(p->root, ".assay");
	if (!p->state)
		return base_error_nomem(err);
	p->ledger_path = base_path_join(p->state, "ledger.db");
	p->checkpoint_path = base_path_join(p->state, "checkpoint");
	p->signing_path = base_path_join(p->state, "keys/signing.pem");
	p->vkey_path = base_path_join(p->state, "keys/signing.vkey");
	p->fingerprint_path =
		o->fingerprint_key_file ? base_path_absolute(o->fingerprint_key_file) : base_path_join(p->state, "keys/fingerprint");
	p->audits_path = base_path_join(p->state, "audits");
	/* a further copy of the checkpoint, outside of the state folder */
	p->extra_path = base_path_join(p->root, "assay.checkpoint");
	p->trust_path = base_path_join(p->root, "trust.yaml");
	p->passphrase = o->passphrase ? base_strdup(o->passphrase) : NULL;
	p->actor = base_strdup(o->actor ? o->actor : "unknown");
	p->unprotected_key = o->unprotected_key;
	if (!p->ledger_path || !p->checkpoint_path || !p->signing_path || !p->vkey_path || !p->fingerprint_path || !p->audits_path
		|| !p->extra_path || !p->trust_path || !p->actor || (o->passphrase && !p->passphrase))
		return base_error_nomem(err);
	p->ledger = (struct ledger_paths){p->ledger_path, p->checkpoint_path, p->extra_path};
	return ASSAY_OK;
}

static int
load_manifest(struct project *p, const struct project_options *o, struct assay_error *err)
{
	const char *named;

	p->manifest_path = o->manifest ? base_path_absolute(o->manifest) : existing(p->root, "assay.yaml");
	if (p->manifest_path) {
		int r = manifest_load(p->manifest_path, &p->manifest, err);
		if (r < 0)
			return r;
	}
	named = p->manifest ? manifest_get(p->manifest, "/access") : NULL;
	p->access_path = o->access ? base_path_absolute(o->access)
			 : named   ? base_path_join(p->root, named)
				   : existing(p->root, "access.yaml");
	named = p->manifest ? manifest_get(p->manifest, "/waivers") : NULL;
	p->waivers_path = o->waivers ? base_path_absolute(o->waivers)
			  : named    ? base_path_join(p->root, named)
				     : existing(p->root, "assay.waivers.yaml");
	named = p->manifest ? manifest_get(p->manifest, "/allow") : NULL;
	p->allow_path = o->allow ? NULL : named ? base_path_join(p->root, named) : existing(p->root, "assay.allow.yaml");
	if (p->access_path) {
		int r = access_load(p->access_path, &p->access, err);
		if (r < 0)
			return r;
	}
	return p->waivers_path ? waivers_load(p->waivers_path, &p->waivers, err) : ASSAY_OK;
}

static int
load_trust_files(struct project *p, const struct project_options *o, struct assay_error *err)
{
	const char *pinned = p->manifest ? manifest_get(p->manifest, "/audit/vkey") : NULL;
	int r = ASSAY_OK;

	if (o->vkey)
		return trust_add(&p->trust, o->vkey, TRUST_OPTION, NULL, err);
	if (pinned)
		r = trust_add(&p->trust, pinned, TRUST_MANIFEST, NULL, err);
	if (r == ASSAY_OK && base_file_exists(p->trust_path))
		r = trust_load(&p->trust, p->trust_path, p->env->now_ms(p->env->context), err);
	return r;
}

int
project_open(const struct project_options *options, struct assay_env *env, struct project **ret, struct assay_error *err)
{
	struct project *p = calloc(1, sizeof *p);
	int r;

	if (!p)
		return base_error_nomem(err);
	p->env = env;
	r = set_paths(p, options, err);
	if (r == ASSAY_OK && !options->skip_manifest)
		r = load_manifest(p, options, err);
	if (r == ASSAY_OK && !options->skip_manifest)
		r = load_trust_files(p, options, err);
	if (r == ASSAY_OK && options->allow && !(p->allow_path = base_path_absolute(options->allow)))
		r = base_error_nomem(err);
	if (r == ASSAY_OK && p->allow_path)
		r = allow_load(options->allow ? options->allow : p->allow_path, &p->allow, err);
	r = r < 0 ? r : project_load_fingerprint(p, err);
	if (r < 0) {
		project_free(p);
		return r;
	}
	*ret = p;
	return ASSAY_OK;
}

void
project_free(struct project *p)
{
	if (!p)
		return;
	manifest_free(p->manifest);
	access_free(p->access);
	waivers_free(p->waivers);
	allow_free(p->allow);
	if (p->passphrase)
		crypto_wipe(p->passphrase, strlen(p->passphrase));
	crypto_wipe(p->fingerprint_key, sizeof p->fingerprint_key);
	char **texts[] = {&p->root, &p->state, &p->manifest_path, &p->access_path, &p->waivers_path, &p->allow_path, &p->trust_path,
		&p->passphrase, &p->actor, &p->fingerprint_file, &p->ledger_path, &p->checkpoint_path, &p->extra_path, &p->signing_path,
		&p->vkey_path, &p->fingerprint_path, &p->audits_path};
	for (size_t i = 0; i < BASE_COUNT(texts); i++)
		free(*texts[i]);
	free(p);
}

const char *
project_root(const struct project *p)
{
	return p->root;
}
const char *
project_state(const struct project *p)
{
	return p->state;
}
bool
project_has_manifest(const struct project *p)
{
	return p->manifest != NULL;
}

void
project_today(const struct project *p, char ret[static 11])
{
	base_date_format(p->env->now_ms(p->env->context), ret);
}

/* key_id = first 8 bytes of SHA-256("assay-fpk/v1\0" K) */
static int
set_key_id(struct project *p, struct assay_error *err)
{
	uint8_t data[13 + 32] = "assay-fpk/v1", digest[32];
	int r;

	memcpy(data + 13, p->fingerprint_key, 32);
	r = crypto_sha256(data, sizeof data, digest);
	crypto_wipe(data, sizeof data);
	if (r < 0)
		return base_error(err, r, "cannot digest the fingerprint key");
	base_hex((struct base_span){digest, 8}, p->key_id);
	p->has_fingerprint = true;
	return ASSAY_OK;
}

int
project_load_fingerprint(struct project *p, struct assay_error *err)
{
	_cleanup_free_ char *text = NULL;
	struct stat st;
	size_t n;
	int r;

	if (!base_file_exists(p->fingerprint_path))
		return ASSAY_OK;
	if (stat(p->fingerprint_path, &st) == 0 && (st.st_mode & 077) != 0) {
		base_error_at(err, ASSAY_KEY, p->fingerprint_path, 0, 0, "the fingerprint key is open to others (mode %03o)",
			(unsigned)st.st_mode & 0777);
		base_error_hint(err, "chmod 600 it");
		return ASSAY_KEY;
	}
	r = base_file_read(p->fingerprint_path, 4096, &text, &n, err);
	if (r < 0)
		return r;
	if (!base_unhex(base_span_trim((struct base_span){(uint8_t *)text, n}), p->fingerprint_key, 32))
		r = base_error_at(err, ASSAY_KEY, p->fingerprint_path, 0, 0, "not a fingerprint key (64 hex digits)");
	crypto_wipe(text, n);
	return r < 0 ? r : set_key_id(p, err);
}

static int
make_fingerprint_key(struct project *p, struct assay_error *err)
{
	char text[66];
	int r = p->env->random(p->env->context, p->fingerprint_key, 32);

	if (r < 0)
		return base_error(err, r, "no randomness for a new key");
	base_hex((struct base_span){p->fingerprint_key, 32}, text);
	text[64] = '\n';
	r = base_file_replace(p->fingerprint_path, text, 65, 0600, err);
	crypto_wipe(text, sizeof text);
	return r < 0 ? r : set_key_id(p, err);
}

/* Names the log: a random part keeps two projects apart. */
static int
make_origin(struct project *p, char ret[static NOTE_NAME_MAX], struct assay_error *err)
{
	uint8_t id[8];
	char hex[17];
	int r = p->env->random(p->env->context, id, sizeof id);

	if (r < 0)
		return base_error(err, r, "no randomness for a new log");
	base_hex((struct base_span){id, sizeof id}, hex);
	snprintf(ret, NOTE_NAME_MAX, "assay.local/%s", hex);
	return ASSAY_OK;
}

/* Writes the verifier key beside the log, and trust.yaml where no key is pinned yet. */
static int
publish_key(struct project *p, const struct crypto_key *key, struct assay_error *err)
{
	char origin[NOTE_NAME_MAX], today[BASE_DATE_TEXT];
	struct base_buffer text;
	struct note_vkey vkey;
	int r = make_origin(p, origin, err);

	r = r < 0 ? r : note_vkey_make(origin, crypto_key_public(key), &vkey);
	if (r < 0)
		return r;
	base_buffer_init(&text, 1024);
	note_vkey_format(&vkey, &text);
	if (text.failed)
		r = base_error_nomem(err);
	if (r == ASSAY_OK && p->trust.n == 0 && !base_file_exists(p->trust_path)) {
		/* reports and the ledger's readers show the owner: a claimed actor is masked here as everywhere */
		_cleanup_(masker_free_at) struct masker *masker = NULL;
		_cleanup_free_ char *owner = NULL, *file = NULL;
		project_today(p, today);
		r = masker_new(p->env->cache_folder, &masker, err);
		r = r < 0 ? r : masker_mask(masker, p->actor, &owner, err);
		file = owner ? trust_template(text.data, owner, today) : NULL;
		if (r == ASSAY_OK)
			r = file ? base_file_replace(p->trust_path, file, strlen(file), 0644, err) : base_error_nomem(err);
		r = r < 0 ? r : trust_add(&p->trust, text.data, TRUST_FILE, owner, err);
	}
	base_buffer_char(&text, '\n');
	r = r < 0 ? r : base_file_replace(p->vkey_path, text.data, text.size, 0644, err);
	base_buffer_dispose(&text);
	return r;
}

/* Asked before anything is made, so that a refusal leaves nothing behind. */
static int
may_make_signing_key(const struct project *p, struct assay_error *err)
{
	if (!p->passphrase && !p->unprotected_key) {
		base_error_at(err, ASSAY_KEY, p->signing_path, 0, 0, "a new signing key needs a passphrase, and none was given");
		base_error_hint(err, "give --passphrase-file FILE, --passphrase-fd N or ASSAY_PASSPHRASE, or say --unprotected-key");
		return ASSAY_KEY;
	}
	if (base_file_exists(p->ledger_path)) {
		base_error_at(err, ASSAY_KEY, p->signing_path, 0, 0, "the ledger is here but its signing key is not");
		base_error_hint(err, "restore the key; a new key cannot continue this log");
		return ASSAY_KEY;
	}
	return p->unprotected_key ? ASSAY_OK : crypto_passphrase_check(p->passphrase, err);
}

static int
make_signing_key(struct project *p, struct assay_error *err)
{
	_cleanup_(crypto_key_free_at) struct crypto_key *key = NULL;
	int r = may_make_signing_key(p, err);

	r = r < 0 ? r : crypto_key_new(p->env, &key, err);
	r = r < 0 ? r : crypto_key_save(key, p->signing_path, p->unprotected_key ? NULL : p->passphrase, err);
	return r < 0 ? r : publish_key(p, key, err);
}

int
project_ensure_keys(struct project *p, struct assay_error *err)
{
	_cleanup_free_ char *keys = base_path_dir(p->signing_path);
	int r = keys ? ASSAY_OK : base_error_nomem(err);

	if (r == ASSAY_OK && !base_file_exists(p->signing_path))
		r = may_make_signing_key(p, err);
	r = r < 0 ? r : base_dir_make(p->state, 0700, err);
	r = r < 0 ? r : base_dir_make(keys, 0700, err);
	r = r < 0 ? r : base_dir_make(p->audits_path, 0700, err);
	if (r == ASSAY_OK && !base_file_exists(p->signing_path))
		r = make_signing_key(p, err);
	if (r == ASSAY_OK && !p->has_fingerprint)
		r = make_fingerprint_key(p, err);
	return r;
}

int
project_load_signing_key(struct project *p, struct crypto_key **ret, bool *ret_protected, struct assay_error *err)
{
	return crypto_key_load(p->signing_path, p->passphrase, ret, ret_protected, err);
}

/* Text of the verifier key beside the log, without its newline. */
static int
read_vkey(const struct project *p, char **ret, struct assay_error *err)
{
	size_t n;
	int r = base_file_read(p->vkey_path, 4096, ret, &n, err);

	if (r == ASSAY_OK)
		(*ret)[strcspn(*ret, "\n")] = '\0';
	return r;
}

int
project_load_trust(struct project *p, struct assay_error *err)
{
	_cleanup_free_ char *text = NULL;
	int r;

	if (p->trust.n > 0 || !base_file_exists(p->vkey_path))
		return ASSAY_OK;
	r = read_vkey(p, &text, err);
	return r < 0 ? r : trust_add(&p->trust, text, TRUST_BESIDE, NULL, err);
}

bool
project_has_log(const struct project *p)
{
	return base_file_exists(p->ledger_path) || base_file_exists(p->checkpoint_path) || base_file_exists(p->extra_path);
}

/* Where keys are pinned, a log of another key is not continued: it is not the log that was here. */
static int
check_pin(const struct project *p, const struct note_vkey *vkey, struct assay_error *err)
{
	if (!trust_is_pinned(&p->trust))
		return ASSAY_OK;
	for (size_t i = 0; i < p->trust.n; i++)
		if (strcmp(p->trust.vkeys[i].name, vkey->name) == 0
			&& memcmp(p->trust.vkeys[i].public_key, vkey->public_key, CRYPTO_PUBLIC_SIZE) == 0)
			return ASSAY_OK;
	base_error_at(err, ASSAY_VERIFY, p->vkey_path, 0, 0, "the key of this log is none of the keys that are pinned");
	base_error_hint(err, "if it should be trusted, add it to trust.yaml");
	return ASSAY_VERIFY;
}

int
project_append(struct project *p, const struct ledger_entry *entries, size_t n, uint64_t *ret_seq, struct assay_error *err)
{
	_cleanup_(crypto_key_free_at) struct crypto_key *key = NULL;
	_cleanup_(ledger_close_at) struct ledger *ledger = NULL;
	_cleanup_free_ char *text = NULL;
	struct note_vkey vkey;
	bool is_protected;
	int r = project_load_signing_key(p, &key, &is_protected, err);

	r = r < 0 ? r : read_vkey(p, &text, err);
	r = r < 0 ? r : note_vkey_parse(base_span_of(text), &vkey, err);
	if (r == ASSAY_OK && memcmp(vkey.public_key, crypto_key_public(key), CRYPTO_PUBLIC_SIZE) != 0) {
		base_error_at(err, ASSAY_KEY, p->signing_path, 0, 0, "the signing key does not belong to this log");
		base_error_hint(err, "the log is signed by the key of '%s'", p->vkey_path);
		r = ASSAY_KEY;
	}
	r = r < 0 ? r : check_pin(p, &vkey, err);
	r = r < 0 ? r : ledger_open(&p->ledger, vkey.name, p->env, &ledger, err);
	return r < 0 ? r : ledger_append(ledger, entries, n, key, ret_seq, err);
}

int
app_exit_code(const struct app_outcome *outcome)
{
	static const int ranks[] = {5, 3, 2, 1, 4};

	for (size_t i = 0; i < BASE_COUNT(ranks); i++)
		if (outcome->exits[ranks[i]])
			return ranks[i];
	return 0;
}

int
sink_format(const struct app_sink *sink, const char *format, ...)
{
	_cleanup_free_ char *text = NULL;
	va_list args;
	int n;

	va_start(args, format);
	n = vasprintf(&text, format, args);
	va_end(args);
	if (n < 0) {
		text = NULL;
		return ASSAY_NOMEM;
	}
	return sink->write(sink->context, text, (size_t)n);
}

int
sink_buffer(const struct app_sink *sink, struct base_buffer *buffer)
{
	int r = base_buffer_status(buffer);

	if (r == ASSAY_OK && buffer->size > 0)
		r = sink->write(sink->context, buffer->data, buffer->size);
	base_buffer_reset(buffer);
	return r;
}

void
append_shown(struct base_buffer *out, const char *text)
{
	for (const char *at = text ? text : ""; *at;) {
		size_t n = strcspn(at, "\n\\");
		base_text_printable(out, (struct base_span){(const uint8_t *)at, n});
		at += n;
		if (*at)
			base_buffer_char(out, *at++);
	}
}

int
sink_shown(const struct app_sink *sink, struct base_buffer *buffer)
{
	struct base_buffer out;
	int r = base_buffer_status(buffer);

	base_buffer_init(&out, LIMIT_CONFIG_FILE * 4);
	append_shown(&out, buffer->data);
	r = r < 0 ? r : sink_buffer(sink, &out);
	base_buffer_dispose(&out);
	base_buffer_reset(buffer);
	return r;
}

int
sink_printable(const struct app_sink *sink, const char *text)
{
	struct base_buffer out;
	int r;

	base_buffer_init(&out, LIMIT_ENTRY);
	base_text_printable(&out, base_span_of(text));
	r = sink_buffer(sink, &out);
	base_buffer_dispose(&out);
	return r;
}
