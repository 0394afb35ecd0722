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

/* Any bit, and how many bytes there are. */
START_TEST(a_digest_of_many_bytes_is_of_each) {
  unsigned char bytes[29] = {0};
  for (size_t size = 0; size <= sizeof bytes; size++) {
    const uint64_t before = gchk_digest_of_many(bytes, size);
    ck_assert_uint_eq(before, gchk_digest_of_many(bytes, size));
    for (size_t bit = 0; bit < 8 * size; bit++) {
      bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
      ck_assert_uint_ne(before, gchk_digest_of_many(bytes, size));
      bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
    }
    for (size_t less = 0; less < size; less++)
      ck_assert_uint_ne(before, gchk_digest_of_many(bytes, less));
  }
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
  static const char *const contents[] = {"foobar", "foobar", "foobaz"};
  gchk_digest of[3];
  char path[3][sizeof "/tmp/gradcheck-digest-XXXXXX"];
  bool is_read[3];
  for (size_t i = 0; i < 3; i++) {
    memcpy(path[i], "/tmp/gradcheck-digest-XXXXXX", sizeof path[i]);
    const int file = mkstemp(path[i]);
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(write(file, contents[i], 6), 6);
    (void)close(file);
    of[i] = gchk_digest_new();
    is_read[i] = gchk_digest_add_file(&of[i], path[i]);
    (void)unlink(path[i]);
  }
  ck_assert(is_read[0] && is_read[1] && is_read[2]);
  ck_assert_uint_eq(of[0].value, of[1].value); // wherever it is
  ck_assert_uint_ne(of[0].value, of[2].value);
  ck_assert_uint_ne(of[0].value, gchk_digest_new().value);
  ck_assert(!gchk_digest_add_file(&of[0], path[0])); // it is gone
  ck_assert(!gchk_digest_add_file(&of[0], "/"));     // and that is none
  ck_assert_uint_eq(of[0].value, of[1].value);
}
END_TEST

TCase *digest_tests(void) {
  TCase *tests = tcase_create("digest");
  tcase_add_test(tests, a_digest_is_fnv);
  tcase_add_test(tests, a_digest_of_many_bytes_is_of_each);
  tcase_add_test(tests, texts_are_told_apart_by_their_ends);
  tcase_add_test(tests, a_file_counts_as_what_is_in_it);
  return tests;
}
