/* Which shared objects are loaded. */
#ifndef GCHK_CORE_LOADED_OBJECT_H
#define GCHK_CORE_LOADED_OBJECT_H

#include <stdbool.h>

/*
 * Is one loaded whose file has this name, without its folder, or that is called so by its linker (DT_SONAME)? dlopen
 * with RTLD_NOLOAD answers the same, and where it is not loaded looks for the file first.
 */
bool gchk_is_loaded(const char *name);

#endif
