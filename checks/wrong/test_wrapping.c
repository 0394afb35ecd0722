/*
 * How many lines it takes to check a layer of each convention: its table and callbacks, as the files of this folder
 * have them between "wrapping: NAME" and "end", and the row that names the layer. Prints the table.
 */
#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "main.h"

enum {
  ROW = 3,      /* #include, the layer's struct, GCHK_PLUGIN: what the folder's macros stand for */
  PLAIN = 15,   /* free functions, or callbacks: a table, two callbacks, no state */
  STATEFUL = 25 /* a struct of the layer's own: create, bind or reset beside these */
};

static struct convention {
  const char *name;
  int most, lines;
} conventions[] = {
    {"integer tokens, += gradients", PLAIN, 0},
    {"caches that forward writes", PLAIN, 0},
    {"a gradient that may be NULL", PLAIN, 0},
    {"gradients as work space", PLAIN, 0},
    {"two forwards, one backward, padding", PLAIN, 0},
    {"structs, the upstream gradient clobbered", 2 * STATEFUL, 0},
    {"negative gradients set in forward", STATEFUL, 0},
    {"state that every forward changes", STATEFUL, 0},
    {"one function with an action argument", 2 * STATEFUL, 0},
    {"a recurrent state", PLAIN, 0},
    {"random numbers from a seed", PLAIN, 0},
    {"train and eval", PLAIN, 0},
    {"a training step on a copy", 2 * STATEFUL, 0},
    {"in place", PLAIN, 0},
    {"once after each forward", PLAIN, 0},
    {"upstream after forward", PLAIN, 0},
    {"a training step", PLAIN, 0},
    {"step by step through time", PLAIN, 0},
};
enum { CONVENTIONS = sizeof conventions / sizeof conventions[0] };

static struct convention *find(const char *name) {
  for (size_t k = 0; k < CONVENTIONS; k++)
    if (strncmp(name, conventions[k].name, strlen(conventions[k].name)) == 0)
      return &conventions[k];
  return NULL;
}

static bool is_blank(const char *line) {
  return line[strspn(line, " \t\r\n")] == '\0';
}

static void count(const char *path) {
  static const char begins[] = "/* wrapping: ", ends[] = "/* end */";
  char line[512];
  struct convention *within = NULL;
  FILE *in = fopen(path, "r");
  ck_assert_msg(in != NULL, "%s", path);
  while (fgets(line, sizeof line, in) != NULL) {
    if (strncmp(line, begins, strlen(begins)) == 0) {
      ck_assert_msg(within == NULL, "%s: %s", path, line);
      within = find(line + strlen(begins));
      ck_assert_msg(within != NULL, "%s: not in the table: %s", path, line);
    } else if (strncmp(line, ends, strlen(ends)) == 0) {
      ck_assert_msg(within != NULL, "%s: an end without a beginning", path);
      within = NULL;
    } else if (within != NULL && !is_blank(line)) {
      within->lines++;
    }
  }
  ck_assert_msg(within == NULL, "%s: %s has no end", path, within != NULL ? within->name : "");
  ck_assert_int_eq(fclose(in), 0);
}

START_TEST(wrapping_takes_few_lines) {
  glob_t files;
  ck_assert_int_eq(glob(SOURCE_DIR "/checks/wrong/convention_*", 0, NULL, &files), 0);
  for (size_t k = 0; k < files.gl_pathc; k++)
    count(files.gl_pathv[k]);
  globfree(&files);
  printf("%-42s  %5s  %4s\n", "convention", "lines", "most");
  int too_long = 0;
  for (size_t k = 0; k < CONVENTIONS; k++) {
    struct convention *c = &conventions[k];
    printf("%-42s  %5d  %4d%s\n", c->name, c->lines + ROW, c->most, c->lines + ROW > c->most ? "  too many" : "");
    ck_assert_msg(c->lines > 0, "nothing wraps: %s", c->name);
    too_long += c->lines + ROW > c->most;
  }
  ck_assert_int_eq(too_long, 0);
}
END_TEST

static TCase *wrapping(void) {
  TCase *tc = tcase_create("wrapping");
  tcase_add_test(tc, wrapping_takes_few_lines);
  return tc;
}

TEST_MAIN("wrapping", wrapping)
