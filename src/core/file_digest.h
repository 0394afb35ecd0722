/* A digest of a file's bytes, quick enough for libraries and data sets. */
#ifndef GCHK_CORE_FILE_DIGEST_H
#define GCHK_CORE_FILE_DIGEST_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* What of a file changes when other bytes are put in its place. */
typedef struct gchk_file_stamp {
  uint64_t device, inode, size;
  struct timespec changed;
} gchk_file_stamp;

typedef enum gchk_file_kind {
  GCHK_FILE_READ,
  GCHK_FILE_ABSENT,    /* not there, or it cannot be read */
  GCHK_FILE_IS_NO_FILE /* a pipe or a device, which gives its bytes once */
} gchk_file_kind;

/* The same bytes give the same digest, wherever the file is. `stamp` may be NULL. */
gchk_file_kind gchk_file_digest(uint64_t *digest, gchk_file_stamp *stamp, const char *path);

/* The same as text: 16 hexadecimal digits, "absent", or GCHK_UNKNOWN_DIGEST of what gives its bytes once. */
#define GCHK_UNKNOWN_DIGEST "unknown"
enum { GCHK_DIGEST_TEXT = 17 };
gchk_file_kind gchk_file_digest_text(char text[GCHK_DIGEST_TEXT], gchk_file_stamp *stamp, const char *path);

/* Is the file of this path still the one that the stamp is of, as far as its size and times tell? */
bool gchk_file_is_stamped(const gchk_file_stamp *stamp, const char *path);

#endif
