/*
 * Suite files (YAML lists of cases, with the data that they name), plug-ins, and arrays as NumPy files.
 *
 * `gradcheck help suite` and gchk_suite_manual print the manual of the format. Loading a suite builds every layer and
 * network that it names, so that all that is wrong with it is said before anything runs; gchk_suite_load_some does so
 * for some of its cases.
 */
#ifndef GRADCHECK_SUITE_H
#define GRADCHECK_SUITE_H

#include <stdbool.h>
#include <stdio.h>

#include "gradcheck/check.h"
#include "gradcheck/origins.h"
#include "gradcheck/plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gchk_suite gchk_suite;

/*
 * Loads a suite. Its plug-ins are read, and loaded where their cases are checked (gchk_plugin_file_read). `dtype`
 * overrides that of every case (GCHK_DTYPE_UNSET: as the file says, f64 by default).
 * GCHK_INVALID with file:line:column, what was found and what would be right; GCHK_IO when a file cannot be read.
 */
GCHK_API gchk_status gchk_suite_load(gchk_suite **suite, const char *path, gchk_dtype dtype,
                                     gchk_error *error) GCHK_MUST_USE;
GCHK_API void gchk_suite_free(gchk_suite *suite);

/*
 * Where the f32 layers of plug-ins get their double twins from: shared objects that were built from the same sources
 * with gradcheck/as_double.h. Layers are matched by their names. A plug-in of which one layer has a twin must have
 * twins for all its f32 layers, and a twin's table must be that of its layer in f64: else GCHK_INVALID, with what
 * differs. What the two compute is compared when a case is checked.
 */
typedef struct gchk_twin_options {
  const char *const *paths; /* `count` of them: "mine.twin.so" */
  size_t count;
  bool none_beside; /* without: a plug-in NAME.so that none of these is for has its twins from NAME.twin.so beside it */
  size_t *used;     /* `count` counters, to which the layers are added that got their twins from each */
} gchk_twin_options;

/*
 * gchk_suite_load with twins for the layers of its plug-ins, before those that the file names or that are beside the
 * plug-ins. NULL: none but these.
 */
GCHK_API gchk_status gchk_suite_load_with(gchk_suite **suite, const char *path, gchk_dtype dtype,
                                          const gchk_twin_options *twins, gchk_error *error) GCHK_MUST_USE;

/*
 * What start-up code of plug-ins may take in the process in which a plug-in is read: by how many MiB it may grow (0:
 * any amount), and seconds in which it sleeps or has a processor (0: as many as it may have in any case, 30).
 */
typedef struct gchk_load_limits {
  size_t memory_mib;
  double timeout_s;
} gchk_load_limits;

/* How to load a suite. Begin with GCHK_SUITE_OPTIONS_INIT: `size` says which fields the caller knows. */
typedef struct gchk_suite_options {
  size_t size;
  gchk_dtype dtype;               /* as of gchk_suite_load */
  const gchk_twin_options *twins; /* as of gchk_suite_load_with */
  /* Is the case called `name` to be loaded? NULL: all are. Asked once a case, with `want_context`. */
  bool (*is_wanted)(void *context, const char *name);
  void *want_context;
  const gchk_load_limits *limits; /* of its plug-ins; NULL: none */
} gchk_suite_options;

#define GCHK_SUITE_OPTIONS_INIT                                                                                        \
  { .size = sizeof(gchk_suite_options) }

/*
 * Loads the cases that are wanted. One that is not is listed too, but the files that it names are not read: its keys,
 * layers and numbers are looked at, and what is wrong with them is an error; shapes, and files that are missing or
 * damaged, are not told of. Its layer has a name and a dtype then and nothing else: it can be listed, and not checked.
 */
GCHK_API gchk_status gchk_suite_load_some(gchk_suite **suite, const char *path, const gchk_suite_options *options,
                                          gchk_error *error) GCHK_MUST_USE;

/* Its cases, in the order of the file; they belong to the suite. */
GCHK_API const gchk_case *gchk_suite_cases(const gchk_suite *suite, size_t *count);

