/* The manifest's format for others: JSON Schema 2020-12 for editors, and the list of keys in docs/manifest.md. Both from the one table. */
#ifndef MANIFEST_SCHEMA_H
#define MANIFEST_SCHEMA_H

struct base_buffer;

/* docs/assay.schema.json, byte for byte. 0, NOMEM, or LIMIT when the buffer's maximum is too small. */
int manifest_schema(struct base_buffer *out);
/* One Markdown table of all keys and one of all words, as they stand between the markers in docs/manifest.md. */
int manifest_reference(struct base_buffer *out);

#endif
