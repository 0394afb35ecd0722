/*
 * Are the layers of the corpus right? Their double backward against differences of their forward in long double: nothing of
 * the checker takes part but its table of shapes.
 */
#ifndef CHECKS_CORPUS_ORACLE_H
#define CHECKS_CORPUS_ORACLE_H

#include "corpus/corpus.h"

typedef struct oracle_count {
  size_t elements;
  size_t kinked; /* the function has no derivative there: not compared */
  size_t wrong;
  double worst; /* largest difference over the largest derivative of its tensor */
} oracle_count;

/* Is long double longer than double, so that there is an oracle? */
bool oracle_is_there(void);

/* Compares every element of every input and parameter of the sample, or the last `limit` of each tensor. Aborts without memory. */
oracle_count oracle_compare(const corpus_sample *sample, size_t limit);

#endif
