/* The values of options: from text into a field of cli_options; false where it makes no sense. */
#ifndef GCHK_CLI_OPTION_VALUES_H
#define GCHK_CLI_OPTION_VALUES_H

#include <stdbool.h>

typedef bool (*parse_fn)(const char *text, void *value);

bool parse_text(const char *text, void *value);         /* const char *, not empty */
bool parse_another_text(const char *text, void *value); /* one more of cli_option_texts */
bool parse_u64(const char *text, void *value);          /* uint64_t */
bool parse_size(const char *text, void *value);         /* size_t, up to 4096 */
bool parse_positive_u64(const char *text, void *value); /* uint64_t, not 0 */
bool parse_positive(const char *text, void *value);     /* double, above 0 */
bool parse_thresholds(const char *text, void *value);   /* cli_thresholds: "X" or "f32=X,f64=X" */
bool parse_seconds(const char *text, void *value);      /* double, 0 or more */
bool parse_step(const char *text, void *value);         /* double: 0 for "auto" */
bool parse_dtype(const char *text, void *value);        /* gchk_dtype */
bool parse_color(const char *text, void *value);        /* const char * */
bool parse_optimiser(const char *text, void *value);    /* const char * */
bool parse_shard(const char *text, void *value);        /* "I/N", two uint64_t that follow each other */

#endif
