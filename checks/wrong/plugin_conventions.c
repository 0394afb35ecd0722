/* One right layer in each calling convention as a plug-in: `gradcheck run ./conventions.so` must pass. */
#include "gradcheck/plugin.h"
#include "lists.h"

#define REF(id)  &id,
#define BOTH(id) &id, &id##_f32,
GCHK_PLUGIN(CONVENTIONS(REF) MEANINGS(REF) RIGHT_CALLS(BOTH))
