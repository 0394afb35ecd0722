/* Which program or shared object has an address: what the dynamic loader says, asked in one place. */
#ifndef GCHK_CORE_CODE_OBJECT_H
#define GCHK_CORE_CODE_OBJECT_H

#include <stdbool.h>
#include <stdint.h>

typedef struct gchk_code_object {
  const char *name;   /* as it was loaded; of the program, as it was started: by a bare name where PATH found it */
  const char *file;   /* what opens it: of the program, wherever it was found, that which runs */
  const char *symbol; /* the exported one at or below the address, or NULL */
  uintptr_t offset;   /* of the address, in the object */
} gchk_code_object;

/* False where it is in none, as code that was made while the program runs. Takes nothing from the heap. */
bool gchk_find_code(gchk_code_object *object, const void *address);

/* The same of a function. */
bool gchk_find_code_of(gchk_code_object *object, void (*function)(void));

#endif
