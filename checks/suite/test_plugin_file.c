/* Plug-ins: loaded, or refused with what to do about it. */
#include "gradcheck/suite.h"

#include <dlfcn.h>

#include "suite_fixture.h"

#define PLUGINS BUILD_DIR "/checks/suite/"

START_TEST(a_plugin_is_loaded) {
  gchk_error error = {GCHK_OK, ""};
  gchk_plugin_file *file = NULL;
  OK(gchk_plugin_file_open(&file, PLUGINS "plugin_good.so", &error), error);
  ck_assert_uint_eq(gchk_plugin_file_table(file)->layer_count, 3);
  const gchk_layer *layer = gchk_plugin_file_layer(file, "triple");
  ck_assert_ptr_nonnull(layer);
  ck_assert_str_eq(layer->name, "triple");
  ck_assert_int_eq(layer->dtype, GCHK_F32);
  ck_assert_ptr_null(gchk_plugin_file_layer(file, "quadruple"));
  gchk_plugin_file_close(file);
  gchk_plugin_file_close(NULL);
}
END_TEST

START_TEST(a_name_without_a_slash_is_a_file_here) {
  gchk_error error = {GCHK_OK, ""};
  gchk_plugin_file *file = NULL;
  ck_assert_int_eq(chdir(PLUGINS), 0);
  OK(gchk_plugin_file_open(&file, "plugin_good.so", &error), error);
  gchk_plugin_file_close(file);
}
END_TEST

START_TEST(plugins_that_are_refused) {
  static const struct {
    const char *path, *part;
  } bad[] = {
      {"/no/such/plugin.so", "/no/such/plugin.so: cannot be opened: No such file"},
      {SOURCE_DIR "/README.md/none.so", "cannot be opened"},
      {SOURCE_DIR "/LICENSE", "cannot be loaded"},
      {PLUGINS "plugin_no_table.so", "has no symbol gchk_plugin_table; write GCHK_PLUGIN"},
      {PLUGINS "plugin_old.so",
       "version 13 of the plug-in interface, but this gradcheck (0.1.0) has version 6; build it again"},
      {PLUGINS "plugin_size.so", "build it again with this gradcheck's headers"},
      {PLUGINS "plugin_empty.so", "lists no layers"},
      {PLUGINS "plugin_twice.so", "layers 1 and 2 are both called same"},
  };
  for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
    gchk_error error = {GCHK_OK, ""};
    gchk_plugin_file *file = NULL;
    FAILS(gchk_plugin_file_open(&file, bad[i].path, &error), GCHK_INVALID, error, bad[i].part);
    ck_assert_ptr_null(file);
  }
}
END_TEST

START_TEST(a_suite_finds_the_layers_of_its_plugins) {
  static const char *const text =
      "plugins: [" PLUGINS "plugin_good.so]\n"
      "cases:\n"
      "  - name: one\n    layer: triple\n    sizes: {B: 3, T: 4}\n"
      "  - name: shape\n    layer: twofold\n    values: {x: {shape: [2, 5]}}\n"
      "  - name: nothing-said\n    layer: triple\n"
      "  - name: net\n    values: {x: {shape: [3, 4]}}\n    network: [relu, triple, sigmoid]\n";
  size_t count = 0;
  gchk_suite *suite = suite_of(text, GCHK_DTYPE_UNSET);
  const gchk_case *cases = gchk_suite_cases(suite, &count);
  ck_assert_uint_eq(count, 4);
  ck_assert_int_eq(cases[0].layer->dtype, GCHK_F32);
  ck_assert_str_eq(cases[0].sizes, "B=3 T=4");
  ck_assert_int_eq(cases[1].layer->dtype, GCHK_F64);
  ck_assert_str_eq(cases[1].sizes, "B=2 T=5");
  ck_assert_ptr_nonnull(strstr(cases[2].sizes, "B="));
  /* The plug-in's layer decides; it has no double version, so neither has the network. */
  ck_assert_int_eq(cases[3].layer->dtype, GCHK_F32);
  ck_assert_ptr_null(cases[3].layer->twin);
  gchk_suite_free(suite);
}
END_TEST

