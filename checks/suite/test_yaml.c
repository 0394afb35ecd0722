/* YAML trees with positions, and the names that people meant. */
#include "suite/yaml.h"

#include "gradcheck/suggest.h"
#include "suite_fixture.h"

static gchk_status parse(const gchk_yaml **root, gchk_arena *arena, const char *text, gchk_error *error) {
  return gchk_yaml_parse(root, arena, "t.yaml", text, strlen(text), error);
}

static void is_at(const gchk_yaml *node, gchk_yaml_kind kind, int line, int column) {
  ck_assert_ptr_nonnull(node);
  ck_assert_int_eq(node->kind, kind);
  ck_assert_int_eq(node->line, line);
  ck_assert_int_eq(node->column, column);
}

START_TEST(every_node_knows_where_it_is) {
  static const char *const text = "a: 1\n"
                                  "list:\n"
                                  "  - x\n"
                                  "  - {k: \"v\", n: [1, 2]}\n"
                                  "none:\n"
                                  "\"quoted\": 'b c'\n";
  gchk_arena *arena = gchk_arena_new();
  const gchk_yaml *root = NULL;
  gchk_error error = {GCHK_OK, ""};
  OK(parse(&root, arena, text, &error), error);
  is_at(root, GCHK_YAML_MAP, 1, 1);
  ck_assert_uint_eq(root->count, 4);
  is_at(gchk_yaml_get(root, "a"), GCHK_YAML_SCALAR, 1, 4);
  ck_assert_str_eq(gchk_yaml_get(root, "a")->text, "1");
  const gchk_yaml *list = gchk_yaml_get(root, "list");
  is_at(list, GCHK_YAML_LIST, 3, 3);
  is_at(list->item[0], GCHK_YAML_SCALAR, 3, 5);
  is_at(list->item[1], GCHK_YAML_MAP, 4, 5);
  is_at(list->item[1]->key[1], GCHK_YAML_SCALAR, 4, 14);
  ck_assert(!gchk_yaml_get(list->item[1], "k")->is_plain);
  is_at(gchk_yaml_get(list->item[1], "n"), GCHK_YAML_LIST, 4, 17);
  is_at(gchk_yaml_get(list->item[1], "n")->item[1], GCHK_YAML_SCALAR, 4, 21);
  is_at(gchk_yaml_get(root, "none"), GCHK_YAML_SCALAR, 5, 1);
  ck_assert(gchk_yaml_is_nothing(gchk_yaml_get(root, "none")));
  ck_assert_str_eq(gchk_yaml_get(root, "quoted")->text, "b c");
  ck_assert_ptr_null(gchk_yaml_get(root, "absent"));
  ck_assert_ptr_null(gchk_yaml_get(list, "a"));
  ck_assert_ptr_null(gchk_yaml_get(NULL, "a"));
  gchk_arena_free(arena);
}
END_TEST

/* Of what is left out libfyaml says something else in each of its versions. */
START_TEST(what_is_left_out_is_where_it_would_be) {
  static const char *const text = "m: {x: , y: 1, z}\n"
                                  "list:\n"
                                  "  -\n"
                                  "  - 2\n"
                                  "  -\n"
                                  "anchored: &a\n"
                                  "? asked\n"
                                  "quoted: ''\n"
                                  "last:   # nothing\n";
  gchk_arena *arena = gchk_arena_new();
  const gchk_yaml *root = NULL;
  gchk_error error = {GCHK_OK, ""};
  OK(parse(&root, arena, text, &error), error);
  const gchk_yaml *map = gchk_yaml_get(root, "m"), *list = gchk_yaml_get(root, "list");
  is_at(gchk_yaml_get(map, "x"), GCHK_YAML_SCALAR, 1, 5);
  is_at(gchk_yaml_get(map, "y"), GCHK_YAML_SCALAR, 1, 13);
  is_at(gchk_yaml_get(map, "z"), GCHK_YAML_SCALAR, 1, 16);
  is_at(list->item[0], GCHK_YAML_SCALAR, 3, 3);
  is_at(list->item[1], GCHK_YAML_SCALAR, 4, 5);
  is_at(list->item[2], GCHK_YAML_SCALAR, 3, 3);
  is_at(gchk_yaml_get(root, "anchored"), GCHK_YAML_SCALAR, 6, 1);
  is_at(gchk_yaml_get(root, "asked"), GCHK_YAML_SCALAR, 7, 3);
  is_at(gchk_yaml_get(root, "quoted"), GCHK_YAML_SCALAR, 8, 10); /* behind its quote, as all that is quoted */
  is_at(gchk_yaml_get(root, "last"), GCHK_YAML_SCALAR, 9, 1);
  ck_assert(gchk_yaml_is_nothing(list->item[2]) && !gchk_yaml_is_nothing(gchk_yaml_get(root, "quoted")));

  OK(parse(&root, arena, "?\n: v\n", &error), error);
  is_at(root->key[0], GCHK_YAML_SCALAR, 1, 1);
  OK(parse(&root, arena, "---\n", &error), error);
  is_at(root, GCHK_YAML_SCALAR, 1, 1);
  gchk_arena_free(arena);
}
END_TEST

