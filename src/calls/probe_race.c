/*
 * Races on purpose. Two threads that do `sum += term` on one buffer lose additions where one is between reading and
 * writing while the other writes. That is a matter of nanoseconds: threads that are started one after the other, or
 * that share a core, hardly ever meet there by themselves.
 *
 * So the buffer lies in pages that can be read and not written. Each write is interrupted, the pages are opened, the
 * one instruction is done, and they are closed again: the time between reading and writing becomes a thousand times as
 * long, and takes up nearly all of a thread's time. A thread that comes to write after another is also held, until
 * others have written, or for some milliseconds: threads that were over before the others began now overlap, on one
 * core too. Locks and atomic additions do the same as ever, and so do threads that write to places of their own: right
 * layers only take longer.
 *
 * Sums in memory of the layer's own are not seen here; the calls without pages find those that show by themselves, or
 * with threads that take turns (thread_shaker.h).
 * Where instructions cannot be stepped through (other processors, debuggers) there are these alone.
 */
#if defined __linux__ && defined __x86_64__
#define STEPS 1
#else
#define STEPS 0
#endif
#include "calls/probe_race.h"

#include <string.h>
#include <time.h>

#include "calls/thread_shaker.h"
#include "core/memory.h"
#include "instance/roles.h"

enum { CALLS = 16 };

#if STEPS
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

// Of one call: some 50 us each, and 40 ms.
enum {
  MOST_BUFFERS = 128, // some 5 s
  MOST_WRITES = 300,
  MOST_HOLDS = 3,
  WRITES_OF_OTHERS = 3,
  MOST_POLLS = 400,
  EARLY = 1,
  LESS_EARLY = 40,
  POLL_NS = 100000
};
static const greg_t trap_flag = 0x100;

/*
 * What the handlers need to know. A signal handler has no other way to it than a variable of the file. Set while the
 * pages are open.
 */
static struct closed_pages {
  unsigned char *from;
  size_t bytes;
  atomic_int writes, holds, last_thread, last_count;
  atomic_flag is_holding;
  struct sigaction before_fault, before_step;
} closed;

// A folder has a link for each folder in it, and two more.
static int count_threads(void) {
  struct stat tasks;
  return stat("/proc/self/task", &tasks) == 0 ? (int)tasks.st_nlink : 0;
}

/*
 * Is it the first write after those of another thread, or after a thread began? Or an early one while threads are there
 * that may still have to wake up? It waits for writes of others; one thread at a time.
 */
static void hold(void) {
  const int thread = (int)syscall(SYS_gettid), last = atomic_exchange(&closed.last_thread, thread);
  const int count = count_threads(), last_count = atomic_exchange(&closed.last_count, count);
  const int writes = atomic_load(&closed.writes);
  const bool is_early = count > 1 && (writes == EARLY || writes == LESS_EARLY);
  const struct timespec poll = {0, POLL_NS};
  if (last == 0 || (last == thread && count <= last_count && !is_early) || atomic_load(&closed.holds) >= MOST_HOLDS ||
      atomic_flag_test_and_set(&closed.is_holding))
    return;
  (void)atomic_fetch_add(&closed.holds, 1);
  for (int n = 0; n < MOST_POLLS && atomic_load(&closed.writes) < writes + WRITES_OF_OTHERS; n++)
    (void)nanosleep(&poll, NULL);
  atomic_flag_clear(&closed.is_holding);
}

static void on_write(int number, siginfo_t *info, void *context) {
  const int kept = errno;
  const unsigned char *at = info->si_addr;
  if (at < closed.from || at >= closed.from + closed.bytes) {
    // Not ours: it happens again, to whoever is to see it.
    (void)sigaction(number, &closed.before_fault, NULL);
    return;
  }
  hold();
  (void)mprotect(closed.from, closed.bytes, PROT_READ | PROT_WRITE);
  if (atomic_fetch_add(&closed.writes, 1) < MOST_WRITES)
    ((ucontext_t *)context)->uc_mcontext.gregs[REG_EFL] |= trap_flag;
  errno = kept;
}

