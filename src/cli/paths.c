/* Which file a path means, and whether two paths mean the same. */
#define _XOPEN_SOURCE 700 // realpath
#include "paths.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common.h"
#include "options/option_parser.h"
#include "targets.h"

enum { PATH_SIZE = 4096, MOST_LINKS = 40 };

typedef struct place {
  cli_path of;
  char *full; // the real path of what is there already, with what is not there yet; NULL: one that cannot be shared
  bool is_there, is_stream;
  dev_t device;
  ino_t inode;
} place;

static void trim(char *path) {
  size_t length = strlen(path);
  while (length > 1 && path[length - 1] == '/')
    path[--length] = '\0';
}

// Cuts the last component off `path`, "." or "/" stays; returns where it was copied to.
static void split(char path[PATH_SIZE], char last[PATH_SIZE]) {
  char *slash = strrchr(path, '/');
  (void)snprintf(last, PATH_SIZE, "%s", slash == NULL ? path : slash + 1);
  if (slash == NULL)
    (void)snprintf(path, PATH_SIZE, ".");
  else
    slash[slash == path] = '\0';
  trim(path);
}

// Where a symbolic link points to that points to nothing.
static bool follow(char path[PATH_SIZE]) {
  char target[PATH_SIZE], last[PATH_SIZE], folder[PATH_SIZE];
  const ssize_t length = readlink(path, target, sizeof target - 1);
  if (length <= 0)
    return false;
  target[length] = '\0';
  memcpy(folder, path, sizeof folder);
  split(folder, last);
  int written = target[0] == '/' ? snprintf(path, PATH_SIZE, "%s", target)
                                 : snprintf(path, PATH_SIZE, "%s/%.*s", folder, (int)length, target);
  trim(path);
  return written > 0 && written < PATH_SIZE;
}

// The real path of the part that exists, and then the rest; NULL where it cannot be told.
static char *full_path(const char *text) {
  char path[PATH_SIZE], rest[PATH_SIZE] = "", last[PATH_SIZE], joined[PATH_SIZE], real[PATH_MAX];
  if (strlen(text) >= sizeof path)
    return NULL;
  (void)snprintf(path, sizeof path, "%s", text);
  trim(path);
  for (int links = 0; realpath(path, real) == NULL;) {
    struct stat info;
    if (lstat(path, &info) == 0 && S_ISLNK(info.st_mode)) {
      if (++links > MOST_LINKS || !follow(path))
        return NULL;
      continue;
    }
    if (strcmp(path, ".") == 0 || strcmp(path, "/") == 0)
      return NULL;
    split(path, last);
    if (strcmp(last, ".") == 0)
      continue;
    const int length = snprintf(joined, sizeof joined, "/%s%s", last, rest);
    if (length < 0 || (size_t)length >= sizeof joined)
      return NULL;
    memcpy(rest, joined, sizeof rest);
  }
  const bool is_root = strcmp(real, "/") == 0;
  const size_t size = strlen(real) + strlen(rest) + 1;
  char *full = malloc(size);
  if (full != NULL)
    (void)snprintf(full, size, "%s%s", is_root && rest[0] != '\0' ? "" : real, rest);
  return full;
}

static void note_inode(place *p, const struct stat *info) {
  p->is_there = true;
  p->device = info->st_dev;
  p->inode = info->st_ino;
}

static void locate(place *p) {
  struct stat info;
  if (p->of.path == NULL || cli_is_stdout(p->of.path))
    return;
  if (stat(p->of.path, &info) == 0) {
    if (!S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode))
      return; // a pipe or a device takes what several write
    note_inode(p, &info);
  }
  p->full = full_path(p->of.path);
}

static bool is_beneath(const place *p, const place *folder) {
  if (folder->of.kind != PATH_IS_FOLDER || p->full == NULL || folder->full == NULL)
    return false;
  const size_t length = strlen(folder->full);
  return strncmp(p->full, folder->full, length) == 0 && p->full[length] == '/';
}

static bool are_one(const place *a, const place *b) {
  if (a->is_there && b->is_there && a->device == b->device && a->inode == b->inode)
    return true;
  if (a->full != NULL && b->full != NULL && strcmp(a->full, b->full) == 0)
    return true;
  return is_beneath(a, b) || is_beneath(b, a);
}

