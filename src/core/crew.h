/*
 * Work in blocks, each done by itself, by this process and others that are forked to help it.
 *
 * This process, the leader, does the blocks from the first on; helpers take them from the last on, and leave what they
 * come to in shared memory. The leader waits for nobody: a block that a helper took and has not done it does itself,
 * and whoever is through first ends it for both. So whatever becomes of a helper, the leader meets what there is to
 * meet (an error, a crash, a loop without end) itself, and as the first in the order of blocks: as if it were alone.
 */
#ifndef GCHK_CORE_CREW_H
#define GCHK_CORE_CREW_H

#include <stdbool.h>
#include <stddef.h>

#include "gradcheck/status.h"

/* Where helpers come from, whether there may be any, and what each of them does at its beginning. */
typedef struct gchk_crew {
  const volatile size_t *idle;     /* how many may help: looked at before each block, until there are some */
  bool (*may_fork)(void *context); /* does the process hold nothing that two must not use? */
  void (*enter)(void *context);
  void *context;
} gchk_crew;

/* How a block is going, for whoever does it. */
typedef struct gchk_block_state gchk_block_state;

/* Has somebody else done it in the meantime? Then it may be left at once. */
bool gchk_block_is_done(const gchk_block_state *state);

/* Blocks that helpers have done by now, of those that the leader has not come to; of NULL 0. */
size_t gchk_blocks_ahead(const gchk_block_state *state);

/* Memory in which blocks read nothing but what they wrote. */
typedef struct gchk_written {
  void *data;
  size_t bytes;
} gchk_written;

typedef struct gchk_blocks {
  size_t count;
  gchk_status (*run)(void *context, size_t block, const gchk_block_state *state, gchk_error *error);
  size_t (*size)(void *context, size_t block); /* bytes of what a block comes to, at most */
  void (*pack)(void *context, size_t block, unsigned char *to);
  void (*unpack)(void *context, size_t block, unsigned char *from);
  void *context;
  bool is_long; /* helpers pay from the first block on; false: once it shows that what is left takes long */
  /*
   * What is packed holds what all blocks of the process came to, of one size. A helper has one place for it and writes
   * it anew after each of its blocks, while the leader may unpack it: what was written after that block, or any mixture
   * of that with what was written later.
   */
  bool is_cumulative;
  const gchk_written *written; /* helpers may find anything there: its pages are not shared with them, nor copied */
  size_t written_count;
} gchk_blocks;

/*
 * Does all blocks: each is run here, or unpacked here where a helper has run and packed it, in the order of blocks. It
 * must depend on no other one. The error is that of the first block that has one. `crew` may be NULL: no help; there is
 * none either where the crew says so, and where memory or processes are short. Helpers are gone when it returns.
 */
gchk_status gchk_blocks_run(const gchk_blocks *blocks, const gchk_crew *crew, gchk_error *error) GCHK_MUST_USE;

#endif
