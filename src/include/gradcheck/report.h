/*
 * Reports: a result as text, JSON, JUnit, SARIF, HTML or Markdown, and a table of what documents print. Nothing is
 * computed here that the result does not hold.
 *
 * What is written into a file is written under a temporary name beside it until it is whole, and then renamed; "-" is
 * standard output. Errors of all that writes: GCHK_IO, GCHK_NO_MEMORY.
 */
#ifndef GRADCHECK_REPORT_H
#define GRADCHECK_REPORT_H

#include <stdio.h>

#include "gradcheck/result.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A format is a row of the table in src/report/report_formats.c. */
typedef enum gchk_format {
  GCHK_TEXT,
  GCHK_JSON,
  GCHK_JUNIT,
  GCHK_HTML,
  GCHK_MARKDOWN,
  GCHK_DOCUMENTS,   /* what documents print beside what gradcheck gives, a table of Markdown */
  GCHK_SARIF,       /* SARIF 2.1.0, which code hosts and editors show beside the code */
  GCHK_FORMAT_COUNT /* how many there are; no format */
} gchk_format;

/* "html" of GCHK_HTML, also the command line's option; and the usual end of its files, "html". "" for no format. */
GCHK_API const char *gchk_report_format_name(gchk_format format);
GCHK_API const char *gchk_report_format_extension(gchk_format format);

/* Is it for programs, with a schema that they can rely on, rather than for people? */
GCHK_API bool gchk_report_format_is_for_machines(gchk_format format);

typedef struct gchk_report_options {
  bool color;    /* text: ANSI colours beside the words */
  int verbosity; /* text: -1 only what is wrong and the summary, 0 a line a case, 1 a line a tensor and all findings */
  bool strict;   /* JUnit: inconclusive is a failure */
  const char *stylesheet; /* HTML: link this file instead of a style element; NULL: one self-contained file */
} gchk_report_options;

/* Writes `result` to `out`. `options` may be NULL. GCHK_INVALID when there is no such format. */
GCHK_API gchk_status gchk_report_write(const gchk_result *result, gchk_format format,
                                       const gchk_report_options *options, FILE *out, gchk_error *error) GCHK_MUST_USE;

/* The same into the file `path`. */
GCHK_API gchk_status gchk_report_save(const gchk_result *result, gchk_format format, const gchk_report_options *options,
                                      const char *path, gchk_error *error) GCHK_MUST_USE;

/* folder/index.html with folder/gradcheck.css beside it, for places that forbid styles in pages. Makes the folder. */
GCHK_API gchk_status gchk_html_save_folder(const gchk_result *result, const char *folder,
                                           gchk_error *error) GCHK_MUST_USE;

/* The text report without colour, for a quick look. */
GCHK_API void gchk_print(const gchk_result *result, FILE *out);

/* The failure blocks of the text report as a string that the caller frees; NULL when nothing failed, or no memory. */
GCHK_API char *gchk_failure_text(const gchk_result *result);

/* The changes against a baseline, the part of the text report; nothing where there is none. `options` may be NULL. */
GCHK_API gchk_status gchk_changes_write(const gchk_baseline_result *changes, const gchk_report_options *options,
                                        FILE *out, gchk_error *error) GCHK_MUST_USE;

/*
 * What GitHub Actions shows beside the code: at most nine lines ::error file=,line=,title=::message, and one that says
 * how many more there are.
 */
GCHK_API gchk_status gchk_annotations_write(const gchk_result *result, FILE *out, gchk_error *error) GCHK_MUST_USE;

/*
 * The computational graph of a case: on its edges forward values, and gradients as upstream gradient times local
 * derivative of the node that reads the value.
 */
typedef enum gchk_graph_format {
  GCHK_GRAPH_TEXT, /* drawn with characters */
  GCHK_GRAPH_SVG,
  GCHK_GRAPH_DOT,     /* for Graphviz */
  GCHK_GRAPH_MERMAID, /* for Markdown */
  GCHK_GRAPH_FORMAT_COUNT
} gchk_graph_format;

/* Writes the graph into the file `path`. A single layer has none: the text says so, a drawing is empty. */
GCHK_API gchk_status gchk_graph_save(const gchk_case_result *c, gchk_graph_format format, const char *path,
                                     gchk_error *error) GCHK_MUST_USE;

