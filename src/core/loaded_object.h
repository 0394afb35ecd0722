/* Which shared objects are loaded. */
#ifndef GCHK_CORE_LOADED_OBJECT_H
#define GCHK_CORE_LOADED_OBJECT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Is one loaded whose file has this name, without its folder, or that is called so by its linker (DT_SONAME)? dlopen
 * with RTLD_NOLOAD answers the same, and where it is not loaded looks for the file first.
 */
bool gchk_is_loaded(const char *name);

/* How many are loaded, and the file of the index-th, in the order of loading; NULL where there are not so many. */
size_t gchk_count_loaded(void);
const char *gchk_loaded_file(size_t index);

/* A function of an object that is loaded, and that whoever loaded it keeps; NULL where one of them is not there. */
void *gchk_find_loaded(const char *name, const char *function);

#endif
