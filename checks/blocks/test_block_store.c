/* A block that was left is there as it was, for what it belongs to; what is not whole is not there. */
#include "blocks/block_store.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "block_tests.h"

static char folder[] = "/tmp/block_storeXXXXXX";

static void make_folder(void) {
  ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void remove_folder(void) {
  char command[128];
  (void)snprintf(command, sizeof command, "rm -r %s", folder);
  ck_assert_int_eq(system(command), 0);
  (void)strcpy(folder, "/tmp/block_storeXXXXXX");
}

static const unsigned char bytes[] = "what a block came to";
enum { SIZE = sizeof bytes };

START_TEST(a_block_is_taken_as_it_was_left) {
  const gchk_block_store store = {folder, 7}, other = {folder, 8}, nowhere = {"/nowhere", 7};
  unsigned char found[SIZE + 1];
  ck_assert(!gchk_block_take(&store, 3, found, SIZE));
  gchk_block_leave(&store, 3, bytes, SIZE);
  ck_assert(gchk_block_take(&store, 3, found, SIZE));
  ck_assert_mem_eq(found, bytes, SIZE);
  ck_assert(!gchk_block_take(&store, 4, found, SIZE));
  ck_assert(!gchk_block_take(&other, 3, found, SIZE));
  ck_assert(!gchk_block_take(&store, 3, found, SIZE - 1));
  ck_assert(!gchk_block_take(&store, 3, found, SIZE + 1));
  gchk_block_leave(&nowhere, 3, bytes, SIZE); // is lost
  ck_assert(!gchk_block_take(&nowhere, 3, found, SIZE));
}
END_TEST

// Under the name of another block, or with one byte that is not what it was.
START_TEST(what_is_not_whole_is_not_taken) {
  const gchk_block_store store = {folder, 7};
  char from[128], to[128];
  unsigned char found[SIZE];
  gchk_block_leave(&store, 3, bytes, SIZE);
  (void)snprintf(from, sizeof from, "%s/%016x.3", folder, 7U);
  (void)snprintf(to, sizeof to, "%s/%016x.4", folder, 7U);
  ck_assert_int_eq(link(from, to), 0);
  ck_assert(!gchk_block_take(&store, 4, found, SIZE));
  FILE *file = fopen(from, "r+b");
  ck_assert_ptr_nonnull(file);
  ck_assert_int_eq(fseek(file, -2, SEEK_END), 0);
  ck_assert_int_eq(fputc('x', file), 'x');
  ck_assert_int_eq(fclose(file), 0);
  ck_assert(!gchk_block_take(&store, 3, found, SIZE));
}
END_TEST

START_TEST(it_is_said_when_no_more_are_needed) {
  const gchk_block_store store = {folder, 7}, other = {folder, 8};
  ck_assert(!gchk_blocks_are_settled(&store));
  gchk_blocks_settle(&store, true);
  ck_assert(gchk_blocks_are_settled(&store));
  ck_assert(!gchk_blocks_are_settled(&other));
  gchk_blocks_settle(&store, false);
  ck_assert(!gchk_blocks_are_settled(&store));
}
END_TEST

TCase *block_store_tests(void) {
  TCase *tests = tcase_create("block_store");
  tcase_add_unchecked_fixture(tests, make_folder, remove_folder);
  tcase_add_test(tests, a_block_is_taken_as_it_was_left);
  tcase_add_test(tests, what_is_not_whole_is_not_taken);
  tcase_add_test(tests, it_is_said_when_no_more_are_needed);
  return tests;
}
