/* Is what is wrong confined to a set of elements, at other base points too? */
#ifndef GCHK_EVIDENCE_CONFINE_H
#define GCHK_EVIDENCE_CONFINE_H

#include "evidence/resample.h"

/* Which elements are meant: by their index, or by what tensors of the instance hold there. */
typedef struct gchk_set {
  void (*enter)(void *context, const gchk_instance *instance); /* before those of another instance; may be NULL */
  bool (*has)(void *context, const gchk_instance *instance, size_t element);
  void *context;
} gchk_set;

/* What some elements inside and outside are like; of those that are right, the ones whose derivative is not 0. */
typedef struct gchk_confinement {
  size_t inside_wrong, inside_right, outside_wrong, outside_right;
  unsigned points; /* other base points that were looked at */
} gchk_confinement;

/*
 * Looks at up to twelve elements at each of up to `points` other base points, until one outside is wrong. At none where
 * the layer's gradients cannot be had again. About twenty forwards an element.
 */
gchk_confinement gchk_confine(gchk_diagnosis *d, const gchk_set *set, unsigned points);

/* Nothing outside is wrong there, and most of what tells inside is: what was seen is no accident of the values. */
bool gchk_stays_confined(gchk_diagnosis *d, const gchk_set *set);

#endif
