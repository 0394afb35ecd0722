/* One right layer in each calling convention as a plug-in: `gradcheck run ./conventions.so` must pass. */
#include "gradcheck/plugin.h"
#include "lists.h"

#define REF(id) &id,
GCHK_PLUGIN(CONVENTIONS(REF) MEANINGS(REF))
