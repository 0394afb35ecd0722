/* The OpenMP runtimes that are loaded into this process, if any: how many threads a parallel region gets. */
#ifndef GCHK_CORE_OPENMP_THREADS_H
#define GCHK_CORE_OPENMP_THREADS_H

#include <stddef.h>

/* The most threads that a parallel region started from here would get; 0 where no runtime is loaded. */
size_t gchk_openmp_threads(void);

/* For parallel regions that say no number themselves. Nothing where no runtime is loaded. */
void gchk_set_openmp_threads(size_t threads);

#endif