static bool is_read(const place *p) {
  return p->of.kind == PATH_IS_READ || p->of.kind == PATH_IS_TARGET;
}

static bool are_targets(const place *a, const place *b) {
  return a->of.kind == PATH_IS_TARGET && b->of.kind == PATH_IS_TARGET;
}

// What is read whole before the other is written, so that a run can go on from the file that the last one left.
static bool are_read_and_renewed(const place *a, const place *b) {
  static const char *const pairs[][2] = {{"--baseline", "--save-baseline"}, {"--last-failed", "--json"}};
  for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
    if ((strcmp(a->of.what, pairs[i][0]) == 0 && strcmp(b->of.what, pairs[i][1]) == 0) ||
        (strcmp(b->of.what, pairs[i][0]) == 0 && strcmp(a->of.what, pairs[i][1]) == 0))
      return true;
  return false;
}

static bool may_clash(const place *a, const place *b) {
  const bool is_written = !is_read(a) || !is_read(b);
  return (is_written || are_targets(a, b)) && !(a->is_stream && b->is_stream);
}

// Two reports one after the other on standard output are none that a program reads.
static gchk_status check_streams(const cli_output *outputs, size_t count, gchk_error *error) {
  for (size_t i = 0, first = count; i < count; i++) {
    if (!cli_is_stdout(outputs[i].path))
      continue;
    if (first < count)
      return gchk_fail(error, GCHK_INVALID, "%s - and %s - would both be on standard output; name a file for one",
                       outputs[first].option, outputs[i].option);
    first = i;
  }
  return GCHK_OK;
}

static const char *space_of(const place *p) {
  return p->of.path[0] == '\0' ? "" : " ";
}

static gchk_status complain(const place *a, const place *b, gchk_error *error) {
  const bool are_spelled_alike = strcmp(a->of.path, b->of.path) == 0;
  if (are_targets(a, b))
    return gchk_fail(error, GCHK_INVALID, "%s is given twice%s%s; once is enough", b->of.path,
                     are_spelled_alike ? "" : ", also as ", are_spelled_alike ? "" : a->of.path);
  if (is_read(a) || is_read(b)) {
    const place *read = is_read(a) ? a : b, *written = read == a ? b : a;
    return gchk_fail(error, GCHK_INVALID, "%s%s%s would be written over %s %s, which is read; name another file",
                     written->of.what, space_of(written), written->of.path, read->of.what, read->of.path);
  }
  return gchk_fail(error, GCHK_INVALID, "%s%s%s and %s%s%s are one file, and one would be written over the other%s",
                   a->of.what, space_of(a), a->of.path, b->of.what, space_of(b), b->of.path,
                   a->is_stream || b->is_stream ? "; - is standard output" : "; name another file");
}

typedef struct list {
  place *places;
  size_t count;
  bool renews; // it may go on from its own files
} list;

static void add(list *l, const char *what, const char *path, cli_path_kind kind) {
  if (path != NULL)
    l->places[l->count++] = (place){.of = {what, path, kind}};
}

static void add_stream(list *l, const char *what, int descriptor) {
  struct stat info;
  if (fstat(descriptor, &info) != 0 || !S_ISREG(info.st_mode))
    return;
  place *p = &l->places[l->count++];
  *p = (place){.of = {what, "", PATH_IS_WRITTEN}, .is_stream = true};
  note_inode(p, &info);
}

enum {
  PAGE_FILES = 2,
  OTHERS = 8 /* two streams, a summary, the built-in suite, a baseline, a last result, weights, equivalents */
};

// The two files of --html-dir; their paths are kept in `paths`.
static void add_page(list *l, const char *folder, char paths[PAGE_FILES][PATH_SIZE]) {
  static const char *const names[PAGE_FILES] = {"index.html", "gradcheck.css"};
  for (size_t i = 0; folder != NULL && i < PAGE_FILES; i++) {
    const int length = snprintf(paths[i], PATH_SIZE, "%s/%s", folder, names[i]);
    if (length > 0 && length < PATH_SIZE)
      add(l, "--html-dir", paths[i], PATH_IS_WRITTEN);
  }
}

