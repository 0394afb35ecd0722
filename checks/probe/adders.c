/* The loop is as people write it: one addition at a time, into where all add. */
#include "adders.h"

#include <stdbool.h>

static void *add(void *data) {
  const adder *one = data;
  for (size_t i = one->from; i < one->to; i++) {
    if (one->lock != NULL)
      (void)pthread_mutex_lock(one->lock);
    *one->sum += one->b != NULL ? one->a[i] * one->b[i] : one->a[i];
    if (one->lock != NULL)
      (void)pthread_mutex_unlock(one->lock);
  }
  return NULL;
}

void run_adders(const adder two[2], size_t threads) {
  pthread_t started[2];
  bool is_started[2];
  adder own[2] = {two[0], two[1]};
  for (size_t k = 0; k < 2; k++)
    is_started[k] = k + threads >= 2 && pthread_create(&started[k], NULL, add, &own[k]) == 0;
  // The one that is not started last, so that the other has begun.
  for (size_t k = 2; k-- > 0;)
    if (!is_started[k])
      (void)add(&own[k]);
  for (size_t k = 0; k < 2; k++)
    if (is_started[k])
      (void)pthread_join(started[k], NULL);
}