START_TEST(an_alias_is_the_node_it_names) {
  gchk_arena *arena = gchk_arena_new();
  const gchk_yaml *root = NULL;
  gchk_error error = {GCHK_OK, ""};
  OK(parse(&root, arena, "a: &x [1, 2]\nb: *x\nc: &x 3\nd: *x\n", &error), error);
  ck_assert_ptr_eq(gchk_yaml_get(root, "a"), gchk_yaml_get(root, "b"));
  ck_assert_str_eq(gchk_yaml_get(root, "d")->text, "3");
  gchk_arena_free(arena);
}
END_TEST

START_TEST(empty_documents_have_no_root) {
  static const char *const empty[] = {"", "\n\n", "# a comment\n"};
  for (size_t i = 0; i < 3; i++) {
    gchk_arena *arena = gchk_arena_new();
    const gchk_yaml *root = NULL;
    gchk_error error = {GCHK_OK, ""};
    OK(parse(&root, arena, empty[i], &error), error);
    ck_assert_ptr_null(root);
    gchk_arena_free(arena);
  }
}
END_TEST

START_TEST(what_is_refused) {
  static const struct {
    const char *text, *part;
  } bad[] = {
      {"a: [1, 2", "t.yaml:2:1: not YAML"},
      {"a: \"x", "t.yaml:1:"},
      {"a: b: c", "t.yaml:1:"},
      {"a: 1\nb: 2\na: 3\n", "t.yaml:3:1: \"a\" is there already, in line 1"},
      {"{a: 1, a: 2}", "t.yaml:1:8: \"a\" is there already"},
      {"? [1]\n: 2", "t.yaml:1:3: a list or a map stands where a name is wanted"},
      {"? {a: 1}\n: 2", "t.yaml:1:3: a map stands where a name is wanted"},
      {"a: !!int 3", "t.yaml:1:4: has a tag"},
      {"a: 1\nb: !!null\n", "t.yaml:2:4: has a tag"},
      {"a: 1\nb: [2, &x !list [3]]\n", "t.yaml:2:11: has a tag"},
      {"--- 1\n--- 2\n", "t.yaml:2:1: a second document begins"},
      {"a: *x", "an alias for which there is no anchor"},
      {"a: &x [*x]", "an alias for which there is no anchor"},
      {"a: b\xff\n", "t.yaml:1:5: byte ff is not UTF-8"},
      {"a: 1\nbc: \xc3(\n", "t.yaml:2:5: byte c3 is not UTF-8"},
      {"[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]", "nested more than 24 deep"},
  };
  for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
    gchk_arena *arena = gchk_arena_new();
    const gchk_yaml *root = NULL;
    gchk_error error = {GCHK_OK, ""};
    FAILS(parse(&root, arena, bad[i].text, &error), GCHK_INVALID, error, bad[i].part);
    ck_assert_ptr_null(root);
    gchk_arena_free(arena);
  }
}
END_TEST

START_TEST(a_zero_byte_is_refused) {
  gchk_arena *arena = gchk_arena_new();
  const gchk_yaml *root = NULL;
  gchk_error error = {GCHK_OK, ""};
  FAILS(gchk_yaml_parse(&root, arena, "t.yaml", "a: 1\nb\0: 2\n", 11, &error), GCHK_INVALID, error,
        "t.yaml:2:2: byte 00");
  gchk_arena_free(arena);
}
END_TEST

START_TEST(the_nearest_name) {
  static const char *const names[] = {"affine",    "relu",       "sigmoid", "softmax_with_loss",
                                      "threshold", "thresholds", "W1"};
  static const struct {
    const char *wrong, *meant;
  } rows[] = {
      {"rleu", "relu"},
      {"afine", "affine"},
      {"Relu", "relu"},
      {"sigmod", "sigmoid"},
      {"softmax_whit_los", "softmax_with_loss"},
      {"treshold", "threshold"},
      {"w1", "W1"},
      {"threshods", "thresholds"},
      {"transformer", NULL},
      {"x", NULL},
      {"", NULL},
      {"qqqq", NULL},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    const char *found = gchk_suggest(rows[i].wrong, names, sizeof(names) / sizeof(names[0]));
    if (rows[i].meant == NULL)
      ck_assert_msg(found == NULL, "%s is not %s", rows[i].wrong, found);
    else
      ck_assert_str_eq(found != NULL ? found : "none", rows[i].meant);
  }
  ck_assert_ptr_null(gchk_suggest("relu", NULL, 0));
}
END_TEST

static TCase *trees(void) {
  TCase *tests = tcase_create("yaml");
  tcase_add_test(tests, every_node_knows_where_it_is);
  tcase_add_test(tests, what_is_left_out_is_where_it_would_be);
  tcase_add_test(tests, an_alias_is_the_node_it_names);
  tcase_add_test(tests, empty_documents_have_no_root);
  tcase_add_test(tests, what_is_refused);
  tcase_add_test(tests, a_zero_byte_is_refused);
  tcase_add_test(tests, the_nearest_name);
  return tests;
}

TEST_MAIN("yaml", trees)
