/* Those of its instances, and those that are counted apart. */
#include "measure/work_calls.h"

uint64_t gchk_work_calls(const gchk_case_work *work) {
  uint64_t calls = work->other_calls;
  if (work->instance != NULL)
    calls += work->instance->forward_calls;
  if (work->single != NULL)
    calls += work->single->forward_calls;
  return calls;
}
