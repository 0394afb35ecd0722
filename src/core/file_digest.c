/* Four lanes of words, each mixed on its own, so that the processor works on them side by side. */
#define _XOPEN_SOURCE 700 // st_mtim
#include "core/file_digest.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/mix_bits.h"

enum { CHUNK = 1 << 16, LANES = 4, BLOCK = LANES * sizeof(uint64_t) };

static void add_blocks(uint64_t lane[LANES], const unsigned char *bytes, size_t size) {
  for (size_t at = 0; at < size; at += BLOCK)
    for (size_t i = 0; i < LANES; i++) {
      uint64_t word;
      memcpy(&word, bytes + at + i * sizeof word, sizeof word);
      lane[i] = gchk_mix_bits(lane[i] ^ word);
    }
}

// Fills the chunk as far as the file goes; a read may give less.
static bool read_chunk(int fd, unsigned char bytes[CHUNK], size_t *size) {
  *size = 0;
  while (*size < CHUNK) {
    const ssize_t n = read(fd, bytes + *size, CHUNK - *size);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return n == 0;
    *size += (size_t)n;
  }
  return true;
}

static bool digest_of(uint64_t *digest, int fd) {
  unsigned char bytes[CHUNK];
  uint64_t lane[LANES] = {1, 2, 3, 4}, total = 0;
  size_t size = CHUNK;
  while (size == CHUNK) {
    if (!read_chunk(fd, bytes, &size))
      return false;
    const size_t whole = (size + BLOCK - 1) / BLOCK * BLOCK;
    memset(bytes + size, 0, whole - size); // how many zeros these are, the size tells
    add_blocks(lane, bytes, whole);
    total += size;
  }
  *digest = total;
  for (size_t i = 0; i < LANES; i++)
    *digest = gchk_mix_bits(*digest ^ lane[i]);
  return true;
}

static gchk_file_stamp stamp_of(const struct stat *info) {
  return (gchk_file_stamp){(uint64_t)info->st_dev, (uint64_t)info->st_ino, (uint64_t)info->st_size, info->st_mtim};
}

bool gchk_file_is_stamped(const gchk_file_stamp *stamp, const char *path) {
  struct stat info;
  if (stat(path, &info) != 0)
    return false;
  const gchk_file_stamp now = stamp_of(&info);
  return now.device == stamp->device && now.inode == stamp->inode && now.size == stamp->size &&
         now.changed.tv_sec == stamp->changed.tv_sec && now.changed.tv_nsec == stamp->changed.tv_nsec;
}

gchk_file_kind gchk_file_digest(uint64_t *digest, gchk_file_stamp *stamp, const char *path) {
  struct stat info;
  const int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  *digest = 0;
  if (fd < 0)
    return GCHK_FILE_ABSENT;
  const bool is_known = fstat(fd, &info) == 0, is_file = is_known && S_ISREG(info.st_mode);
  const bool is_read = is_file && digest_of(digest, fd);
  (void)close(fd);
  if (is_known && stamp != NULL)
    *stamp = stamp_of(&info);
  return is_read ? GCHK_FILE_READ : is_known && !is_file ? GCHK_FILE_IS_NO_FILE : GCHK_FILE_ABSENT;
}

gchk_file_kind gchk_file_digest_text(char text[GCHK_DIGEST_TEXT], gchk_file_stamp *stamp, const char *path) {
  uint64_t digest;
  const gchk_file_kind kind = gchk_file_digest(&digest, stamp, path);
  if (kind == GCHK_FILE_READ)
    (void)snprintf(text, GCHK_DIGEST_TEXT, "%016" PRIx64, digest);
  else
    (void)snprintf(text, GCHK_DIGEST_TEXT, "%s", kind == GCHK_FILE_ABSENT ? "absent" : GCHK_UNKNOWN_DIGEST);
  return kind;
}
