/*
 * What blocks came to, in files of a folder: whoever has one leaves it, and whoever needs it takes it, or finds that it
 * is not there, or not whole, and does the block itself.
 */
#ifndef GCHK_BLOCKS_BLOCK_STORE_H
#define GCHK_BLOCKS_BLOCK_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct gchk_block_store {
  const char *folder;
  uint64_t key; /* of what the blocks depend on */
} gchk_block_store;

/* True where this block was there, with exactly so many bytes; else `bytes` may be written to all the same. */
bool gchk_block_take(const gchk_block_store *store, size_t block, unsigned char *bytes, size_t size);

/* Leaves it, whole or not at all: that it could not be left is no error, for who needs it does it. */
void gchk_block_leave(const gchk_block_store *store, size_t block, const unsigned char *bytes, size_t size);

/* Are all that are needed there, as whoever needs them says? Then no more are. */
bool gchk_blocks_are_settled(const gchk_block_store *store);
void gchk_blocks_settle(const gchk_block_store *store, bool are_settled);

#endif