/* A plug-in's layer is meant, in cases and in networks, also where a built-in one would fit; else the built-in one is. */
START_TEST(a_plugin_goes_before_built_in_layers) {
  static const char *const cases =
      "cases:\n"
      "  - {name: one, layer: tanh, values: {x: [[1, 2]]}, expect: {y: [[%s]]}}\n"
      "  - {name: net, values: {x: [[1, 2]]}, network: [tanh: {as: y}], expect: {y: [[%s]]}}\n";
  static const char *const values[] = {"2, 4", "0.76159415595576489, 0.96402758007581688"};
  for (size_t k = 0; k < 2; k++) {
    char text[1024] = "";
    gchk_options options = GCHK_OPTIONS_INIT;
    gchk_result *result = NULL;
    gchk_error error = {GCHK_OK, ""};
    size_t count = 0;
    if (k == 0)
      (void)snprintf(text, sizeof(text), "plugins: [" PLUGINS "plugin_good.so]\n");
    (void)snprintf(text + strlen(text), sizeof(text) - strlen(text), cases, values[k], values[k]);
    gchk_suite *suite = suite_of(text, GCHK_DTYPE_UNSET);
    const gchk_case *all = gchk_suite_cases(suite, &count);
    ck_assert_uint_eq(count, 2);
    OK(gchk_check_cases(all, count, &options, &result, &error), error);
    ck_assert_int_eq(result->verdict, GCHK_PASS);
    gchk_result_free(result);
    gchk_suite_free(suite);
  }
}
END_TEST

START_TEST(a_plugin_layer_has_the_dtype_that_it_has) {
  static const char *const start = "plugins: [" PLUGINS "plugin_good.so]\ncases:\n";
  static const struct {
    const char *cases, *part;
  } bad[] = {
      {"  - {name: a, layer: triple, dtype: f64}\n",
       "test.yaml:3:22: triple is f32, but the case is f64; write dtype: f32"},
      {"  - name: a\n    dtype: f32\n    values: {x: {shape: [3, 4]}}\n    network: [relu, twofold]\n",
       "twofold is f64, but the case is f32"},
      {"  - name: a\n    values: {x: {shape: [3, 4]}}\n    network: [twofold, triple]\n",
       "twofold is f64, but the network is f32"},
      {"  - {name: a, layer: tripple}\n", "unknown layer \"tripple\"; did you mean \"triple\"?"},
  };
  for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
    char text[1024];
    gchk_error error = {GCHK_OK, ""};
    gchk_suite *suite = NULL;
    (void)snprintf(text, sizeof(text), "%s%s", start, bad[i].cases);
    FAILS(gchk_suite_load_text(&suite, "test.yaml", text, strlen(text), GCHK_DTYPE_UNSET, &error), GCHK_INVALID, error,
          bad[i].part);
  }
  /* What the caller asks for is a wish that a plug-in's layer cannot follow. */
  static const char *const text = "plugins: [" PLUGINS "plugin_good.so]\ncases:\n  - {name: a, layer: triple}\n";
  gchk_suite *suite = suite_of(text, GCHK_F64);
  ck_assert_int_eq(first_case(suite)->layer->dtype, GCHK_F32);
  gchk_suite_free(suite);
}
END_TEST

static bool is_loaded(const char *path) {
  void *handle = dlopen(path, RTLD_LAZY | RTLD_NOLOAD);
  if (handle != NULL)
    (void)dlclose(handle);
  return handle != NULL;
}

static gchk_result *check(const gchk_case *cases, size_t count, bool isolate) {
  gchk_options options = GCHK_OPTIONS_INIT;
  gchk_error error = {GCHK_OK, ""};
  gchk_result *result = NULL;
  options.isolate = isolate;
  OK(gchk_check_cases(cases, count, &options, &result, &error), error);
  return result;
}

START_TEST(what_is_read_is_data_and_no_code_is_here) {
  gchk_error error = {GCHK_OK, ""};
  gchk_plugin_file *file = NULL;
  OK(gchk_plugin_file_read(&file, PLUGINS "plugin_self.so", NULL, &error), error);
  const gchk_plugin *table = gchk_plugin_file_table(file);
  ck_assert_uint_eq(table->layer_count, 4);
  ck_assert_str_eq(table->layers[1]->name, "itself_wrong");
  const gchk_call call = {.layer = table->layers[1]};
  FAILS(table->layers[1]->forward(&call, &error), GCHK_LAYER_FAILED, error, "itself_wrong: its table alone was read");
  gchk_case_list lists[2];
  for (size_t i = 0; i < 2; i++)
    OK(gchk_layer_cases(table->layers[i], &lists[i], &error), error);

  // In processes of their own: right and wrong are told apart, and none of the code comes here.
  for (size_t i = 0; i < 2; i++) {
    gchk_result *result = check(lists[i].cases, lists[i].count, true);
    ck_assert_int_eq((int)result->verdict, i == 0 ? (int)GCHK_PASS : (int)GCHK_FAIL);
    gchk_result_free(result);
    ck_assert(!is_loaded(PLUGINS "plugin_self.so"));
  }
  for (size_t i = 0; i < 2; i++) {
    gchk_result *result = check(lists[i].cases, lists[i].count, false);
    ck_assert_int_eq((int)result->verdict, i == 0 ? (int)GCHK_PASS : (int)GCHK_FAIL);
    gchk_result_free(result);
    ck_assert(is_loaded(PLUGINS "plugin_self.so"));
    gchk_case_list_deinit(&lists[i]);
  }
  gchk_plugin_file_close(file);
}
END_TEST

