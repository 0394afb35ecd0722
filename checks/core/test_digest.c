/* Digests: the test vectors of FNV-1a, however the bytes come. */
#include "core/digest.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core_tests.h"

static const uint64_t of_nothing = 0xcbf29ce484222325U, of_foobar = 0x85944171f73967e8U;

START_TEST(a_digest_is_fnv) {
  gchk_digest digest = gchk_digest_new();
  ck_assert_uint_eq(digest.value, of_nothing);
  gchk_digest_add(&digest, "foo", 3);
  ck_assert_uint_ne(digest.value, of_foobar);
  gchk_digest_add(&digest, "bar", 3);
  ck_assert_uint_eq(digest.value, of_foobar);
  ck_assert_uint_eq(gchk_digest_of_name("foobar"), of_foobar);
  ck_assert_uint_eq(gchk_digest_of_name(""), of_nothing);
}
END_TEST

START_TEST(texts_are_told_apart_by_their_ends) {
  gchk_digest text = gchk_digest_new(), parts = text, none = text;
  gchk_digest_add_text(&text, "ab");
  gchk_digest_add_text(&parts, "a");
  gchk_digest_add_text(&parts, "b");
  gchk_digest_add_text(&none, NULL);
  ck_assert_uint_ne(text.value, parts.value);
  ck_assert_uint_eq(none.value, of_nothing);
}
END_TEST

START_TEST(a_file_counts_as_what_is_in_it) {
  char path[] = "/tmp/gradcheck-digest-XXXXXX";
  const int file = mkstemp(path);
  ck_assert_int_ge(file, 0);
  ck_assert_int_eq(write(file, "foobar", 6), 6);
  (void)close(file);
  gchk_digest digest = gchk_digest_new();
  const bool is_read = gchk_digest_add_file(&digest, path);
  (void)unlink(path);
  ck_assert(is_read);
  ck_assert_uint_eq(digest.value, of_foobar);
  ck_assert(!gchk_digest_add_file(&digest, path)); // it is gone
  ck_assert(!gchk_digest_add_file(&digest, "/"));  // and that is none
  ck_assert_uint_eq(digest.value, of_foobar);
}
END_TEST

TCase *digest_tests(void) {
  TCase *tests = tcase_create("digest");
  tcase_add_test(tests, a_digest_is_fnv);
  tcase_add_test(tests, texts_are_told_apart_by_their_ends);
  tcase_add_test(tests, a_file_counts_as_what_is_in_it);
  return tests;
}
