/* A file a block: a head, and what was packed. It is written under another name and renamed. */
#include "blocks/block_store.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/digest.h"

enum { PATH = 4096 };

typedef struct head {
  uint64_t key, block, size, digest;
} head;

static head head_of(const gchk_block_store *store, size_t block, const unsigned char *bytes, size_t size) {
  gchk_digest digest = gchk_digest_new();
  gchk_digest_add(&digest, bytes, size);
  return (head){store->key, block, size, digest.value};
}

static bool is_path(char path[PATH], const gchk_block_store *store, size_t block, const char *end) {
  const int length =
      snprintf(path, PATH, "%s/%016llx.%zu%s", store->folder, (unsigned long long)store->key, block, end);
  return length > 0 && length < PATH;
}

bool gchk_block_take(const gchk_block_store *store, size_t block, unsigned char *bytes, size_t size) {
  char path[PATH];
  head found;
  FILE *in = is_path(path, store, block, "") ? fopen(path, "rbe") : NULL;
  if (in == NULL)
    return false;
  bool is_whole = fread(&found, sizeof found, 1, in) == 1 && fread(bytes, 1, size, in) == size && fgetc(in) == EOF;
  (void)fclose(in);
  if (!is_whole)
    return false;
  const head wanted = head_of(store, block, bytes, size);
  return memcmp(&found, &wanted, sizeof found) == 0;
}

void gchk_block_leave(const gchk_block_store *store, size_t block, const unsigned char *bytes, size_t size) {
  char path[PATH], unfinished[PATH], end[32];
  (void)snprintf(end, sizeof end, ".%ld", (long)getpid());
  if (!is_path(path, store, block, "") || !is_path(unfinished, store, block, end))
    return;
  FILE *out = fopen(unfinished, "wbe");
  if (out == NULL)
    return;
  const head h = head_of(store, block, bytes, size);
  const bool is_written = fwrite(&h, sizeof h, 1, out) == 1 && fwrite(bytes, 1, size, out) == size;
  const bool is_whole = fclose(out) == 0 && is_written;
  if (!is_whole || rename(unfinished, path) != 0)
    (void)unlink(unfinished);
}

bool gchk_blocks_are_settled(const gchk_block_store *store) {
  char path[PATH];
  return is_path(path, store, 0, ".settled") && access(path, F_OK) == 0;
}

void gchk_blocks_settle(const gchk_block_store *store, bool are_settled) {
  char path[PATH];
  if (!is_path(path, store, 0, ".settled"))
    return;
  FILE *mark = are_settled ? fopen(path, "we") : NULL;
  if (mark != NULL)
    (void)fclose(mark);
  else
    (void)unlink(path);
}
