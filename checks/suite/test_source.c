/* Bytes from files, gzip files and memory, and files written whole. */
#include <zlib.h>

#include "report/save.h"
#include "suite_fixture.h"

static char folder[64];

static void setup(void) {
  make_folder(folder, sizeof(folder));
}

static void put(const char *path, const void *data, size_t size) {
  FILE *file = fopen(path, "wb");
  ck_assert_ptr_nonnull(file);
  ck_assert_uint_eq(fwrite(data, 1, size, file), size);
  ck_assert_int_eq(fclose(file), 0);
}

START_TEST(memory_is_read_in_parts) {
  gchk_error error = {GCHK_OK, ""};
  gchk_source *source = memory_source("abcdefgh", 8);
  char part[4] = "";
  size_t got = 0;
  OK(gchk_source_read(source, part, 3, &got, &error), error);
  ck_assert_uint_eq(got, 3);
  ck_assert_mem_eq(part, "abc", 3);
  OK(gchk_source_skip(source, 2, &got, &error), error);
  ck_assert_uint_eq(got, 2);
  OK(gchk_source_read(source, part, 4, &got, &error), error);
  ck_assert_uint_eq(got, 3);
  ck_assert_mem_eq(part, "fgh", 3);
  OK(gchk_source_skip(source, 2, &got, &error), error);
  ck_assert_uint_eq(got, 0);
  gchk_source_close(source);
}
END_TEST

START_TEST(plain_and_gzip_files_read_the_same) {
  enum { SIZE = 300000 };
  unsigned char *data = malloc(SIZE);
  ck_assert_ptr_nonnull(data);
  for (size_t i = 0; i < SIZE; i++)
    data[i] = (unsigned char)(i * i % 251);
  char plain[128], packed[128];
  put(path_in(plain, sizeof(plain), folder, "plain"), data, SIZE);
  gzFile gz = gzopen(path_in(packed, sizeof(packed), folder, "packed.gz"), "wb");
  ck_assert_ptr_nonnull(gz);
  ck_assert_int_eq(gzwrite(gz, data, SIZE), SIZE);
  ck_assert_int_eq(gzclose(gz), Z_OK);
  const char *paths[] = {plain, packed};
  for (size_t i = 0; i < 2; i++) {
    gchk_error error = {GCHK_OK, ""};
    gchk_source *source = NULL;
    unsigned char *all = NULL;
    size_t size = 0;
    OK(gchk_source_open(&source, paths[i], &error), error);
    ck_assert_str_eq(gchk_source_name(source), paths[i]);
    OK(gchk_source_read_all(source, SIZE, &all, &size, &error), error);
    ck_assert_uint_eq(size, SIZE);
    ck_assert_mem_eq(all, data, SIZE);
    ck_assert_int_eq(all[SIZE], 0);
    free(all);
    gchk_source_close(source);
    OK(gchk_source_open(&source, paths[i], &error), error);
    FAILS(gchk_source_read_all(source, SIZE - 1, &all, &size, &error), GCHK_INVALID, error, "more than 299999 bytes");
    ck_assert_ptr_null(all);
    gchk_source_close(source);
  }
  free(data);
}
END_TEST

START_TEST(what_cannot_be_read_says_why) {
  gchk_error error = {GCHK_OK, ""};
  gchk_source *source = NULL;
  unsigned char *all = NULL;
  size_t size = 0;
  FAILS(gchk_source_open(&source, "no/such/file", &error), GCHK_IO, error,
        "no/such/file: cannot be opened: No such file");
  ck_assert_ptr_null(source);
  FAILS(gchk_source_open(&source, folder, &error), GCHK_IO, error, "is a folder; a file is wanted");
  ck_assert_ptr_null(source);
  OK(gchk_source_open(&source, FIXTURES "invalid/data/truncated.idx.gz", &error), error);
  FAILS(gchk_source_read_all(source, 100, &all, &size, &error), GCHK_IO, error, "end too early");
  gchk_source_close(source);
  OK(gchk_source_open(&source, FIXTURES "invalid/data/damaged.idx.gz", &error), error);
  FAILS(gchk_source_read_all(source, 100, &all, &size, &error), GCHK_IO, error, "damaged");
  gchk_source_close(source);
  gchk_source_close(NULL);
}
END_TEST

