/* What the commands share: exit statuses, errors, colours, and writing reports. */
#ifndef GCHK_CLI_COMMON_H
#define GCHK_CLI_COMMON_H

#include "gradcheck/report.h"
#include "gradcheck/suite.h"
#include "gradcheck/supervise.h"
#include "options/options.h"
#include "options/say.h"

/* DESIGN, "Command line": the exit statuses that a command gives itself; those of a run come from its result. */
enum { EXIT_WRONG = 1, EXIT_USAGE = 2, EXIT_UNFINISHED = 3, EXIT_UNDECIDED = 5 };

/* Prints the error and returns 2 for bad input and 3 for everything else. */
int cli_fail(const gchk_error *error);

/* Prints the error of something that could not be written, and returns 3. */
int cli_fail_writing(const gchk_error *error);

/* Standard output is flushed: 3 with a message when that fails, `status` otherwise. */
int cli_flush(int status);

/* --color, then NO_COLOR, then FORCE_COLOR, then whether the descriptor is a terminal. */
bool cli_wants_color(const cli_options *options, int out);

/* What the options allow the start-up code of a plug-in. */
gchk_load_limits cli_load_limits(const cli_options *options);

/* "-" */
bool cli_is_stdout(const char *path);

/*
 * Writes every report that the options ask for; the text report to standard output where none of them goes there. What
 * could not be written is told, and makes an error of the result (gchk_result_is_unwritten), as those that are written
 * say then.
 */
void cli_write_reports(gchk_result *result, const cli_options *options);
void cli_lose(gchk_result *result, const gchk_error *error);                 /* says so of anything else */
void cli_write_files_again(gchk_result *result, const cli_options *options); /* those that are there */

/*
 * Reads a result to compare with, in which --renamed has its say; GCHK_INVALID where it is no baseline. The caller
 * frees it either way.
 */
gchk_status cli_read_baseline(const char *path, const cli_options *options, gchk_result **before,
                              gchk_error *error) GCHK_MUST_USE;

/* The changes against a baseline on standard output; 1 where one is a regression. */
int cli_print_changes(const gchk_baseline_result *changes, const cli_options *options);

/* False, with a message, where --renamed is given and --baseline is not. */
bool cli_has_baseline_to_rename(const cli_options *options);

/* The file's folders are there and can be written: said before a long run rather than after it. */
bool cli_outputs_are_writable(const cli_options *options, unsigned command);

/* GCHK_NO_MEMORY with "out of memory for <what>". */
gchk_status cli_fail_memory(gchk_error *error, const char *what);

/*
 * The array of `count` elements of `size` bytes has room for one more: it is grown whenever `count` is a power of two.
 * False when out of memory, and the array is as it was.
 */
bool cli_make_room(void **array, size_t count, size_t size);

#endif
