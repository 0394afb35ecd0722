/* Cases as JSON: what is in the list was written down here by hand, and what is no list the schema refuses. */
#include "main.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "gradcheck/gradcheck.h"
#include "report/schema_check.h"

static const gchk_tensor_spec rows[] = {
    {.name = "x", .role = GCHK_INPUT, .shape = "N K"},
    {.name = "at", .role = GCHK_INDEX, .shape = "N"},
    {.name = "s", .role = GCHK_CACHE, .shape = ""},
    {.name = "y", .role = GCHK_OUTPUT, .shape = "N", .dtype = GCHK_F64},
};
static const gchk_layer twin = {.name = "pick", .dtype = GCHK_F64, .tensors = rows, .tensor_count = 4};
static const gchk_layer layer = {.name = "pick",
                                 .file = "pick.c",
                                 .line = 7,
                                 .dtype = GCHK_F32,
                                 .tensors = rows,
                                 .tensor_count = 4,
                                 .sizes = "N=2 K=3",
                                 .twin = &twin};

static json_t *listed(const gchk_case *cases, size_t count) {
  char path[] = "/tmp/gradcheck-list-XXXXXX";
  close(mkstemp(path));
  gchk_error error;
  json_error_t problem;
  ck_assert_msg(gchk_list_save(cases, count, "pick.so", 9, path, &error) == GCHK_OK, "%s", error.message);
  json_t *list = json_load_file(path, JSON_REJECT_DUPLICATES, &problem);
  ck_assert_msg(list != NULL, "%d: %s", problem.line, problem.text);
  unlink(path);
  return list;
}

static json_t *schema(void) {
  json_error_t problem;
  json_t *read = json_load_file(SOURCE_DIR "/reports/list-schema.json", JSON_REJECT_DUPLICATES, &problem);
  ck_assert_msg(read != NULL, "list-schema.json:%d: %s", problem.line, problem.text);
  return read;
}

START_TEST(a_list_has_what_a_program_wants) {
  const gchk_case cases[] = {
      {.name = "pick", .layer = &layer, .target = "pick.so"},
      {.name = "pick \"wide\"",
       .layer = &twin,
       .sizes = "N=1 K=5",
       .file = "s.yaml",
       .line = 3,
       .expected_failure = "w"},
  };
  json_t *list = listed(cases, 2);
  json_t *wanted =
      json_pack("{s:s, s:s, s:s, s:i, s:[{s:s, s:s, s:s, s:b, s:s, s:s, s:i, s:s, s:n,"
                " s:[{s:s,s:s,s:s,s:[i,i]},{s:s,s:s,s:s,s:[i]},{s:s,s:s,s:s,s:[]},{s:s,s:s,s:s,s:[i]}]},"
                " {s:s, s:s, s:s, s:b, s:s, s:s, s:i, s:s, s:s,"
                " s:[{s:s,s:s,s:s,s:[i,i]},{s:s,s:s,s:s,s:[i]},{s:s,s:s,s:s,s:[]},{s:s,s:s,s:s,s:[i]}]}]}",
                "format", "gradcheck-list", "version", gchk_version(), "title", "pick.so", "total", 9, "cases", //
                "name", "pick", "layer", "pick", "dtype", "f32", "has_twin", 1, "target", "pick.so", "file", "pick.c",
                "line", 7, "sizes", "N=2 K=3", "expected_failure", "tensors", //
                "name", "x", "role", "input", "dtype", "f32", "shape", 2, 3,  //
                "name", "at", "role", "index", "dtype", "i32", "shape", 2,    //
                "name", "s", "role", "cache", "dtype", "f32", "shape",        //
                "name", "y", "role", "output", "dtype", "f64", "shape", 2,    //
                "name", "pick \"wide\"", "layer", "pick", "dtype", "f64", "has_twin", 0, "target", "", "file", "s.yaml",
                "line", 3, "sizes", "N=1 K=5", "expected_failure", "w", "tensors", //
                "name", "x", "role", "input", "dtype", "f64", "shape", 1, 5,       //
                "name", "at", "role", "index", "dtype", "i32", "shape", 1,         //
                "name", "s", "role", "cache", "dtype", "f64", "shape",             //
                "name", "y", "role", "output", "dtype", "f64", "shape", 1);
  ck_assert_ptr_nonnull(wanted);
  char *text = json_dumps(list, 0);
  ck_assert_msg(json_equal(list, wanted), "%s", text);
  char message[1024];
  json_t *s = schema();
  ck_assert_msg(schema_accepts(s, list, message, sizeof message), "%s", message);
  free(text);
  json_decref(s);
  json_decref(wanted);
  json_decref(list);
}
END_TEST

/* No cases are a list too; without a role, or with another format, it is none. */
START_TEST(what_is_no_list_is_refused) {
  char message[1024];
  json_t *s = schema(), *empty = listed(NULL, 0);
  ck_assert_msg(schema_accepts(s, empty, message, sizeof message), "%s", message);
  json_object_set_new(empty, "format", json_string("gradcheck"));
  ck_assert(!schema_accepts(s, empty, message, sizeof message));
  const gchk_case one = {.name = "pick", .layer = &layer};
  json_t *list = listed(&one, 1);
  json_object_del(json_array_get(json_object_get(json_array_get(json_object_get(list, "cases"), 0), "tensors"), 1),
                  "role");
  ck_assert(!schema_accepts(s, list, message, sizeof message));
  json_decref(list);
  json_decref(empty);
  json_decref(s);
}
END_TEST

START_TEST(sizes_that_give_no_shape_are_an_error) {
  const gchk_case one = {.name = "pick", .layer = &layer, .sizes = "N=2"};
  gchk_error error;
  ck_assert_int_eq(gchk_list_save(&one, 1, "pick.so", 1, "/tmp/gradcheck-no-list.json", &error), GCHK_INVALID);
  ck_assert_int_ne(access("/tmp/gradcheck-no-list.json", F_OK), 0);
}
END_TEST

static TCase *lists(void) {
  TCase *tc = tcase_create("lists");
  tcase_add_test(tc, a_list_has_what_a_program_wants);
  tcase_add_test(tc, what_is_no_list_is_refused);
  tcase_add_test(tc, sizes_that_give_no_shape_are_an_error);
  return tc;
}

TEST_MAIN("case list", lists)
