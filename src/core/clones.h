/*
 * A loop over arrays, compiled for several instruction sets of which the machine's best one runs. Only for arithmetic
 * whose result does not depend on it: no sums in another order, and no fused multiply-adds, which the flags forbid.
 * Where compiler or system cannot (another processor, no ifunc) there is one version.
 */
#ifndef GCHK_CORE_CLONES_H
#define GCHK_CORE_CLONES_H

#ifdef GCHK_HAS_CLONES
#define GCHK_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define GCHK_CLONES
#endif

/* What such a function calls in its loops, to be compiled with it: by itself it is compiled for the least of them. */
#if defined __GNUC__
#define GCHK_IN_CLONES static inline __attribute__((always_inline))
#else
#define GCHK_IN_CLONES static inline
#endif

/* Before a loop over few elements inside another: it stays a loop, and is the one that is vectorised. */
#if defined __GNUC__ && !defined __clang__
#define GCHK_SHORT_LOOP _Pragma("GCC unroll 1")
#else
#define GCHK_SHORT_LOOP
#endif

#endif
