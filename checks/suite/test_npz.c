/* NPZ archives: those of numpy, our own, and damaged ones. */
#include "suite/npz_read.h"

#include <stdint.h>

#include "core/memory.h"
#include "numpy_table.h"
#include "suite/npy.h"
#include "suite/npz_write.h"

static gchk_npz *open_npz(const char *path) {
  gchk_error error = {GCHK_OK, ""};
  gchk_source *source = NULL;
  gchk_npz *npz = NULL;
  OK(gchk_source_open(&source, path, &error), error);
  OK(gchk_npz_open(&npz, source, &error), error);
  gchk_source_close(source);
  return npz;
}

static void read_member(const gchk_npz *npz, const char *name, gchk_array *array) {
  gchk_error error = {GCHK_OK, ""};
  size_t index = gchk_npz_find(npz, name);
  *array = (gchk_array)GCHK_ARRAY_INIT;
  ck_assert_uint_lt(index, gchk_npz_count(npz));
  ck_assert_str_eq(gchk_npz_name(npz, index), name);
  OK(gchk_npz_read(npz, index, array, &error), error);
}

START_TEST(archives_of_numpy) {
  static const char *const tables[] = {"f8", "f4", "big", "fortran"};
  gchk_array array;
  gchk_npz *npz = open_npz(TEST_DATA "numpy_stored.npz");
  ck_assert_uint_eq(gchk_npz_count(npz), 9);
  for (size_t i = 0; i < 4; i++) {
    read_member(npz, tables[i], &array);
    is_table(&array);
    gchk_array_deinit(&array);
  }
  read_member(npz, "i4", &array);
  ck_assert_double_eq(array.values[0], -2147483648.0);
  ck_assert_double_eq(array.values[2], 2147483647.0);
  gchk_array_deinit(&array);
  read_member(npz, "i8", &array);
  ck_assert_double_eq(array.values[0], -9007199254740992.0);
  ck_assert_double_eq(array.values[1], 9007199254740992.0);
  gchk_array_deinit(&array);
  read_member(npz, "u1", &array);
  ck_assert_double_eq(array.values[2], 255);
  gchk_array_deinit(&array);
  read_member(npz, "scalar", &array);
  ck_assert_uint_eq(array.shape.rank, 0);
  ck_assert_double_eq(array.values[0], 2.5);
  gchk_array_deinit(&array);
  read_member(npz, "cube", &array);
  for (size_t i = 0; i < 24; i++)
    ck_assert_double_eq(array.values[i], (double)i);
  gchk_array_deinit(&array);
  ck_assert_uint_eq(gchk_npz_find(npz, "f8.npy"), gchk_npz_count(npz));
  gchk_npz_close(npz);

  npz = open_npz(TEST_DATA "numpy_deflated.npz");
  read_member(npz, "a", &array);
  is_table(&array);
  gchk_array_deinit(&array);
  read_member(npz, "zeros", &array);
  ck_assert_uint_eq(array.count, 2000);
  gchk_array_deinit(&array);
  gchk_npz_close(npz);
  gchk_npz_close(NULL);
}
END_TEST

static void encode_two(unsigned char **bytes, size_t *size, bool compress) {
  static double zeros[500];
  const gchk_npz_item items[] = {{"W1", GCHK_F64, {2, {2, 3}}, table}, {"zeros", GCHK_F32, {1, {500}}, zeros}};
  gchk_error error = {GCHK_OK, ""};
  OK(gchk_npz_encode(bytes, size, items, 2, compress, &error), error);
}

static gchk_status read_all(const unsigned char *bytes, size_t size, gchk_error *error) {
  gchk_source *source = memory_source(bytes, size);
  gchk_npz *npz = NULL;
  gchk_status status = gchk_npz_open(&npz, source, error);
  for (size_t i = 0; status == GCHK_OK && i < gchk_npz_count(npz); i++) {
    gchk_array array = GCHK_ARRAY_INIT;
    status = gchk_npz_read(npz, i, &array, error);
    gchk_array_deinit(&array);
  }
  gchk_npz_close(npz);
  gchk_source_close(source);
  return status;
}

START_TEST(written_archives_are_read_again) {
  size_t sizes[2] = {0, 0};
  for (size_t compress = 0; compress < 2; compress++) {
    unsigned char *bytes = NULL;
    gchk_error error = {GCHK_OK, ""};
    gchk_npz *npz = NULL;
    gchk_array array;
    encode_two(&bytes, &sizes[compress], compress != 0);
    gchk_source *source = memory_source(bytes, sizes[compress]);
    OK(gchk_npz_open(&npz, source, &error), error);
    ck_assert_uint_eq(gchk_npz_count(npz), 2);
    read_member(npz, "W1", &array);
    is_table(&array);
    gchk_array_deinit(&array);
    read_member(npz, "zeros", &array);
    ck_assert_uint_eq(array.count, 500);
    gchk_array_deinit(&array);
    gchk_npz_close(npz);
    gchk_source_close(source);
    free(bytes);
  }
  ck_assert_uint_lt(sizes[1], sizes[0]);
}
END_TEST

