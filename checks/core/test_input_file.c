/* Opening what is to be read: never a hang, and the size is known. */
#define _DEFAULT_SOURCE // usleep
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/input_file.h"
#include "core_tests.h"

static char folder[] = "/tmp/gradcheck-input-XXXXXX";
static char path[sizeof folder + 16];

static void make_folder(void) {
  (void)strcpy(folder + sizeof folder - 7, "XXXXXX");
  ck_assert_ptr_nonnull(mkdtemp(folder));
  (void)snprintf(path, sizeof path, "%s/input", folder);
}

static void remove_folder(void) {
  (void)unlink(path);
  (void)rmdir(folder);
}

static void refused(const char *name, size_t largest, const char *why) {
  gchk_error error = {GCHK_OK, ""};
  int fd = 0;
  size_t size = 1;
  ck_assert_int_ne(gchk_input_open(&fd, &size, name, largest, &error), GCHK_OK);
  ck_assert_int_eq(fd, -1);
  ck_assert_msg(strncmp(error.message, name, strlen(name)) == 0, "%s", error.message);
  ck_assert_msg(strstr(error.message, why) != NULL, "'%s' lacks '%s'", error.message, why);
}

// Opens, reads to the end, and goes back; the size where it is to be known.
static void holds(const char *name, size_t largest, const char *text, bool has_size) {
  gchk_error error = {GCHK_OK, ""};
  int fd = -1;
  size_t size = 1;
  char bytes[256] = "";
  ck_assert_msg(gchk_input_open(&fd, &size, name, largest, &error) == GCHK_OK, "%s", error.message);
  if (has_size)
    ck_assert_uint_eq(size, strlen(text));
  ck_assert_int_eq(read(fd, bytes, sizeof bytes - 1) >= (ssize_t)strlen(text), 1);
  ck_assert_int_eq(strncmp(bytes, text, strlen(text)), 0);
  ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
  (void)close(fd);
}

static void put(const char *text) {
  FILE *file = fopen(path, "w");
  ck_assert_ptr_nonnull(file);
  (void)fputs(text, file);
  ck_assert_int_eq(fclose(file), 0);
}

// A process that writes `text` into the pipe at `path`, `times` times, after a while.
static pid_t write_into_pipe(const char *text, size_t times) {
  const pid_t pid = fork();
  if (pid != 0)
    return pid;
  (void)usleep(200000);
  const int fd = open(path, O_WRONLY);
  for (size_t i = 0; i < times; i++)
    if (write(fd, text, strlen(text)) < 0)
      break;
  _exit(0);
}

static void end(pid_t pid) {
  (void)kill(pid, SIGKILL);
  ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
}

START_TEST(a_file_opens_with_its_size) {
  put("seven b");
  holds(path, 100, "seven b", true);
  holds(path, 7, "seven b", true);
  refused(path, 6, "more than 6 bytes");
  put("");
  holds(path, 0, "", true);
  holds("/proc/self/status", 100, "Name:", false);
}
END_TEST

// Nothing of it is read: nobody has so much memory.
START_TEST(a_file_that_is_too_long_is_refused_unread) {
  const int fd = open(path, O_WRONLY | O_CREAT, 0600);
  if (ftruncate(fd, (off_t)1 << 40) == 0)
    refused(path, (size_t)1 << 30, "more than 1073741824 bytes");
  (void)close(fd);
}
END_TEST

START_TEST(what_is_no_file_is_refused_by_name) {
  refused(folder, 100, "is a folder");
  refused("/dev/zero", 100, "is a device");
  refused("/dev/null", 100, "is a device");
  refused("/no/such/file", 100, "cannot be opened: No such file");
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  ck_assert_int_eq(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
  refused(path, 100, "cannot be opened"); // a socket has no open
  (void)close(fd);
}
END_TEST

START_TEST(a_pipe_is_read_to_its_end) {
  ck_assert_int_eq(mkfifo(path, 0600), 0);
  const pid_t pid = write_into_pipe("out of a pipe", 1);
  holds(path, 13, "out of a pipe", true);
  end(pid);
}
END_TEST

START_TEST(a_pipe_without_end_is_refused) {
  (void)signal(SIGPIPE, SIG_IGN);
  ck_assert_int_eq(mkfifo(path, 0600), 0);
  const pid_t pid = write_into_pipe("for ever and ever ", SIZE_MAX);
  refused(path, 1 << 20, "more than 1048576 bytes");
  end(pid);
}
END_TEST

START_TEST(a_pipe_that_nobody_writes_into_is_refused) {
  ck_assert_int_eq(mkfifo(path, 0600), 0);
  refused(path, 100, "is a pipe, and nothing came out of it for 10 s");
}
END_TEST

TCase *input_file_tests(void) {
  TCase *tests = tcase_create("input file");
  tcase_add_checked_fixture(tests, make_folder, remove_folder);
  tcase_add_test(tests, a_file_opens_with_its_size);
  tcase_add_test(tests, a_file_that_is_too_long_is_refused_unread);
  tcase_add_test(tests, what_is_no_file_is_refused_by_name);
  tcase_add_test(tests, a_pipe_is_read_to_its_end);
  tcase_add_test(tests, a_pipe_without_end_is_refused);
  tcase_add_test(tests, a_pipe_that_nobody_writes_into_is_refused);
  return tests;
}