static void on_step(int number, siginfo_t *info, void *context) {
  (void)number, (void)info;
  const int kept = errno;
  ((ucontext_t *)context)->uc_mcontext.gregs[REG_EFL] &= ~trap_flag;
  (void)mprotect(closed.from, closed.bytes, PROT_READ);
  errno = kept;
}

// Whole pages that hold a buffer, with one more on either side that stays open: what is written there is harmless.
typedef struct pages {
  unsigned char *all, *data;
  size_t length, data_length; /* of whole pages: mprotect knows no others */
} pages;

static bool pages_make(pages *p, const gchk_buffer *buffer) {
  const size_t page = (size_t)sysconf(_SC_PAGESIZE);
  p->data_length = (buffer->bytes + page - 1) / page * page;
  p->length = p->data_length + 2 * page;
  void *all = mmap(NULL, p->length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (all == MAP_FAILED)
    return false;
  p->all = all;
  p->data = p->all + page;
  memcpy(p->data, buffer->data, buffer->bytes);
  return true;
}

typedef gchk_status (*call_fn)(gchk_instance *instance, gchk_error *error);

// A call of the layer with the pages closed.
static gchk_status call_closed(gchk_instance *instance, call_fn call, const pages *p, gchk_error *error) {
  struct sigaction fault = {.sa_flags = SA_SIGINFO}, step = fault;
  fault.sa_sigaction = on_write;
  step.sa_sigaction = on_step;
  (void)sigemptyset(&fault.sa_mask);
  (void)sigemptyset(&step.sa_mask);
  closed.from = p->data;
  closed.bytes = p->data_length;
  atomic_store(&closed.writes, 0);
  atomic_store(&closed.holds, 0);
  atomic_store(&closed.last_thread, 0);
  (void)sigaction(SIGTRAP, &step, &closed.before_step);
  (void)sigaction(SIGSEGV, &fault, &closed.before_fault);
  (void)mprotect(p->data, p->data_length, PROT_READ);
  const gchk_status status = call(instance, error);
  (void)mprotect(p->data, p->data_length, PROT_READ | PROT_WRITE);
  (void)sigaction(SIGSEGV, &closed.before_fault, NULL);
  (void)sigaction(SIGTRAP, &closed.before_step, NULL);
  return status;
}

// A blocked signal of a fault ends the process, and a debugger takes the steps for its own.
static bool can_step(void) {
  sigset_t blocked;
  (void)sigemptyset(&blocked);
  (void)pthread_sigmask(SIG_BLOCK, NULL, &blocked);
  if (sigismember(&blocked, SIGSEGV) == 1 || sigismember(&blocked, SIGTRAP) == 1)
    return false;
  FILE *status = fopen("/proc/self/status", "r");
  char line[256];
  long tracer = 0;
  while (status != NULL && fgets(line, sizeof line, status) != NULL)
    if (strncmp(line, "TracerPid:", 10) == 0)
      tracer = strtol(line + 10, NULL, 10);
  if (status != NULL)
    (void)fclose(status);
  return tracer == 0;
}

static gchk_status call_both(gchk_probe *probe, bool is_gradient, const pages *p, gchk_error *error) {
  gchk_instance *instance = probe->instance;
  GCHK_TRY(is_gradient ? gchk_instance_forward(instance, error)
                       : call_closed(instance, gchk_instance_forward, p, error));
  GCHK_TRY(gchk_instance_outputs(instance, probe->y, error));
  gchk_instance_start_backward(instance, probe->upstream);
  GCHK_TRY(call_closed(instance, gchk_instance_backward, p, error));
  gchk_gradients_read(instance, &probe->other);
  return GCHK_OK;
}

// Forward and backward with one buffer of tensor i in pages; *is_done: they could be called so.
static gchk_status call_in_pages(gchk_probe *probe, size_t i, bool is_gradient, bool *is_done, gchk_error *error) {
  gchk_instance *instance = probe->instance;
  const gchk_buffer *buffer = is_gradient ? &instance->grads[i] : &instance->values[i];
  void **place = is_gradient ? &instance->t[i].grad : &instance->t[i].value;
  pages p;
  *is_done = false;
  gchk_probe_restore(probe);
  if (!pages_make(&p, buffer))
    return GCHK_OK;
  *place = p.data;
  gchk_status status = gchk_instance_bind(instance, error);
  // What fails only so (a system call that writes into the pages) is no mistake of the layer's.
  if (status == GCHK_OK)
    *is_done = call_both(probe, is_gradient, &p, NULL) == GCHK_OK;
  *place = buffer->data;
  const gchk_status bound = gchk_instance_bind(instance, error);
  (void)munmap(p.all, p.length);
  gchk_probe_restore(probe);
  return status == GCHK_OK ? bound : status;
}

static bool is_written(const gchk_probe *probe, size_t i, bool is_gradient) {
  const gchk_tensor *t = &probe->instance->t[i];
  if (is_gradient)
    return t->grad != NULL && t->role != GCHK_OUTPUT && t->count > 0;
  return gchk_role_is_made(t->role) && t->count > 0;
}

// The buffers that are written, as 2 i and 2 i + 1 for value and gradient of tensor i: gradients first, for sums are
// rather there, but at random among the gradients and the values where not all of them are tried.
static size_t list_buffers(gchk_probe *probe, size_t *buffers, size_t *order, size_t *count) {
  const size_t tensors = probe->instance->tensor_count;
  size_t tried = 0;
  *count = 0;
  for (int is_value = 0; is_value < 2; is_value++) {
    const size_t first = *count;
    for (size_t i = 0; i < tensors; i++)
      if (is_written(probe, i, is_value == 0))
        buffers[(*count)++] = 2 * i + (is_value == 0);
    const size_t chosen = gchk_probe_choose(probe, order + tried, *count - first, MOST_BUFFERS - tried);
    for (size_t n = 0; n < chosen; n++)
      order[tried + n] = buffers[first + order[tried + n]];
    tried += chosen;
  }
  return tried;
}

static gchk_status close_buffers(gchk_probe *probe, gchk_variation *worst, gchk_error *error) {
  size_t count;
  size_t *buffers = gchk_arena_alloc(probe->arena, 4 * probe->instance->tensor_count, sizeof *buffers);
  if (buffers == NULL)
    return gchk_fail_memory(error, "the probes");
  size_t *order = buffers + 2 * probe->instance->tensor_count;
  const size_t tried = can_step() ? list_buffers(probe, buffers, order, &count) : 0;
  for (size_t n = 0; n < tried && !worst->is_there; n++) {
    bool is_done;
    GCHK_TRY(call_in_pages(probe, order[n] / 2, order[n] % 2 == 1, &is_done, error));
    if (is_done)
      GCHK_TRY(gchk_probe_count_call(probe, worst, error));
  }
  if (tried > 0 && tried < count && !worst->is_there)
    gchk_probe_note_part(probe, "races were provoked in %zu of the %zu buffers that the layer writes", tried, count);
  return GCHK_OK;
}
#else
static gchk_status close_buffers(gchk_probe *probe, gchk_variation *worst, gchk_error *error) {
  (void)probe, (void)worst, (void)error;
  return GCHK_OK;
}
#endif

static gchk_status call_often(gchk_probe *probe, gchk_variation *worst, gchk_error *error) {
  for (int n = 0; n < CALLS && !worst->is_there; n++) {
    gchk_probe_restore(probe);
    GCHK_TRY(gchk_probe_call(probe, "calls of a layer with threads", &probe->other, error));
    GCHK_TRY(gchk_probe_count_call(probe, worst, error));
  }
  return GCHK_OK;
}

gchk_status gchk_probe_provoke_race(gchk_probe *probe, gchk_variation *worst, gchk_error *error) {
  *worst = (gchk_variation){.is_there = false};
  GCHK_TRY(close_buffers(probe, worst, error));
  const clock_t before = clock();
  gchk_probe_restore(probe);
  GCHK_TRY(gchk_probe_call(probe, "a call of a layer with threads", &probe->other, error));
  GCHK_TRY(gchk_probe_count_call(probe, worst, error));
  const double took = (double)(clock() - before) / CLOCKS_PER_SEC;
  gchk_shaker shaker = {.is_on = false};
  if (probe->work->options != NULL && probe->work->options->isolate)
    gchk_shaker_start(&shaker, took);
  const gchk_status status = call_often(probe, worst, error);
  gchk_shaker_stop(&shaker);
  return status;
}