START_TEST(a_suite_loads_the_code_where_it_is_checked) {
  static const char *const text =
      "plugins: [" PLUGINS "plugin_self.so]\ndefaults: {dtype: f32}\ncases:\n"
      "  - {name: alone, layer: itself, sizes: {B: 2, T: 3}}\n"
      "  - {name: wrong, layer: itself_wrong, sizes: {B: 2, T: 3}}\n"
      "  - {name: coarse, layer: any, sizes: {B: 2, T: 3}, precision: bf16}\n"
      "  - {name: net, values: {x: {shape: [3, 4]}}, network: [relu, itself, sigmoid]}\n"
      "  - {name: wrong-net, values: {x: {shape: [3, 4]}}, network: [relu, itself_wrong]}\n";
  static const gchk_verdict wanted[] = {GCHK_PASS, GCHK_FAIL, GCHK_PASS, GCHK_PASS, GCHK_FAIL};
  gchk_suite *suite = suite_of(text, GCHK_DTYPE_UNSET);
  size_t count;
  const gchk_case *cases = gchk_suite_cases(suite, &count);
  for (int isolate = 1; isolate >= 0; isolate--) {
    gchk_result *result = check(cases, count, isolate == 1);
    for (size_t i = 0; i < count; i++)
      ck_assert_msg(result->cases[i].verdict == wanted[i], "%s: %d: %s", cases[i].name, (int)result->cases[i].verdict,
                    result->cases[i].reason);
    gchk_result_free(result);
    ck_assert(is_loaded(PLUGINS "plugin_self.so") == (isolate == 0));
  }
  gchk_suite_free(suite);
}
END_TEST

START_TEST(a_table_that_changes_from_load_to_load_is_an_error_of_its_cases) {
  gchk_error error = {GCHK_OK, ""};
  gchk_plugin_file *file = NULL;
  gchk_case_list list;
  OK(gchk_plugin_file_read(&file, PLUGINS "plugin_changing.so", NULL, &error), error);
  OK(gchk_layer_cases(gchk_plugin_file_table(file)->layers[1], &list, &error), error);
  gchk_result *result = check(list.cases, 1, true);
  ck_assert_int_eq((int)result->cases[0].verdict, (int)GCHK_ERROR);
  ck_assert_ptr_nonnull(strstr(result->cases[0].reason, "is another each time that it is loaded"));
  gchk_result_free(result);
  gchk_case_list_deinit(&list);
  gchk_plugin_file_close(file);
  FAILS(gchk_plugin_file_open(&file, PLUGINS "plugin_changing.so", &error), GCHK_INVALID, error,
        "is another each time");

  // Its twin, which start-up code writes too, but alike.
  OK(gchk_plugin_file_read(&file, PLUGINS "plugin_self.so", NULL, &error), error);
  OK(gchk_layer_cases(gchk_plugin_file_table(file)->layers[3], &list, &error), error);
  ck_assert_int_eq(list.cases[0].layer->line, 7);
  result = check(list.cases, 1, true);
  ck_assert_int_eq((int)result->cases[0].verdict, (int)GCHK_PASS);
  gchk_result_free(result);
  gchk_case_list_deinit(&list);
  gchk_plugin_file_close(file);
}
END_TEST

static TCase *plugins(void) {
  TCase *tests = tcase_create("plugins");
  tcase_add_test(tests, a_plugin_is_loaded);
  tcase_add_test(tests, a_name_without_a_slash_is_a_file_here);
  tcase_add_test(tests, plugins_that_are_refused);
  tcase_add_test(tests, a_suite_finds_the_layers_of_its_plugins);
  tcase_add_test(tests, a_plugin_goes_before_built_in_layers);
  tcase_add_test(tests, a_plugin_layer_has_the_dtype_that_it_has);
  tcase_add_test(tests, what_is_read_is_data_and_no_code_is_here);
  tcase_add_test(tests, a_suite_loads_the_code_where_it_is_checked);
  tcase_add_test(tests, a_table_that_changes_from_load_to_load_is_an_error_of_its_cases);
  return tests;
}

TEST_MAIN("plugin_file", plugins)
