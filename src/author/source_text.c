/* A file of C as a text. */
#include "author/source_text.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "author/tokens.h"
#include "core/input_file.h"
#include "core/memory.h"

static gchk_status read_bytes(int fd, const char *path, char *text, size_t room, size_t *length, gchk_error *error) {
  *length = 0;
  while (*length < room) {
    const ssize_t got = read(fd, text + *length, room - *length);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return gchk_fail(error, GCHK_IO, "%s: cannot be read: %s", path, strerror(errno));
    if (got == 0)
      return GCHK_OK;
    *length += (size_t)got;
  }
  return gchk_fail(error, GCHK_INVALID, "%s: has grown beyond %d bytes while it was read", path, GCHK_LARGEST_C_FILE);
}

gchk_status gchk_source_text_read(const char **text, size_t *length, const char *path, gchk_arena *arena,
                                  gchk_error *error) {
  int fd;
  size_t size;
  GCHK_TRY(gchk_input_open(&fd, &size, path, GCHK_LARGEST_C_FILE, error));
  char *room = gchk_arena_alloc(arena, (size_t)GCHK_LARGEST_C_FILE + 2, 1);
  const gchk_status status = room == NULL ? gchk_fail_memory(error, path)
                                          : read_bytes(fd, path, room, (size_t)GCHK_LARGEST_C_FILE + 1, length, error);
  (void)close(fd);
  if (status == GCHK_OK)
    room[*length] = '\0';
  *text = room;
  return status;
}
