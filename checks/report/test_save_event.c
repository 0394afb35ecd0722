/* Files that are whole or not there, whatever goes wrong; and events. */
#include "main.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gradcheck/event.h"
#include "report/render.h"
#include "report/sample_result.h"
#include "report/save.h"

static char folder[64];

static void make_folder(void) {
  strcpy(folder, "/tmp/gradcheck-save-XXXXXX");
  ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void remove_folder(void) {
  DIR *dir = opendir(folder);
  for (struct dirent *entry = dir ? readdir(dir) : NULL; entry; entry = readdir(dir)) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
    if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
      unlink(path);
  }
  closedir(dir);
  rmdir(folder);
}

static size_t files_in_folder(void) {
  size_t count = 0;
  DIR *dir = opendir(folder);
  ck_assert_ptr_nonnull(dir);
  while (readdir(dir))
    count++;
  closedir(dir);
  return count - 2;
}

static const char *in_folder(const char *name) {
  static char path[128];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return path;
}

static char *contents(const char *path) {
  static char text[4096];
  FILE *file = fopen(path, "r");
  ck_assert_ptr_nonnull(file);
  text[fread(text, 1, sizeof text - 1, file)] = '\0';
  fclose(file);
  return text;
}

START_TEST(a_report_is_saved_and_replaced_whole) {
  gchk_result *result = sample_empty(), *again;
  gchk_error error = {0};
  const char *path = in_folder("result.json");
  ck_assert_int_eq(gchk_report_save(result, GCHK_JSON, NULL, path, &error), GCHK_OK);
  ck_assert_int_eq(gchk_result_read(path, &again, &error), GCHK_OK);
  gchk_result_free(again);
  ck_assert_int_eq(chmod(path, 0640), 0);
  ck_assert_int_eq(gchk_report_save(result, GCHK_MARKDOWN, NULL, path, &error), GCHK_OK);
  ck_assert_int_eq(strncmp(contents(path), "## gradcheck", 12), 0);
  struct stat status;
  ck_assert_int_eq(stat(path, &status), 0);
  ck_assert_uint_eq(status.st_mode & 0777, 0640);
  ck_assert_uint_eq(files_in_folder(), 1);
  gchk_result_free(result);
}
END_TEST

START_TEST(a_new_file_has_the_users_permissions_and_a_link_stays_one) {
  gchk_error error = {0};
  struct stat status;
  mode_t mask = umask(022);
  ck_assert_int_eq(gchk_save_bytes(in_folder("plain"), "one", 3, &error), GCHK_OK);
  umask(mask);
  ck_assert_int_eq(stat(in_folder("plain"), &status), 0);
  ck_assert_uint_eq(status.st_mode & 0777, 0644);
  ck_assert_int_eq(symlink("plain", in_folder("link")), 0);
  ck_assert_int_eq(gchk_save_bytes(in_folder("link"), "two", 3, &error), GCHK_OK);
  ck_assert_int_eq(lstat(in_folder("link"), &status), 0);
  ck_assert(S_ISLNK(status.st_mode));
  ck_assert_str_eq(contents(in_folder("plain")), "two");
}
END_TEST

START_TEST(what_cannot_be_written_says_why_and_leaves_nothing) {
  gchk_result *result = sample_passing();
  gchk_error error = {0};
  ck_assert_int_eq(gchk_report_save(result, GCHK_HTML, NULL, "/nonexistent/report.html", &error), GCHK_IO);
  ASSERT_HAS(error.message, "/nonexistent/report.html: cannot be written: No such file or directory");
  ck_assert_int_eq(gchk_report_save(result, GCHK_JSON, NULL, folder, &error), GCHK_IO);
  ASSERT_HAS(error.message, "Is a directory");
  ck_assert_int_eq(gchk_report_save(result, GCHK_TEXT, NULL, "", &error), GCHK_IO);
  if (access("/dev/full", W_OK) == 0) {
    ck_assert_int_eq(gchk_report_save(result, GCHK_JUNIT, NULL, "/dev/full", &error), GCHK_IO);
    ASSERT_HAS(error.message, "/dev/full: cannot be written: No space left on device");
    struct stat status;
    ck_assert_int_eq(stat("/dev/full", &status), 0);
    ck_assert_msg(S_ISCHR(status.st_mode), "the device was replaced");
    FILE *full = fopen("/dev/full", "w");
    ck_assert_int_eq(gchk_report_write(result, GCHK_TEXT, NULL, full, &error), GCHK_IO);
    fclose(full);
  }
  ck_assert_uint_eq(files_in_folder(), 0);
  gchk_result_free(result);
}
END_TEST

/* The old report stays where the new one cannot be finished. */
START_TEST(a_file_that_may_not_be_replaced_stays) {
  gchk_error error = {0};
  ck_assert_int_eq(gchk_save_bytes(in_folder("old"), "old", 3, &error), GCHK_OK);
  ck_assert_int_eq(chmod(folder, 0555), 0);
  if (access(folder, W_OK) != 0) { // root may write anywhere
    ck_assert_int_eq(gchk_save_bytes(in_folder("old"), "new", 3, &error), GCHK_IO);
    ASSERT_HAS(error.message, "Permission denied");
    ck_assert_str_eq(contents(in_folder("old")), "old");
  }
  ck_assert_int_eq(chmod(folder, 0755), 0);
}
END_TEST