/*
 * The same with so many significant digits of every number at the most, up to 17, which tell every double from every
 * other; 0: 6, and 3 where several are side by side. GCHK_INVALID for other numbers.
 */
GCHK_API gchk_status gchk_graph_draw(const gchk_case_result *c, gchk_graph_format format, int digits, const char *path,
                                     gchk_error *error) GCHK_MUST_USE;

/*
 * The text on one line, as it can be shown where a terminal or a CI server would obey what a layer put into its names:
 * escape sequences, workflow commands, what turns the direction of writing. For free(); NULL when out of memory.
 */
GCHK_API char *gchk_visible_text(const char *text) GCHK_MUST_USE;

/*
 * Reads a result that was written as JSON. GCHK_IO, or GCHK_INVALID with file:line:column, also where the parts of it
 * contradict each other: a summary that does not count its cases, a pass of what has failed.
 */
GCHK_API gchk_status gchk_result_read(const char *path, gchk_result **result, gchk_error *error) GCHK_MUST_USE;

/*
 * May later runs be compared with `before`, which `file` names? GCHK_INVALID where its run was interrupted: what was
 * not checked then cannot be seen to get worse.
 */
GCHK_API gchk_status gchk_baseline_validate(const gchk_result *before, const char *file,
                                            gchk_error *error) GCHK_MUST_USE;

/*
 * Has the baseline call a case or a tensor as it is called now: "OLD=NEW" of a case and its shapes OLD/..., or
 * "CASE:OLD=NEW" of a tensor in these, where CASE is what the baseline calls the case by then. GCHK_INVALID where it
 * has none of the old name, or one of the new.
 */
GCHK_API gchk_status gchk_baseline_rename(gchk_result *before, const char *renamed, gchk_error *error) GCHK_MUST_USE;

/*
 * Sets the baseline of `current` to what changed since `before`, which `file` names in reports, and summarises it
 * again: a regression makes its exit code 1. What is a regression: src/result/baseline.h. Keeps nothing of `before`.
 * GCHK_INVALID as for gchk_baseline_validate.
 */
GCHK_API gchk_status gchk_result_compare(gchk_result *current, const gchk_result *before, const char *file,
                                         gchk_error *error) GCHK_MUST_USE;

/*
 * The shards of one run (`--shard 1/N` ... `--shard N/N`) as its one result, which the caller frees. `names` are their
 * files, for messages. The merged result borrows strings and cases from the shards, which must outlive it. GCHK_INVALID
 * when they are not the shards of one run (tool, seed, configuration, title), one is missing or comes twice, their
 * numbers of cases do not fit together, or two of them have a case of the same name and target; where a case was
 * divided among them (gchk_options.part), and the result of those (`--divided`) is not there as one more. A shard that
 * was interrupted makes the whole incomplete.
 */
GCHK_API gchk_status gchk_merge(const gchk_result *const *shards, const char *const *names, size_t count,
                                gchk_result **merged, gchk_error *error) GCHK_MUST_USE;

/* What the checker does not know of a run, and its caller does. Fields that are left out say nothing. */
typedef struct gchk_run_description {
  const char *title;  /* "textbook.yaml" */
  const char *filter; /* the patterns that selected the cases */
  gchk_dtype dtype;   /* GCHK_DTYPE_UNSET: as each case says */
  uint64_t shard, shards;
  uint64_t cases; /* of all shards */
  const char *blas_library, *blas_core;
  size_t blas_threads;
  const char *blas_better_core; /* NULL: none is */
  size_t argc;                  /* the command that makes this run again, word by word */
  const char *const *argv;
  /* The cases that other shards have, whose names, targets and precisions tell a baseline what is not gone. */
  size_t elsewhere_count;
  const gchk_case_result *elsewhere;
  const struct gchk_origins *origins; /* what the result is made of (gradcheck/origins.h); NULL: nothing is said */
} gchk_run_description;

/* Puts it into the result, which copies all of it. GCHK_NO_MEMORY. */
GCHK_API gchk_status gchk_result_describe(gchk_result *result, const gchk_run_description *run,
                                          gchk_error *error) GCHK_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif
