/* Cases that are not wanted: their files are not read, and the rest of what is wrong with them is told all the same. */
#include <dirent.h>

#include "report/save.h"
#include "suite_fixture.h"

enum { LINE = 1200 };

static bool is_called(void *context, const char *name) {
  return context != NULL && strcmp(context, name) == 0;
}

/* Loads the case called `name` alone; NULL: none. */
static gchk_status load_one(gchk_suite **suite, const char *path, char *name, gchk_error *error) {
  gchk_suite_options options = GCHK_SUITE_OPTIONS_INIT;
  options.is_wanted = is_called;
  options.want_context = name;
  return gchk_suite_load_some(suite, path, &options, error);
}

static void read_text(const char *path, char *text, size_t size) {
  FILE *file = fopen(path, "r");
  ck_assert_msg(file != NULL, "%s cannot be read", path);
  text[fread(text, 1, size - 1, file)] = '\0';
  fclose(file);
}

static int is_suite(const struct dirent *entry) {
  const size_t length = strlen(entry->d_name);
  return length > 5 && strcmp(entry->d_name + length - 5, ".yaml") == 0;
}

static bool names_a_file(const char *text) {
  static const char *const kinds[] = {"idx:", "csv:", "npy:", "npz:"};
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
    if (strstr(text, kinds[i]) != NULL)
      return true;
  return false;
}

/* Nothing of a bad suite is wanted: it gives its message, or names a file that was not looked at. */
static void look(const char *name, size_t *told, size_t *untold) {
  static char text[1 << 16], expected[LINE], path[512];
  gchk_error error = {GCHK_OK, ""};
  gchk_suite *suite = NULL;
  (void)snprintf(path, sizeof path, "%.*s.expected", (int)(strlen(name) - 5), name);
  read_text(path, expected, sizeof expected);
  expected[strcspn(expected, "\n")] = '\0';
  const size_t length = strlen(expected), dots = length > 3 && strcmp(expected + length - 3, "...") == 0 ? 3 : 0;
  if (load_one(&suite, name, NULL, &error) == GCHK_OK) {
    read_text(name, text, sizeof text);
    ck_assert_msg(names_a_file(text), "%s names no file, and is not told of", name);
    ++*untold;
  } else {
    ck_assert_msg(strncmp(error.message, expected, length - dots) == 0, "%s\n  says    %s\n  must say %s", name,
                  error.message, expected);
    ++*told;
  }
  gchk_suite_free(suite);
}

START_TEST(what_is_wrong_with_them) {
  struct dirent **files = NULL;
  size_t told = 0, untold = 0;
  ck_assert_int_eq(chdir(FIXTURES "invalid"), 0);
  const int count = scandir(".", &files, is_suite, alphasort);
  ck_assert_int_gt(count, 100);
  for (int i = 0; i < count; i++) {
    look(files[i]->d_name, &told, &untold);
    free(files[i]);
  }
  free(files);
  ck_assert_uint_ge(told, 80);
  ck_assert_uint_ge(untold, 20);
}
END_TEST

/* One after the other, as if no other case were there: the numbers are those of the whole suite. */
START_TEST(each_alone_is_what_it_is_among_all) {
  static char path[] = FIXTURES "suites/textbook.yaml";
  gchk_suite *all = NULL, *one = NULL;
  gchk_error error = {GCHK_OK, ""};
  size_t count = 0, same = 0;
  OK(gchk_suite_load(&all, path, GCHK_DTYPE_UNSET, &error), error);
  const gchk_case *cases = gchk_suite_cases(all, &count);
  for (size_t i = 0; i < count; i++) {
    char name[128];
    (void)snprintf(name, sizeof name, "%s", cases[i].name);
    OK(load_one(&one, path, name, &error), error);
    const gchk_case *own = gchk_suite_cases(one, &same);
    ck_assert_uint_eq(same, count);
    ck_assert_uint_eq(own[i].setting_count, cases[i].setting_count);
    ck_assert_uint_eq(own[i].layer->tensor_count, cases[i].layer->tensor_count);
    for (size_t s = 0; s < own[i].setting_count; s++) {
      const gchk_fill *a = &own[i].settings[s].fill, *b = &cases[i].settings[s].fill;
      ck_assert_uint_eq(a->value_count, b->value_count);
      ck_assert(a->value_count == 0 || memcmp(a->values, b->values, a->value_count * sizeof *a->values) == 0);
    }
    for (size_t k = 0; k < count; k++) {
      ck_assert_str_eq(own[k].name, cases[k].name);
      ck_assert_int_eq(own[k].layer->dtype, cases[k].layer->dtype);
      ck_assert_str_eq(own[k].layer->name, cases[k].layer->name);
      ck_assert_int_eq(own[k].line, cases[k].line);
      ck_assert_int_eq(own[k].has_seed, cases[k].has_seed);
      ck_assert_uint_eq(own[k].seed, cases[k].seed);
      ck_assert_int_eq(own[k].expected_failure == NULL, cases[k].expected_failure == NULL);
    }
    gchk_suite_free(one);
  }
  gchk_suite_free(all);
}
END_TEST

