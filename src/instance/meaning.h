/*
 * What a table says of the meaning of its tensors: surrogates of forward, symmetric matrices, gradients that are zero
 * by construction, labels that do not count.
 */
#ifndef GCHK_INSTANCE_MEANING_H
#define GCHK_INSTANCE_MEANING_H

#include "gradcheck/random.h"
#include "instance/instance.h"

/* GCHK_OK where what tensor i declares of its meaning makes sense; else what does not. */
gchk_status gchk_validate_meaning(const gchk_layer *layer, size_t i, gchk_error *error) GCHK_MUST_USE;

/* What is differenced when tensor i is moved, in place of forward; NULL: forward is. */
gchk_callback gchk_surrogate_of(const gchk_layer *layer, size_t i);

/* Does any tensor have one? */
bool gchk_has_surrogate(const gchk_layer *layer);

/*
 * The function that is differenced when tensor i is moved: its surrogate, or forward. Either after reset and set_seed.
 * A surrogate finds the caches that the forward before it wrote.
 */
gchk_status gchk_instance_evaluate(gchk_instance *instance, size_t i, gchk_error *error) GCHK_MUST_USE;

/* The element that is moved together with `element` of tensor i: (c,r) for (r,c) of a symmetric one, else itself. */
size_t gchk_symmetric_partner(const gchk_instance *instance, size_t i, size_t element);

bool gchk_ends_in_a_square(const char *shape); /* its last two words are one and the same, and no list */

/* Makes tensor i symmetric, where it is declared so: the lower triangle counts. */
void gchk_make_symmetric(gchk_instance *instance, size_t i);

/* GCHK_INVALID where tensor i is declared symmetric and its values are not. */
gchk_status gchk_check_symmetric(const gchk_instance *instance, size_t i, gchk_error *error) GCHK_MUST_USE;

/* Adds up what a symmetric tensor's gradient says of each pair: g_ij + g_ji in both places. */
void gchk_fold_symmetric(const gchk_instance *instance, size_t i, double *gradient);

/*
 * Reads an ignored label, `text`: a whole number, or the name of an option of the layer. GCHK_INVALID for anything
 * else. `options` may be NULL: it is then only seen whether it makes sense.
 */
gchk_status gchk_ignored_label(const gchk_layer *layer, const char *text, const double *options, double *label,
                               gchk_error *error) GCHK_MUST_USE;

/* Puts `label` into about a third of the elements: into one at least, and not into all where there are two. */
void gchk_plant_some(const gchk_tensor *t, double label, gchk_random *random);

#endif