/* Reads the file in parts of this size, after a look at its first bytes, until it ends. */
static gchk_status read_in_parts(const char *path, size_t part, size_t *total, gchk_error *error) {
  gchk_source *source = NULL;
  unsigned char bytes[64];
  size_t got = 0;
  *total = 0;
  gchk_status status = gchk_source_open(&source, path, error);
  if (status == GCHK_OK)
    status = gchk_source_peek(source, bytes, 2, &got, error);
  while (status == GCHK_OK) {
    status = gchk_source_read(source, bytes, part, &got, error);
    *total += got;
    if (got < part)
      break;
  }
  gchk_source_close(source);
  return status;
}

/* In parts of any size: zlib tells of the early end once, at a call that may have given all that it was asked for. */
START_TEST(a_gzip_file_that_ends_early_is_never_whole) {
  char whole[128], cut[128];
  unsigned char packed[256];
  gzFile gz = gzopen(path_in(whole, sizeof(whole), folder, "whole.gz"), "wb");
  ck_assert_ptr_nonnull(gz);
  ck_assert_int_eq(gzwrite(gz, "abcdefghijklmnopqrst", 20), 20);
  ck_assert_int_eq(gzclose(gz), Z_OK);
  FILE *file = fopen(whole, "rb");
  ck_assert_ptr_nonnull(file);
  const size_t length = fread(packed, 1, sizeof(packed), file);
  ck_assert_int_eq(fclose(file), 0);
  ck_assert_uint_gt(length, 18 + 20);
  path_in(cut, sizeof(cut), folder, "cut.gz");
  for (size_t part = 1; part <= 24; part++) {
    gchk_error error = {GCHK_OK, ""};
    size_t total = 0;
    OK(read_in_parts(whole, part, &total, &error), error);
    ck_assert_uint_eq(total, 20);
    /* From behind the head, ten bytes: where that is cut, it is no gzip file. */
    for (size_t kept = 11; kept < length; kept++) {
      put(cut, packed, kept);
      FAILS(read_in_parts(cut, part, &total, &error), GCHK_IO, error, "end too early");
    }
  }
}
END_TEST

START_TEST(a_file_is_written_whole_or_not_at_all) {
  gchk_error error = {GCHK_OK, ""};
  char path[128], bad[128];
  path_in(path, sizeof(path), folder, "out");
  OK(gchk_save_bytes(path, "first", 5, &error), error);
  OK(gchk_save_bytes(path, "second", 6, &error), error);
  gchk_source *source = NULL;
  unsigned char *all = NULL;
  size_t size = 0;
  OK(gchk_source_open(&source, path, &error), error);
  OK(gchk_source_read_all(source, 100, &all, &size, &error), error);
  ck_assert_str_eq((const char *)all, "second");
  free(all);
  gchk_source_close(source);
  FAILS(gchk_save_bytes(path_in(bad, sizeof(bad), folder, "none/out"), "x", 1, &error), GCHK_IO, error,
        "cannot be written");
  /* A folder cannot be replaced by a file, and no temporary file is left. */
  FAILS(gchk_save_bytes(folder, "x", 1, &error), GCHK_IO, error, "cannot be written");
  (void)snprintf(bad, sizeof(bad), "%s.%ld.tmp", folder, (long)getpid());
  ck_assert_int_ne(access(bad, F_OK), 0);
}
END_TEST

static TCase *sources(void) {
  TCase *tests = tcase_create("source");
  tcase_add_checked_fixture(tests, setup, NULL);
  tcase_add_test(tests, memory_is_read_in_parts);
  tcase_add_test(tests, plain_and_gzip_files_read_the_same);
  tcase_add_test(tests, what_cannot_be_read_says_why);
  tcase_add_test(tests, a_gzip_file_that_ends_early_is_never_whole);
  tcase_add_test(tests, a_file_is_written_whole_or_not_at_all);
  return tests;
}

TEST_MAIN("source", sources)
