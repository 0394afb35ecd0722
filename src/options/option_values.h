/*
 * What the values of options may be. Each function reads a value's text into the field at `value`, of the type that is
 * said, and is false where the text makes no sense.
 */
#ifndef GCHK_OPTIONS_OPTION_VALUES_H
#define GCHK_OPTIONS_OPTION_VALUES_H

#include <stdbool.h>
#include <stddef.h>

typedef bool (*cli_parse_fn)(const char *text, void *value);

bool cli_parse_text(const char *text, void *value);         /* a const char *, which is the text */
bool cli_parse_another_text(const char *text, void *value); /* a cli_option_texts, which gets one more */
bool cli_parse_expected(const char *text, void *value);     /* likewise: "GLOB=why" */
bool cli_parse_renamed(const char *text, void *value);      /* likewise: "OLD=NEW" */
bool cli_parse_u64(const char *text, void *value);          /* a uint64_t */
bool cli_parse_size(const char *text, void *value);         /* a size_t, up to 4096 */
bool cli_parse_digits(const char *text, void *value);       /* an int from 1 to 17 */
bool cli_parse_positive_u64(const char *text, void *value); /* a uint64_t */
bool cli_parse_seeds(const char *text, void *value);        /* a uint64_t from 1 to 4096 */
bool cli_parse_positive(const char *text, void *value);     /* a double */
bool cli_parse_thresholds(const char *text, void *value);   /* a cli_thresholds: "X", or "f32=X,f64=X" */
bool cli_parse_seconds(const char *text, void *value);      /* a double */
bool cli_parse_percent(const char *text, void *value);      /* a double: "95%" is 0.95 */
bool cli_parse_step(const char *text, void *value);         /* a double: "auto" is 0 */
bool cli_parse_dtype(const char *text, void *value);        /* a gchk_dtype */
bool cli_parse_color(const char *text, void *value);        /* a const char * */
bool cli_parse_optimiser(const char *text, void *value);    /* a const char * */
bool cli_parse_shard(const char *text, void *value);        /* two uint64_t: "I/N" */

/* The length of the pattern in "GLOB=why": up to the first '=' that no backslash stands before. */
size_t cli_pattern_length(const char *text);

#endif