static const struct {
  const char *text;
  bool is_told; /* though it is not wanted */
} slips[] = {
    {"layer: relu\n    values: {x: {csv: nowhere.csv}}", false},
    {"layer: relu\n    values: {x: [1, 2]}\n    expect: {y: {csv: nowhere.csv}}", false},
    {"layer: relu\n    values: {x: [1, 2]}\n    reference: {source: a, npz: nowhere.npz}", false},
    {"network: [relu, relu]\n    values: {x: {csv: nowhere.csv}}", false},
    {"layer: relo\n    values: {x: {csv: nowhere.csv}}", true},
    {"network: [relu, relo]\n    values: {x: {csv: nowhere.csv}}", true},
    {"network: [affine: {unit: 3}]\n    values: {x: {csv: nowhere.csv}}", true},
    {"layer: relu\n    valeus: {x: 1}\n    values: {x: {csv: nowhere.csv}}", true},
    {"layer: relu\n    values: {x: {csv: nowhere.csv, scal: 2}}", true},
    {"layer: relu\n    values: {x: {csv: nowhere.csv, scale: two}}", true},
    {"layer: relu\n    values: {x: {csv: nowhere.csv, rows: [3, 3]}}", true},
    {"layer: relu\n    values: {x: {csv: nowhere.csv, split: {part: train}}}", true},
    {"layer: relu\n    values: {x: {csv: nowhere.csv, standardise: rows}}", true},
    {"layer: relu\n    values: {z: {csv: nowhere.csv}}", true},
    {"layer: relu\n    options: {slop: 1}\n    values: {x: {csv: nowhere.csv}}", true},
    {"layer: relu\n    values: {x: {csv: nowhere.csv}}\n    expect: {y: [1, two]}", true},
    {"layer: relu\n    values: {x: {csv: nowhere.csv}}\n    reference: {source: a, gradient: {x: 1}}", true},
    {"layer: relu\n    threshold: -1\n    values: {x: {csv: nowhere.csv}}", true},
    {"layer: relu\n    network: [relu]\n    values: {x: {csv: nowhere.csv}}", true},
    {"values: {x: {csv: nowhere.csv}}", true},
};

START_TEST(a_slip) {
  char text[1024], folder[64], path[128], data[128], other[] = "other", bad[] = "bad";
  gchk_error error = {GCHK_OK, ""}, wanted = {GCHK_OK, ""};
  gchk_suite *suite = NULL;
  make_folder(folder, sizeof folder);
  (void)snprintf(text, sizeof text, "cases:\n  - {name: other, layer: relu}\n  - name: bad\n    %s\n", slips[_i].text);
  OK(gchk_save_bytes(path_in(path, sizeof path, folder, "test.yaml"), text, strlen(text), &error), error);
  (void)path_in(data, sizeof data, folder, "nowhere.csv");
  if (slips[_i].is_told) /* else that it is missing is the mistake */
    OK(gchk_save_bytes(data, "1,2\n", 4, &error), error);
  ck_assert_int_ne(load_one(&suite, path, bad, &wanted), GCHK_OK);
  const gchk_status status = load_one(&suite, path, other, &error);
  ck_assert_msg((status != GCHK_OK) == slips[_i].is_told, "%s: %s", slips[_i].text, error.message);
  if (slips[_i].is_told)
    ck_assert_str_eq(error.message, wanted.message);
  gchk_suite_free(suite);
  (void)unlink(path);
  (void)unlink(data);
  (void)rmdir(folder);
}
END_TEST

static TCase *wanted(void) {
  TCase *tests = tcase_create("wanted");
  tcase_add_test(tests, what_is_wrong_with_them);
  tcase_add_test(tests, each_alone_is_what_it_is_among_all);
  tcase_add_loop_test(tests, a_slip, 0, (int)(sizeof slips / sizeof slips[0]));
  return tests;
}

TEST_MAIN("wanted", wanted)
