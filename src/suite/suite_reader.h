/* Reading a suite's tree: what is being read, typed values, and errors that say where and what would be right. */
#ifndef GCHK_SUITE_SUITE_READER_H
#define GCHK_SUITE_SUITE_READER_H

#include "core/arena.h"
#include "gradcheck/layer.h"
#include "gradcheck/suite.h"
#include "suite/array.h"
#include "suite/yaml.h"

typedef struct gchk_suite_seed {
  uint64_t value;
  bool is_given;
} gchk_suite_seed;

/* A threshold for cases in each precision; 0: none. */
typedef struct gchk_suite_threshold {
  double f64, f32;
} gchk_suite_threshold;

/* What `defaults` says, and what a case says for itself. Zero: nothing is said. */
typedef struct gchk_suite_settings {
  gchk_suite_threshold threshold;
  double keep_away, tolerance, step;
  gchk_dtype dtype;
  gchk_suite_seed seed;
  const gchk_yaml *precision;
} gchk_suite_settings;

/* What a suite names: data, plug-ins, twins. */
typedef struct gchk_suite_files {
  const char **paths; /* each as often as it is named */
  size_t count;
} gchk_suite_files;

/* The file of rows of text that was read last: several values are columns of one. */
typedef struct gchk_suite_table {
  const char *path; /* NULL: none */
  bool has_header;
  gchk_array array;
} gchk_suite_table;

typedef struct gchk_suite_reader {
  const char *path;   /* of the suite, as it was given */
  const char *folder; /* "fixtures/suites/", or "" */
  gchk_arena *arena;  /* everything that the cases hold */
  gchk_error *error;
  gchk_dtype dtype; /* asked for by the caller, before all that the file says */
  gchk_suite_settings defaults;
  gchk_suite_files *files;
  gchk_suite_table *table;                            /* while cases are read; NULL: none is kept */
  bool (*is_wanted)(void *context, const char *name); /* as in gchk_suite_options */
  void *want_context;
  bool keeps_bytes;               /* numbers of files that are bytes stay so (gchk_suite_value.packed) */
  bool leaves_files;              /* of a case that is not wanted: data are not read, only what is said of them */
  const gchk_twin_options *twins; /* the caller's, for the layers of plug-ins; NULL: none */
  const gchk_load_limits *limits; /* of plug-ins; NULL: none */
  gchk_plugin_file **plugins;
  size_t plugin_count;
  struct gchk_network **networks; /* that were built, and are freed with the suite */
  size_t network_count, network_room;
} gchk_suite_reader;

/* "path:line:column: message". The first is for a message of one's own, the second for one that the error holds
 * already. */
gchk_status gchk_suite_fail(const gchk_suite_reader *reader, const gchk_yaml *node, const char *format, ...)
    GCHK_PRINTF(3, 4);
gchk_status gchk_suite_fail_within(const gchk_suite_reader *reader, const gchk_yaml *node);

/* What stands there, for messages: "a list", "a map", "nothing", or the text in quotation marks. Needs `size` >= 64. */
const char *gchk_yaml_describe(const gchk_yaml *node, char *text, size_t size);

/* Typed values of a node that is there; `name` is the key. All refuse what is not of the type. */
gchk_status gchk_suite_map(const gchk_suite_reader *reader, const gchk_yaml *node, const char *name) GCHK_MUST_USE;
gchk_status gchk_suite_text(const gchk_suite_reader *reader, const gchk_yaml *node, const char *name,
                            const char **text) GCHK_MUST_USE;
gchk_status gchk_suite_number(const gchk_suite_reader *reader, const gchk_yaml *node, const char *name,
                              double *x) GCHK_MUST_USE; /* finite */
gchk_status gchk_suite_positive(const gchk_suite_reader *reader, const gchk_yaml *node, const char *name,
                                double *x) GCHK_MUST_USE; /* finite and greater than 0 */
/* One number, or {f64: ..., f32: ...}, which leaves what it does not name. */
gchk_status gchk_suite_read_threshold(const gchk_suite_reader *reader, const gchk_yaml *node, const char *name,
                                      gchk_suite_threshold *threshold) GCHK_MUST_USE;
double gchk_suite_threshold_in(const gchk_suite_threshold *threshold, gchk_dtype dtype);
gchk_status gchk_suite_whole(const gchk_suite_reader *reader, const gchk_yaml *node, const char *name, size_t least,
                             size_t *n) GCHK_MUST_USE;
gchk_status gchk_suite_flag(const gchk_suite_reader *reader, const gchk_yaml *node, const char *name,
                            bool *flag) GCHK_MUST_USE;

/* Which of two words it is. */
gchk_status gchk_suite_choice(const gchk_suite_reader *reader, const gchk_yaml *node, const char *name,
                              const char *first, const char *second, bool *is_second) GCHK_MUST_USE;

/* The path of a file that the suite names, seen from its folder, which is noted; NULL when out of memory. */
const char *gchk_suite_path(const gchk_suite_reader *reader, const char *text);

#define GCHK_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
