/* Which shared objects are loaded: as dlopen says it, without a look for files. */
#include "core/loaded_object.h"

#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core_tests.h"

static const char some[] = "libresolv.so.2"; // of the C library, and not of this program

static void assert_as_dlopen(const char *name) {
  void *handle = dlopen(name, RTLD_LAZY | RTLD_NOLOAD);
  ck_assert_msg(gchk_is_loaded(name) == (handle != NULL), "%s", name);
  if (handle != NULL)
    (void)dlclose(handle);
}

START_TEST(what_dlopen_says_is_loaded) {
  static const char *const names[] = {"libc.so.6", "libm.so.6", "libgomp.so.1", some,
                                      "libc.so",   "c.so.6",    "libnone.so"};
  ck_assert(!gchk_is_loaded("libnone.so") && !gchk_is_loaded(""));
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    assert_as_dlopen(names[i]);
  void *handle = dlopen(some, RTLD_LAZY);
  if (handle == NULL)
    return; // another C library
  ck_assert(gchk_is_loaded(some));
  assert_as_dlopen(some);
  (void)dlclose(handle);
  assert_as_dlopen(some);
}
END_TEST

// By a path of its user's: it is what its linker called it all the same.
START_TEST(a_file_of_another_name_is_known_by_its_own) {
  static const char other[] = BUILD_DIR "/checks/core/other_name.so";
  struct link_map *map = NULL;
  void *handle = dlopen(some, RTLD_LAZY);
  if (handle == NULL)
    return;
  ck_assert_int_eq(dlinfo(handle, RTLD_DI_LINKMAP, &map), 0);
  (void)unlink(other);
  ck_assert_int_eq(symlink(map->l_name, other), 0);
  (void)dlclose(handle);
  ck_assert(!gchk_is_loaded("other_name.so"));
  handle = dlopen(other, RTLD_LAZY);
  ck_assert_ptr_nonnull(handle);
  ck_assert(gchk_is_loaded(some) && gchk_is_loaded("other_name.so"));
  (void)dlclose(handle);
  (void)unlink(other);
}
END_TEST

// What is loaded comes behind what was.
START_TEST(what_was_loaded_last_is_listed_last) {
  const size_t before = gchk_count_loaded();
  ck_assert_uint_gt(before, 1);
  ck_assert_ptr_null(gchk_loaded_file(before));
  ck_assert_str_eq(gchk_loaded_file(0), ""); // the program
  void *handle = dlopen(some, RTLD_LAZY);
  if (handle == NULL)
    return; // another C library
  ck_assert_uint_gt(gchk_count_loaded(), before);
  ck_assert_ptr_nonnull(strstr(gchk_loaded_file(before), some));
  ck_assert_ptr_null(gchk_loaded_file(gchk_count_loaded()));
  (void)dlclose(handle);
}
END_TEST

START_TEST(functions_are_found_in_what_is_loaded) {
  void *handle = dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
  if (handle == NULL)
    return; // another C library
  ck_assert_ptr_eq(gchk_find_loaded("libc.so.6", "strlen"), dlsym(handle, "strlen"));
  ck_assert_ptr_null(gchk_find_loaded("libc.so.6", "no_such_function"));
  ck_assert_ptr_null(gchk_find_loaded("libnone.so", "strlen"));
  ck_assert_ptr_null(gchk_find_loaded(some, "strlen")); // it is not loaded, and stays so
  ck_assert(!gchk_is_loaded(some));
  (void)dlclose(handle);
}
END_TEST

TCase *loaded_object_tests(void) {
  TCase *tests = tcase_create("loaded_object");
  tcase_add_test(tests, what_dlopen_says_is_loaded);
  tcase_add_test(tests, a_file_of_another_name_is_known_by_its_own);
  tcase_add_test(tests, what_was_loaded_last_is_listed_last);
  tcase_add_test(tests, functions_are_found_in_what_is_loaded);
  return tests;
}
