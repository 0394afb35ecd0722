#include "core/digest.h"

#include <stdio.h>
#include <string.h>

#include "core/mix_bits.h"

enum { CHUNK = 1 << 16 };

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
  unsigned char bytes[CHUNK];
  FILE *in = fopen(path, "rbe");
  size_t read;
  if (in == NULL)
    return false;
  while ((read = fread(bytes, 1, sizeof bytes, in)) > 0)
    gchk_digest_add(digest, bytes, read);
  const bool is_whole = ferror(in) == 0;
  (void)fclose(in);
  return is_whole;
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
