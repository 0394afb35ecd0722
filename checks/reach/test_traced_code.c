/* Code with coverage callbacks is found whenever it is loaded, whatever was looked through before. */
#include <check.h>
#include <dlfcn.h>
#include <stdio.h>

#include "core/arena.h"
#include "reach/traced_code.h"
#include "reach_tests.h"

static gchk_status backward(const gchk_call *call, gchk_error *error) {
  (void)call, (void)error;
  return GCHK_OK;
}

// Is there such code while this module is loaded?
static bool is_there_with(const char *module) {
  const gchk_layer layer = {.name = "layer", .backward = backward};
  gchk_arena *arena = gchk_arena_new();
  gchk_traced_code code;
  gchk_error error;
  char path[512];
  (void)snprintf(path, sizeof path, BUILD_DIR "/checks/reach/%s", module);
  void *handle = dlopen(path, RTLD_LAZY | RTLD_LOCAL);
  ck_assert_msg(handle != NULL, "%s", dlerror());
  ck_assert_int_eq(gchk_find_traced_code(&layer, arena, &code, &error), GCHK_OK);
  const bool is_there = code.is_there;
  ck_assert_int_eq(dlclose(handle), 0);
  gchk_arena_free(arena);
  return is_there;
}

// The one is likely to be where the other was.
START_TEST(code_that_is_loaded_in_place_of_other_is_found) {
  if (_i > 0)
    gchk_know_plain_objects();
  for (int i = 0; i < 3; i++) {
    ck_assert(!is_there_with("plain_module.so"));
    ck_assert(is_there_with("traced_module.so"));
  }
}
END_TEST

TCase *traced_code_tests(void) {
  TCase *tests = tcase_create("traced_code");
  tcase_add_loop_test(tests, code_that_is_loaded_in_place_of_other_is_found, 0, 2);
  return tests;
}