/*
 * The files that it has read besides itself: data, plug-ins and twins that it names, in the order in which it names
 * them, each as often; they belong to the suite.
 */
GCHK_API const char *const *gchk_suite_files_read(const gchk_suite *suite, size_t *count);

/* Adds its own file, the data that it names, and its plug-ins and twins with what they load: as gchk_origins_add. */
GCHK_API gchk_status gchk_suite_add_origins(const gchk_suite *suite, gchk_origins *origins,
                                            gchk_error *error) GCHK_MUST_USE;

/* What there is to say of its plug-ins, as gchk_plugin_file_note. */
GCHK_API const char *gchk_suite_note(const gchk_suite *suite, size_t index);

/* Prints the manual of the format: every key with what it does. */
GCHK_API void gchk_suite_manual(FILE *out);

/*
 * A plug-in: a shared object with the table of gradcheck/plugin.h. Its layers live until it is closed.
 */
typedef struct gchk_plugin_file gchk_plugin_file;

/*
 * Reads its table in a child process, which loads it, and its twins; no code of theirs runs in this one. The layers of
 * the table are data: where there is a callback there is a stand-in that gives GCHK_LAYER_FAILED, and `user` is not the
 * layer's. A case of such a layer can be checked, explained and trained as any: the plug-in is loaded in the process
 * that does so, once, and GCHK_INVALID is the error of the case where the table is no longer what was read.
 *
 * GCHK_INVALID: not loadable, without the symbol, of another version, or with a table that cannot be read, and what to
 * do about it. GCHK_LAYER_FAILED where its start-up code crashes, exits or does not end. What that prints is shown on
 * standard error, with the path before each line. Costs a process, and reading what the table holds.
 */
GCHK_API gchk_status gchk_plugin_file_read(gchk_plugin_file **file, const char *path, const gchk_twin_options *twins,
                                           gchk_error *error) GCHK_MUST_USE;

/* The same within limits: GCHK_LAYER_FAILED where its start-up code goes beyond. NULL: none. */
GCHK_API gchk_status gchk_plugin_file_read_within(gchk_plugin_file **file, const char *path,
                                                  const gchk_twin_options *twins, const gchk_load_limits *limits,
                                                  gchk_error *error) GCHK_MUST_USE;

/*
 * Reads it, and then loads it into this process: the layers of its table are those of the shared object. What its
 * start-up code prints goes to standard error. Its code stays in this process when it is closed.
 */
GCHK_API gchk_status gchk_plugin_file_open(gchk_plugin_file **file, const char *path, gchk_error *error) GCHK_MUST_USE;

/* The same with twins: the f32 layers of its table are then copies with `twin` set. NULL: none. */
GCHK_API gchk_status gchk_plugin_file_open_with(gchk_plugin_file **file, const char *path,
                                                const gchk_twin_options *twins, gchk_error *error) GCHK_MUST_USE;
GCHK_API void gchk_plugin_file_close(gchk_plugin_file *file);

/*
 * The index-th thing to say of it and of its twins: that start-up code changed what holds for the whole process, such
 * as flush-to-zero or the working directory, which was put back. NULL: there is no more.
 */
GCHK_API const char *gchk_plugin_file_note(const gchk_plugin_file *file, size_t index);

/* Adds its file, those of its twins, and those of what is loaded with them: as gchk_origins_add. */
GCHK_API gchk_status gchk_plugin_file_add_origins(const gchk_plugin_file *file, gchk_origins *origins,
                                                  gchk_error *error) GCHK_MUST_USE;

GCHK_API const gchk_plugin *gchk_plugin_file_table(const gchk_plugin_file *file);

/* The layer called `name`, or NULL. */
GCHK_API const gchk_layer *gchk_plugin_file_layer(const gchk_plugin_file *file, const char *name);

/*
 * Writes an array as a NumPy file: f8, f4 or i4 by `dtype`, little-endian, in C order; for i32 the values are whole
 * numbers that fit. GCHK_IO, GCHK_NO_MEMORY.
 */
GCHK_API gchk_status gchk_npy_write(const char *path, gchk_dtype dtype, const gchk_shape *shape, const double *values,
                                    gchk_error *error) GCHK_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif
