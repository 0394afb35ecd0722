/*
 * Signal handlers that write down how a child process ends.
 *
 * They run on a stack of their own, for the usual one may be used up, and take nothing from the heap. Whatever goes
 * wrong in them ends the process as the signal would have: what was written until then is in the box.
 */
#include "crash/crash_watch.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <ucontext.h>
#include <unistd.h>

#include "crash/loaded_code.h"
#include "crash/stack_trace.h"

enum { STACK_BYTES = 1 << 20 };

static gchk_crash_box *box; // of this process; a handler is handed nothing
static volatile sig_atomic_t is_writing;
static bool is_deaf_to_quit; // as shells have it in the background: all but the parent's question is ignored as before

static const int watched[] = {SIGSEGV, SIGBUS, SIGFPE,  SIGILL,  SIGABRT,
                              SIGTRAP, SIGSYS, SIGXCPU, SIGXFSZ, GCHK_SIGNAL_WHERE};

static void read_registers(const ucontext_t *context) {
#if defined(__linux__) && defined(__x86_64__)
  for (int i = REG_R8; i <= REG_RCX; i++)
    box->registers[box->register_count++] = (uintptr_t)context->uc_mcontext.gregs[i];
  box->pc = (uintptr_t)context->uc_mcontext.gregs[REG_RIP];
  box->stack_pointer = (uintptr_t)context->uc_mcontext.gregs[REG_RSP];
  const greg_t page_fault = 14, is_write = 2; // of the processor's trap number and error code
  if (box->signal == SIGSEGV && context->uc_mcontext.gregs[REG_TRAPNO] == page_fault)
    box->access = (context->uc_mcontext.gregs[REG_ERR] & is_write) != 0 ? GCHK_ACCESS_WRITE : GCHK_ACCESS_READ;
#elif defined(__linux__) && defined(__aarch64__)
  for (int i = 0; i < 31; i++)
    box->registers[box->register_count++] = (uintptr_t)context->uc_mcontext.regs[i];
  box->pc = (uintptr_t)context->uc_mcontext.pc;
  box->stack_pointer = (uintptr_t)context->uc_mcontext.sp;
#else
  (void)context;
#endif
}

static void note_signal(int number, const siginfo_t *info, const ucontext_t *context) {
  box->signal = number;
  box->code = info->si_code;
  const bool was_sent = info->si_code <= 0; // SI_USER, SI_TKILL, SI_QUEUE
  if (was_sent)
    box->sender = info->si_pid;
  // A processor that faults without an address says so by the code SI_KERNEL.
  bool has_address = !was_sent && (number == SIGSEGV || number == SIGBUS || number == SIGFPE || number == SIGILL);
#ifdef SI_KERNEL
  has_address = has_address && info->si_code != SI_KERNEL;
#endif
  box->has_address = has_address;
  if (has_address)
    box->address = (uintptr_t)info->si_addr;
  read_registers(context);
}

static bool has_buffer(const gchk_under_way *under_way, const char *tensor, bool is_gradient) {
  for (size_t i = 0; i < under_way->buffer_count; i++)
    if (under_way->buffers[i].is_gradient == is_gradient &&
        strncmp(under_way->buffers[i].tensor, tensor, GCHK_NOTED_NAME - 1) == 0)
      return true;
  return false;
}

static void note_null(const gchk_tensor *t, bool is_gradient) {
  if (box->null_count >= GCHK_BOX_NULLS || !has_buffer(&box->under_way, t->name, is_gradient))
    return;
  box->nulls[box->null_count].is_gradient = is_gradient;
  (void)strncpy(box->nulls[box->null_count].tensor, t->name, GCHK_NOTED_NAME - 1);
  box->null_count++;
}

// The tensors that have a buffer, but that the layer was given none of in this call.
static void note_nulls(void) {
  const gchk_call *call = box->under_way.call;
  for (size_t i = 0; call != NULL && i < call->tensor_count; i++) {
    if (call->t[i].grad == NULL)
      note_null(&call->t[i], true);
    if (call->t[i].value == NULL)
      note_null(&call->t[i], false);
  }
}

// The limit on memory is there to stop the layer, not what says that it did.
static void lift_memory_limit(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_DATA, &limit) != 0)
    return;
  limit.rlim_cur = limit.rlim_max;
  (void)setrlimit(RLIMIT_DATA, &limit);
}

static void end_as_usual(int number) {
  (void)signal(number, SIG_DFL);
  (void)raise(number); // blocked until the handler returns
}

static void write_down(int number, siginfo_t *info, void *context) {
  if (number == GCHK_SIGNAL_WHERE && is_deaf_to_quit && info->si_pid != getppid())
    return;
  if (is_writing || getpid() != box->owner) {
    end_as_usual(number);
    return;
  }
  is_writing = 1;
  note_signal(number, info, context);
  lift_memory_limit();
  gchk_stack_trace(box, 0);
  gchk_note_modules(box);
  if (number == SIGSEGV)
    note_nulls();
  end_as_usual(number);
}

static void note_exit(void) {
  if (box == NULL || box->under_way.callback[0] == '\0' || is_writing || getpid() != box->owner)
    return;
  is_writing = 1;
  box->has_exited = true;
  gchk_stack_trace(box, 1);
  gchk_note_modules(box);
  is_writing = 0;
}

static void use_own_stack(void) {
  void *memory = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  stack_t own = {.ss_sp = memory, .ss_size = STACK_BYTES};
  if (memory != MAP_FAILED)
    (void)sigaltstack(&own, NULL);
}

void gchk_crash_watch(gchk_crash_box *where) {
  box = where;
  box->owner = getpid();
  gchk_under_way_keep(&where->under_way);
  use_own_stack();
  (void)atexit(note_exit);
#if defined(__GLIBC__)
  (void)at_quick_exit(note_exit);
#endif
  struct sigaction ours = {.sa_flags = SA_SIGINFO | SA_ONSTACK}, theirs;
  ours.sa_sigaction = write_down;
  (void)sigemptyset(&ours.sa_mask);
  for (size_t i = 0; i < sizeof watched / sizeof watched[0]; i++) {
    if (sigaction(watched[i], NULL, &theirs) != 0 || (theirs.sa_flags & SA_SIGINFO) != 0)
      continue;
    const bool is_deaf = watched[i] == GCHK_SIGNAL_WHERE && theirs.sa_handler == SIG_IGN;
    is_deaf_to_quit = is_deaf_to_quit || is_deaf;
    if (is_deaf || theirs.sa_handler == SIG_DFL)
      (void)sigaction(watched[i], &ours, NULL);
  }
}