START_TEST(a_closed_pipe_is_an_error_and_no_death) {
  signal(SIGPIPE, SIG_IGN);
  gchk_result *result = sample_failing();
  gchk_error error = {0};
  int ends[2];
  ck_assert_int_eq(pipe(ends), 0);
  close(ends[0]);
  FILE *out = fdopen(ends[1], "w");
  ck_assert_int_eq(gchk_report_write(result, GCHK_HTML, NULL, out, &error), GCHK_IO);
  ASSERT_HAS(error.message, "Broken pipe");
  fclose(out);
  gchk_result_free(result);
}
END_TEST

START_TEST(a_fifo_is_written_and_not_replaced) {
  gchk_error error = {0};
  const char *path = in_folder("fifo");
  char got[4] = "";
  ck_assert_int_eq(mkfifo(path, 0600), 0);
  int reader = open(path, O_RDONLY | O_NONBLOCK);
  ck_assert_int_ge(reader, 0);
  ck_assert_int_eq(gchk_save_bytes(path, "yes", 3, &error), GCHK_OK);
  ck_assert_int_eq(read(reader, got, 3), 3);
  ck_assert_str_eq(got, "yes");
  close(reader);
  struct stat status;
  ck_assert_int_eq(stat(path, &status), 0);
  ck_assert(S_ISFIFO(status.st_mode));
}
END_TEST

START_TEST(an_unknown_format_is_refused) {
  gchk_result *result = sample_empty();
  gchk_error error = {0};
  ck_assert_int_eq(gchk_report_save(result, (gchk_format)99, NULL, in_folder("x"), &error), GCHK_INVALID);
  ck_assert_uint_eq(files_in_folder(), 0);
  gchk_result_free(result);
}
END_TEST

START_TEST(events_are_one_json_object_a_line) {
  gchk_result *result = sample_names(AWKWARD_NAME);
  gchk_error error = {0};
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  ck_assert_int_eq(gchk_event_start(out, AWKWARD_NAME, 4, 7, &error), GCHK_OK);
  gchk_progress progress = {.case_name = AWKWARD_NAME,
                            .stage = "differentiate W",
                            .elements_done = 3,
                            .elements_total = 24,
                            .cases_total = 4};
  ck_assert_int_eq(gchk_event_progress(out, &progress, &error), GCHK_OK);
  progress.finished = &result->cases[1];
  ck_assert_int_eq(gchk_event_progress(out, &progress, &error), GCHK_OK);
  ck_assert_int_eq(gchk_event_end(out, result, &error), GCHK_OK);
  fclose(out);
  static const char *const events[] = {"start", "progress", "case", "end"};
  size_t count = 0;
  for (char *line = text, *end; (end = strchr(line, '\n')); line = end + 1, count++) {
    *end = '\0';
    json_t *event = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
    ck_assert_msg(event != NULL, "not JSON: %s", line);
    ck_assert_uint_lt(count, 4);
    ck_assert_str_eq(json_string_value(json_object_get(event, "event")), events[count]);
    if (count == 1)
      ck_assert_int_eq(json_integer_value(json_object_get(event, "elements_done")), 3);
    if (count == 2) {
      ck_assert_str_eq(json_string_value(json_object_get(event, "verdict")), "fail");
      ck_assert_uint_eq(json_array_size(json_object_get(event, "tensors")), 1);
    }
    json_decref(event);
  }
  ck_assert_uint_eq(count, 4);
  free(text);
  gchk_result_free(result);
  out = fopen("/dev/full", "w");
  if (out) {
    ck_assert_int_eq(gchk_event_start(out, "x", 1, 0, &error), GCHK_IO);
    fclose(out);
  }
}
END_TEST

static TCase *save(void) {
  TCase *tc = tcase_create("save");
  tcase_add_checked_fixture(tc, make_folder, remove_folder);
  tcase_add_test(tc, a_report_is_saved_and_replaced_whole);
  tcase_add_test(tc, a_new_file_has_the_users_permissions_and_a_link_stays_one);
  tcase_add_test(tc, what_cannot_be_written_says_why_and_leaves_nothing);
  tcase_add_test(tc, a_file_that_may_not_be_replaced_stays);
  tcase_add_test(tc, a_closed_pipe_is_an_error_and_no_death);
  tcase_add_test(tc, a_fifo_is_written_and_not_replaced);
  tcase_add_test(tc, an_unknown_format_is_refused);
  return tc;
}

static TCase *event(void) {
  TCase *tc = tcase_create("event");
  tcase_add_test(tc, events_are_one_json_object_a_line);
  return tc;
}

TEST_MAIN("save and event", save, event)