static void add_inputs(list *l, const cli_options *o, unsigned command, const char *builtin) {
  const bool is_after_name = (command & (CMD_EXPLAIN | CMD_GRAPH | CMD_TRAIN | CMD_EVALUATE)) != 0;
  const bool are_results = (command & (CMD_REPORT | CMD_DIFF | CMD_MERGE | CMD_ACCEPT)) != 0;
  const size_t arguments = command == CMD_MUTATE ? 1 : o->argument_count; // behind it is a compiler's command
  for (size_t i = is_after_name; i < arguments; i++)
    add(l, are_results ? "the result" : "the target", o->arguments[i], are_results ? PATH_IS_READ : PATH_IS_TARGET);
  if (!are_results && arguments <= is_after_name && builtin[0] != '\0')
    add(l, "the suite", builtin, PATH_IS_READ);
  add(l, "--baseline", o->baseline, PATH_IS_READ);
  add(l, "--last-failed", o->last_failed, PATH_IS_READ);
  add(l, "--weights", o->weights_read, PATH_IS_READ);
  add(l, "--equivalent", o->equivalent, PATH_IS_READ);
  for (size_t i = 0; i < o->twins.count; i++)
    add(l, "--twin", o->twins.at[i], PATH_IS_READ);
}

// Two that are read do not clash, and suites may read very many files: these are held against the others alone.
static gchk_status check(const list *l, gchk_error *error) {
  for (size_t i = 0; i < l->count; i++) {
    const place *one = &l->places[i];
    for (size_t k = 0; k < l->count && one->of.kind != PATH_IS_READ; k++) {
      const place *other = &l->places[k];
      if (one != other && may_clash(one, other) && !(l->renews && are_read_and_renewed(one, other)) &&
          are_one(one, other))
        return complain(k < i ? other : one, k < i ? one : other, error);
    }
  }
  return GCHK_OK;
}

gchk_status cli_paths_check(const cli_options *options, unsigned command, const cli_path *more, size_t more_count,
                            gchk_error *error) {
  char page[PAGE_FILES][PATH_SIZE], builtin[PATH_SIZE];
  if (cli_builtin_suite(builtin, sizeof builtin, NULL) != GCHK_OK)
    builtin[0] = '\0';
  cli_output outputs[CLI_MOST_OUTPUTS];
  const size_t output_count = cli_options_outputs(options, command, outputs);
  GCHK_TRY(check_streams(outputs, output_count, error));
  const size_t named = output_count + options->argument_count + options->twins.count + more_count;
  list l = {calloc(named + PAGE_FILES + OTHERS, sizeof *l.places), 0, command == CMD_RUN};
  if (l.places == NULL)
    return cli_fail_memory(error, "paths");
  for (size_t i = 0; i < output_count; i++)
    add(&l, outputs[i].option, outputs[i].path, PATH_IS_WRITTEN);
  add_stream(&l, "standard output", fileno(gchk_output()));
  add_stream(&l, "standard error", gchk_errors_descriptor());
  add_page(&l, options->html_dir, page);
  const char *actions = getenv("GITHUB_ACTIONS"), *summary = getenv("GITHUB_STEP_SUMMARY");
  if (command == CMD_RUN && actions != NULL && strcmp(actions, "true") == 0 && summary != NULL && summary[0] != '\0')
    add(&l, "GITHUB_STEP_SUMMARY", summary, PATH_IS_WRITTEN);
  add_inputs(&l, options, command, builtin);
  for (size_t i = 0; i < more_count; i++)
    add(&l, more[i].what, more[i].path, more[i].kind);
  for (size_t i = 0; i < l.count; i++)
    if (!l.places[i].is_stream)
      locate(&l.places[i]);
  const gchk_status status = check(&l, error);
  for (size_t i = 0; i < l.count; i++)
    free(l.places[i].full);
  free(l.places);
  return status;
}

gchk_status cli_paths_check_suite(const cli_options *options, unsigned command, const gchk_suite *suite,
                                  gchk_error *error) {
  size_t count;
  const char *const *paths = gchk_suite_files_read(suite, &count);
  cli_path *files = calloc(count + 1, sizeof *files);
  if (files == NULL)
    return cli_fail_memory(error, "paths");
  for (size_t i = 0; i < count; i++)
    files[i] = (cli_path){"the suite's file", paths[i], PATH_IS_READ};
  gchk_status status = cli_paths_check(options, command, files, count, error);
  free(files);
  return status;
}