START_TEST(an_empty_archive_has_no_arrays) {
  unsigned char *bytes = NULL;
  size_t size = 0;
  gchk_error error = {GCHK_OK, ""};
  OK(gchk_npz_encode(&bytes, &size, NULL, 0, false, &error), error);
  ck_assert_uint_eq(size, 22);
  OK(read_all(bytes, size, &error), error);
  free(bytes);
}
END_TEST

/* One byte changed anywhere: refused, or the same arrays as before (a byte that means nothing here: a date, a version).
 */
START_TEST(no_damaged_byte_goes_unnoticed) {
  for (size_t compress = 0; compress < 2; compress++) {
    unsigned char *bytes = NULL;
    size_t size = 0, refused = 0;
    encode_two(&bytes, &size, compress != 0);
    for (size_t i = 0; i < size; i++) {
      gchk_error error = {GCHK_OK, ""};
      unsigned char before = bytes[i];
      bytes[i] = (unsigned char)(before ^ 0x55);
      gchk_status status = read_all(bytes, size, &error);
      ck_assert(status == GCHK_OK || status == GCHK_INVALID);
      refused += status == GCHK_INVALID;
      bytes[i] = before;
    }
    /* Of the 2 x (30 + 46) + 22 bytes of records some mean nothing to a reader of NPZ; all others matter. */
    ck_assert_uint_gt(refused, size - 2 * (30 + 46) - 22);
    free(bytes);
  }
}
END_TEST

START_TEST(every_shorter_archive_is_refused) {
  unsigned char *bytes = NULL;
  size_t size = 0;
  encode_two(&bytes, &size, true);
  for (size_t part = 0; part < size; part++) {
    gchk_error error = {GCHK_OK, ""};
    unsigned char *copy = malloc(part > 0 ? part : 1);
    memcpy(copy, bytes, part);
    ck_assert_int_eq(read_all(copy, part, &error), GCHK_INVALID);
    free(copy);
  }
  free(bytes);
}
END_TEST

START_TEST(names_are_checked) {
  const gchk_npz_item nameless = {"", GCHK_F64, {1, {1}}, table};
  unsigned char *bytes = NULL;
  size_t size = 0;
  gchk_error error = {GCHK_OK, ""};
  FAILS(gchk_npz_encode(&bytes, &size, &nameless, 1, false, &error), GCHK_INVALID, error, "has 0 letters");
  const gchk_npz_item twice[] = {{"a", GCHK_F64, {1, {1}}, table}, {"a", GCHK_F64, {1, {1}}, table}};
  OK(gchk_npz_encode(&bytes, &size, twice, 2, false, &error), error);
  FAILS(read_all(bytes, size, &error), GCHK_INVALID, error, "there are two of that name");
  free(bytes);
}
END_TEST

START_TEST(files_are_written) {
  char folder[64], path[128];
  gchk_error error = {GCHK_OK, ""};
  gchk_array array;
  gchk_source *source = NULL;
  const gchk_npz_item item = {"a", GCHK_F64, {2, {2, 3}}, table};
  make_folder(folder, sizeof(folder));
  OK(gchk_npz_write(path_in(path, sizeof(path), folder, "a.npz"), &item, 1, true, &error), error);
  gchk_npz *npz = open_npz(path);
  read_member(npz, "a", &array);
  is_table(&array);
  gchk_npz_close(npz);
  OK(gchk_npy_write(path_in(path, sizeof(path), folder, "a.npy"), GCHK_F64, &item.shape, table, &error), error);
  OK(gchk_source_open(&source, path, &error), error);
  OK(gchk_npy_read(&array, source, &error), error);
  is_table(&array);
  gchk_source_close(source);
  gchk_array_deinit(&array);
  FAILS(gchk_npy_write(path_in(path, sizeof(path), folder, "none/a.npy"), GCHK_F64, &item.shape, table, &error),
        GCHK_IO, error, "cannot be written");
}
END_TEST

static TCase *npz_files(void) {
  TCase *tests = tcase_create("npz");
  tcase_set_timeout(tests, 60);
  tcase_add_test(tests, archives_of_numpy);
  tcase_add_test(tests, written_archives_are_read_again);
  tcase_add_test(tests, an_empty_archive_has_no_arrays);
  tcase_add_test(tests, no_damaged_byte_goes_unnoticed);
  tcase_add_test(tests, every_shorter_archive_is_refused);
  tcase_add_test(tests, names_are_checked);
  tcase_add_test(tests, files_are_written);
  return tests;
}

TEST_MAIN("npz", npz_files)
