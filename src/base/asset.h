/* A file built into the program. */
#ifndef BASE_ASSET_H
#define BASE_ASSET_H

struct base_asset {
	const char *name;       /* path in the project ("rules/global.yaml"); NULL ends a table */
	const char *data, *end; /* *end is a NUL byte */
};

#endif
