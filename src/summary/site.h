/* Where something is wrong: a tensor, or a case as a whole, with one of its findings. */
#ifndef GCHK_SUMMARY_SITE_H
#define GCHK_SUMMARY_SITE_H

#include "gradcheck/result.h"

typedef struct gchk_site {
  const gchk_case_result *owner;
  const gchk_tensor_result *tensor; /* NULL: the case as a whole */
  const gchk_finding *finding;      /* NULL: nothing names it */
  gchk_cause_member member;
  size_t order;      /* of the run */
  size_t cause;      /* the one that it belongs to, by index */
  bool is_explained; /* nothing names it, and a broken contract of its case is what it belongs to */
} gchk_site;

typedef struct gchk_site_list {
  gchk_site *sites;
  size_t count;
} gchk_site_list;

/* All of a result's, in the order of the run, in its arena. None where memory is out, which the arena notes. */
gchk_site_list gchk_find_sites(const gchk_result *result);

/* Below, at or above 0 as with strcmp. By plug-in or suite, and layer. */
int gchk_compare_layers(const gchk_site *a, const gchk_site *b);

/* By layer, code and telling evidence: those of one mistake are neighbours in this order. */
int gchk_compare_site_keys(const gchk_site *a, const gchk_site *b);

int gchk_compare_sizes(size_t a, size_t b);

/* How much of what is wrong there the finding explains: 0 to 1. */
double gchk_site_explained(const gchk_site *site);

#endif
