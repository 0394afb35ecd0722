#include "core/digest.h"

#include <string.h>

#include "core/file_digest.h"
#include "core/mix_bits.h"

gchk_digest gchk_digest_new(void) {
  return (gchk_digest){0xcbf29ce484222325U};
}

void gchk_digest_add(gchk_digest *digest, const void *bytes, size_t size) {
  const unsigned char *byte = bytes;
  for (size_t i = 0; i < size; i++)
    digest->value = (digest->value ^ byte[i]) * 0x100000001b3U;
}

void gchk_digest_add_text(gchk_digest *digest, const char *text) {
  if (text != NULL)
    gchk_digest_add(digest, text, strlen(text) + 1);
}

bool gchk_digest_add_file(gchk_digest *digest, const char *path) {
  uint64_t of_file;
  if (gchk_file_digest(&of_file, NULL, path) != GCHK_FILE_READ)
    return false;
  gchk_digest_add(digest, &of_file, sizeof of_file);
  return true;
}

uint64_t gchk_digest_of_name(const char *name) {
  gchk_digest digest = gchk_digest_new();
  gchk_digest_add(&digest, name, strlen(name));
  return digest.value;
}

uint64_t gchk_digest_of_many(const void *bytes, size_t size) {
  const unsigned char *at = bytes;
  uint64_t words = size, word;
  for (; size >= sizeof word; at += sizeof word, size -= sizeof word) {
    memcpy(&word, at, sizeof word);
    words = gchk_mix_bits(words ^ word);
  }
  gchk_digest digest = gchk_digest_new();
  gchk_digest_add(&digest, &words, sizeof words);
  gchk_digest_add(&digest, at, size);
  return digest.value;
}
