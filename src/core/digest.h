/* A digest of bytes, one after the other: FNV-1a of 64 bits (G. Fowler, L. C. Noll, K.-P. Vo: RFC 9923). */
#ifndef GCHK_CORE_DIGEST_H
#define GCHK_CORE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct gchk_digest {
  uint64_t value;
} gchk_digest;

gchk_digest gchk_digest_new(void);
void gchk_digest_add(gchk_digest *digest, const void *bytes, size_t size);
void gchk_digest_add_text(gchk_digest *digest, const char *text); /* and its end; NULL is none */
bool gchk_digest_add_file(gchk_digest *digest, const char *path); /* file_digest.h's; false: it cannot be read */

/* Of the characters of a name, without its end. */
uint64_t gchk_digest_of_name(const char *name);

/* Of many bytes at once, word by word: another one than that of gchk_digest_add, and not for files that stay. */
uint64_t gchk_digest_of_many(const void *bytes, size_t size);

#endif
