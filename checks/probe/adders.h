/* Two parts of a sum, added up by threads. */
#ifndef CHECKS_PROBE_ADDERS_H
#define CHECKS_PROBE_ADDERS_H

#include <pthread.h>
#include <stddef.h>

typedef struct adder {
  const double *a, *b; /* the sum of their products; of a alone where b is NULL */
  size_t from, to;
  /* What unguarded threads do with it is undefined; that it is volatile keeps it as it is written. */
  volatile double *sum;
  pthread_mutex_t *lock; /* NULL: unguarded */
} adder;

/* Runs both, the last `threads` of them by threads of their own, and waits for these. */
void run_adders(const adder two[2], size_t threads);

#endif
