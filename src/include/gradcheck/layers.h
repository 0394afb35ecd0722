/*
 * The built-in layers by name, and the BLAS behind them. Link gradcheck_layers (gradcheck::layers).
 *
 *     const gchk_layer *affine = gchk_registry_find("affine", GCHK_F64, 0);
 *
 * Nothing here is owned by the caller: layers and names live as long as the program.
 */
#ifndef GRADCHECK_LAYERS_H
#define GRADCHECK_LAYERS_H

#include <stdbool.h>
#include <stdio.h>

#include "gradcheck/compare.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The `nth` layer (0, 1, ...) that is called `name` in this dtype; NULL when there are no more, and for a dtype other
 * than f64 and f32. Several may share a name: softmax_with_loss takes one-hot targets in one table and class labels in
 * the other.
 */
GCHK_API const gchk_layer *gchk_registry_find(const char *name, gchk_dtype dtype, size_t nth);

/* The `index`-th name, without repeats, in alphabetical order; NULL past the last. */
GCHK_API const char *gchk_registry_name(size_t index);

/* A few words on what the layers of the `index`-th name compute; NULL past the last. */
GCHK_API const char *gchk_registry_summary(size_t index);

/* Prints all of them, with their tensors, sizes and options: `gradcheck help layers`. */
GCHK_API void gchk_layers_manual(FILE *out);

/*
 * Makes `reference` the built-in layer, in double, that `layer` is to be compared with: "conv2d stride=2 w=W^T", its
 * name and the terms of gradcheck/compare.h, which it goes on to point to. Of several of the name it is the first that
 * fits these sizes and options, which are as those of gchk_reference_check. Set .reference of a copy of the layer to
 * it. GCHK_INVALID: no layer of this name, or none that fits, and why.
 */
GCHK_API gchk_status gchk_registry_reference(gchk_reference *reference, const char *text, const gchk_layer *layer,
                                             const char *sizes, const double *options, gchk_error *error) GCHK_MUST_USE;

/* What BLAS is in use, as a report's environment names it. */
typedef struct gchk_blas_info {
  char library[128]; /* "OpenBLAS 0.3.21" */
  char core[32];     /* "SkylakeX" */
  size_t threads;
} gchk_blas_info;
GCHK_API gchk_blas_info gchk_blas_get_info(void);

/*
 * How many threads the BLAS may use from now on, in the whole process. A check wants one: sums are then the same on
 * every machine, and no threads are there before the process forks.
 */
GCHK_API void gchk_blas_set_threads(size_t threads);

/*
 * The OPENBLAS_CORETYPE that would serve this processor better than the core in use, or NULL.
 *
 * OpenBLAS chooses its kernels from the environment and the processor when it is loaded. A processor that it does not
 * know gets the SSE3 ones, four to eight times slower; a program sets OPENBLAS_CORETYPE and has it choose again.
 */
GCHK_API const char *gchk_blas_better_core(void);

/*
 * Has the BLAS choose its kernels once more, by the environment as it is now; to be called before it computes anything.
 * False where it chooses when it is loaded alone: the program is then to start itself again.
 */
GCHK_API bool gchk_blas_choose_again(void);

/*
 * Whether the threads that the BLAS starts with, given this environment, find their work space and stacks, `wanted`
 * bytes of address space in all, within the limit of this process (ulimit -v): OpenBLAS asks for ever where there is
 * none. True without a limit. May be called before the BLAS has been initialised (from .preinit_array).
 */
GCHK_API bool gchk_blas_has_room(char *const *environment, size_t *wanted);

#ifdef __cplusplus
}
#endif
#endif
