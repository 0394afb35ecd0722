/* Arenas. */
#include "core/arena.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core_tests.h"
#include "sanitized.h"

/* Short, and so long that the pages are shared until they are written: what is written stays where it was. */
START_TEST(unknown_numbers_are_nan_until_written) {
  static const size_t counts[] = {1, 1000, (1 << 20) - 1, (1 << 20) + 5, (1 << 21) + 3};
  const size_t count = counts[_i];
  gchk_arena *arena = gchk_arena_new();
  double *first = gchk_arena_unknown(arena, count), *second = gchk_arena_unknown(arena, count);
  ck_assert(first != NULL && second != NULL);
  first[0] = 1;
  first[count / 2] += 1; // NaN still
  first[count - 1] = 3;
  bool are_unknown = true;
  for (size_t i = 0; i < count; i++)
    are_unknown = are_unknown && isnan(second[i]) && (i == 0 || i + 1 == count || isnan(first[i]));
  ck_assert(are_unknown);
  ck_assert_double_eq(first[count - 1], 3);
  if (count > 1)
    ck_assert_double_eq(first[0], 1);
  gchk_arena_free(arena);
}
END_TEST

/* Whose files may be so long at most (ulimit -f) has them all the same: what is longer ends a process. */
START_TEST(unknown_numbers_need_no_long_file) {
  static const rlim_t lengths[] = {0, 1 << 16, (1 << 22) - 1, 1 << 22, RLIM_INFINITY};
  const size_t count = (1 << 20) + 5;
  struct rlimit before;
  ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
  const struct rlimit length = {lengths[_i] < before.rlim_max ? lengths[_i] : before.rlim_max, before.rlim_max};
  gchk_arena *arena = gchk_arena_new();
  const int is_short = setrlimit(RLIMIT_FSIZE, &length);
  double *numbers = gchk_arena_unknown(arena, count);
  (void)setrlimit(RLIMIT_FSIZE, &before); // libcheck writes a file
  ck_assert_int_eq(is_short, 0);
  ck_assert(numbers != NULL && isnan(numbers[0]) && isnan(numbers[count - 1]));
  numbers[count / 2] = 1;
  gchk_arena_free(arena);
}
END_TEST

#if !HAS_ADDRESS_SANITIZER
static struct rlimit address_space(void) {
  struct rlimit limit;
  ck_assert_int_eq(getrlimit(RLIMIT_AS, &limit), 0);
  return limit;
}

/* Bytes of the address space that are taken. */
static rlim_t pages_in_use(void) {
  unsigned long long pages = 0;
  FILE *in = fopen("/proc/self/statm", "r");
  ck_assert(in != NULL && fscanf(in, "%llu", &pages) == 1 && fclose(in) == 0);
  return (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

/* The next thing that is small takes little, however large the one before it was: where memory is bounded there is some. */
START_TEST(a_large_array_is_followed_by_small_blocks) {
  enum { LARGE = 200 << 20, LEFT = 50 << 20 };
  const struct rlimit before = address_space();
  gchk_arena *arena = gchk_arena_new();
  ck_assert_ptr_nonnull(gchk_arena_alloc(arena, LARGE, 1));
  const struct rlimit little = {pages_in_use() + LEFT, before.rlim_max};
  ck_assert_int_eq(setrlimit(RLIMIT_AS, &little), 0);
  const bool has_small = gchk_arena_alloc(arena, 100, 1) != NULL, has_large = gchk_arena_alloc(arena, LARGE, 1) != NULL;
  ck_assert_int_eq(setrlimit(RLIMIT_AS, &before), 0);
  ck_assert(has_small && !has_large);
  gchk_arena_free(arena);
}
END_TEST
#endif

START_TEST(an_arena_gives_zeroed_aligned_memory) {
  gchk_arena *arena = gchk_arena_new();
  for (size_t n = 1; n < 3000; n = n * 3 + 1) {
    unsigned char *p = gchk_arena_alloc(arena, n, 1);
    ck_assert_uint_eq((uintptr_t)p % _Alignof(max_align_t), 0);
    for (size_t i = 0; i < n; i++)
      ck_assert_uint_eq(p[i], 0);
    memset(p, 0xff, n); // the next must not see it
  }
  char *given = gchk_arena_adopt(arena, calloc(5, 1)); // freed with the arena, as sanitizers see
  memcpy(given, "kept", 5);
  ck_assert_ptr_nonnull(gchk_arena_alloc(arena, 1 << 16, 1));
  ck_assert_str_eq(given, "kept");
  ck_assert_str_eq(gchk_arena_printf(arena, "%d-%s", 5, "x"), "5-x");
  ck_assert_ptr_null(gchk_arena_strdup(arena, NULL));
  ck_assert_ptr_null(gchk_arena_alloc(arena, SIZE_MAX, 2));
  ck_assert_ptr_null(gchk_arena_alloc(arena, SIZE_MAX - 8, 1));
  gchk_arena_free(arena);
  gchk_arena_free(NULL);
}
END_TEST

// What is written stays, whatever else is asked for; short arrays are of the blocks, long ones by themselves.
START_TEST(unset_memory_is_as_large_as_asked_for) {
  enum { SIZES = 4 };
  static const size_t counts[SIZES] = {0, 100, 1 << 12, 1 << 17};
  gchk_arena *arena = gchk_arena_new();
  size_t *given[SIZES];
  for (size_t k = 0; k < SIZES; k++) {
    given[k] = gchk_arena_unset(arena, counts[k], sizeof *given[k]);
    ck_assert_ptr_nonnull(given[k]);
    ck_assert_uint_eq((uintptr_t)given[k] % _Alignof(max_align_t), 0);
    for (size_t i = 0; i < counts[k]; i++)
      given[k][i] = k + i;
  }
  for (size_t k = 0; k < SIZES; k++)
    for (size_t i = 0; i < counts[k]; i++)
      ck_assert_uint_eq(given[k][i], k + i);
  ck_assert(!gchk_arena_has_failed(arena));
  ck_assert_ptr_null(gchk_arena_unset(arena, SIZE_MAX, 2));
  ck_assert(gchk_arena_has_failed(arena));
  gchk_arena_free(arena);
}
END_TEST

TCase *arena_tests(void) {
  TCase *tests = tcase_create("arena");
  tcase_add_test(tests, unset_memory_is_as_large_as_asked_for);
  tcase_add_loop_test(tests, unknown_numbers_are_nan_until_written, 0, 5);
  tcase_add_loop_test(tests, unknown_numbers_need_no_long_file, 0, 5);
#if !HAS_ADDRESS_SANITIZER // which takes what it likes
  tcase_add_test(tests, a_large_array_is_followed_by_small_blocks);
#endif
  tcase_add_test(tests, an_arena_gives_zeroed_aligned_memory);
  return tests;
}
