/* access(2) tells what open(2) and rename(2) would say, of the path and of the folder that it is in. */
#define _XOPEN_SOURCE 700 // realpath
#include "process/writable.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 4096 };

static bool is_refused(int reason) {
  errno = reason;
  return false;
}

// The folder that a path is in; false where the path is too long.
static bool folder_of(char folder[PATH_SIZE], const char *path) {
  size_t length = strlen(path);
  if (length >= PATH_SIZE)
    return is_refused(ENAMETOOLONG);
  while (length > 1 && path[length - 1] == '/')
    length--;
  (void)snprintf(folder, PATH_SIZE, "%.*s", (int)length, path);
  char *slash = strrchr(folder, '/');
  if (slash == NULL)
    (void)snprintf(folder, PATH_SIZE, ".");
  else
    slash[slash == folder] = '\0';
  return true;
}

// Of a file that is there: the folder where it is, or that which a link leads to.
static bool is_folder_of_target_writable(const char *path) {
  char folder[PATH_SIZE];
  char *target = realpath(path, NULL);
  const bool is_one = target != NULL && folder_of(folder, target) && access(folder, W_OK) == 0;
  const int reason = errno;
  free(target);
  return is_one || is_refused(reason);
}

bool cli_can_be_file(const char *path, bool is_renamed) {
  char folder[PATH_SIZE];
  struct stat info;
  const bool is_there = stat(path, &info) == 0;
  const bool ends_as_folder = path[0] != '\0' && path[strlen(path) - 1] == '/';
  if (ends_as_folder || (is_there && S_ISDIR(info.st_mode)))
    return is_refused(EISDIR);
  if (!folder_of(folder, path))
    return false;
  if (is_there && is_renamed && S_ISREG(info.st_mode) && !is_folder_of_target_writable(path))
    return false;
  return access(is_there ? path : folder, W_OK) == 0;
}

bool cli_can_be_folder(const char *path) {
  char folder[PATH_SIZE];
  struct stat info;
  if (stat(path, &info) != 0)
    return folder_of(folder, path) && access(folder, W_OK) == 0;
  return S_ISDIR(info.st_mode) ? access(path, W_OK | X_OK) == 0 : is_refused(ENOTDIR);
}

bool cli_is_replaced(const char *path) {
  struct stat info;
  return strcmp(path, "-") != 0 && (stat(path, &info) != 0 || S_ISREG(info.st_mode));
}
