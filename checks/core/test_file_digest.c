/* Digests of files: of every byte, of how many there are, and of nothing else. */
#include "core/file_digest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core_tests.h"

enum { LONGEST = 3 * 65536 + 17 };

static unsigned char content[LONGEST];
static char folder[] = "/tmp/gradcheck-digest-XXXXXX", path[64], other[64];

static void make_folder(void) {
  ck_assert_ptr_nonnull(mkdtemp(folder));
  (void)snprintf(path, sizeof path, "%s/one", folder);
  (void)snprintf(other, sizeof other, "%s/two", folder);
  for (size_t i = 0; i < LONGEST; i++)
    content[i] = (unsigned char)(i * 37 + i / 251);
}

static void remove_folder(void) {
  (void)unlink(path);
  (void)unlink(other);
  (void)rmdir(folder);
}

static void put(const char *to, size_t size) {
  FILE *out = fopen(to, "wb");
  ck_assert_ptr_nonnull(out);
  ck_assert_uint_eq(fwrite(content, 1, size, out), size);
  ck_assert_int_eq(fclose(out), 0);
}

static uint64_t digest_of(size_t size) {
  uint64_t digest;
  put(path, size);
  ck_assert_int_eq(gchk_file_digest(&digest, NULL, path), GCHK_FILE_READ);
  return digest;
}

static const size_t sizes[] = {0, 1, 7, 8, 31, 32, 33, 65535, 65536, 65537, 2 * 65536, LONGEST};
enum { SIZES = sizeof sizes / sizeof sizes[0] };

START_TEST(a_file_is_known_by_each_of_its_bytes) {
  for (size_t s = 0; s < SIZES; s++) {
    const size_t size = sizes[s];
    const uint64_t before = digest_of(size);
    ck_assert_uint_eq(before, digest_of(size));
    for (size_t i = 0; i < size; i = i + 1 < size && i + 4099 >= size ? size - 1 : i + 4099) {
      content[i] ^= 4;
      ck_assert_msg(digest_of(size) != before, "byte %zu of %zu", i, size);
      content[i] ^= 4;
    }
  }
}
END_TEST

/* Zeros at the end are told from none, and words and lanes from each other. */
START_TEST(a_file_is_known_by_its_length_and_order) {
  memset(content, 0, sizeof content);
  uint64_t of[SIZES];
  for (size_t s = 0; s < SIZES; s++) {
    of[s] = digest_of(sizes[s]);
    for (size_t k = 0; k < s; k++)
      ck_assert_uint_ne(of[s], of[k]);
  }
  uint64_t at[64];
  for (size_t i = 0; i < 64; i++) {
    content[i] = 1;
    at[i] = digest_of(64);
    content[i] = 0;
    for (size_t k = 0; k < i; k++)
      ck_assert_uint_ne(at[i], at[k]);
  }
}
END_TEST

START_TEST(the_same_bytes_elsewhere_are_the_same) {
  uint64_t digest;
  gchk_file_stamp stamp;
  const uint64_t one = digest_of(LONGEST);
  put(other, LONGEST);
  ck_assert_int_eq(gchk_file_digest(&digest, &stamp, other), GCHK_FILE_READ);
  ck_assert_uint_eq(digest, one);
  ck_assert(gchk_file_is_stamped(&stamp, other));
  ck_assert(!gchk_file_is_stamped(&stamp, path));
  put(other, LONGEST - 1);
  ck_assert(!gchk_file_is_stamped(&stamp, other));
  (void)unlink(other);
  ck_assert(!gchk_file_is_stamped(&stamp, other));
}
END_TEST

START_TEST(what_is_no_file_is_not_waited_for) {
  uint64_t digest;
  (void)unlink(other);
  ck_assert_int_eq(gchk_file_digest(&digest, NULL, other), GCHK_FILE_ABSENT);
  ck_assert_int_eq(gchk_file_digest(&digest, NULL, folder), GCHK_FILE_IS_NO_FILE);
  ck_assert_int_eq(gchk_file_digest(&digest, NULL, "/dev/zero"), GCHK_FILE_IS_NO_FILE);
  ck_assert_int_eq(mkfifo(other, 0600), 0);
  ck_assert_int_eq(gchk_file_digest(&digest, NULL, other), GCHK_FILE_IS_NO_FILE);
}
END_TEST

TCase *file_digest_tests(void) {
  TCase *tests = tcase_create("file digest");
  tcase_add_unchecked_fixture(tests, make_folder, remove_folder);
  tcase_add_test(tests, a_file_is_known_by_each_of_its_bytes);
  tcase_add_test(tests, a_file_is_known_by_its_length_and_order);
  tcase_add_test(tests, the_same_bytes_elsewhere_are_the_same);
  tcase_add_test(tests, what_is_no_file_is_not_waited_for);
  return tests;
}
