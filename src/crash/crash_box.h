/*
 * What a child process leaves behind for its parent: memory that both share, so that nothing has to be sent by a
 * process whose heap may be in ruins.
 *
 * The child writes what is under way as it goes (under_way.h), and its signal handler what it finds out at the end, in
 * the order of how sure it is to get there: signal and address, the return addresses on the stack, then their names.
 */
#ifndef GCHK_CRASH_CRASH_BOX_H
#define GCHK_CRASH_CRASH_BOX_H

#include <sys/types.h>

#include "crash/sanitizer_runtime.h"
#include "instance/under_way.h"

enum { GCHK_BOX_FRAMES = 40, GCHK_BOX_TEXT = 240, GCHK_BOX_NAME = 4096, GCHK_BOX_NULLS = 8, GCHK_BOX_REGISTERS = 32 };

typedef enum gchk_access { GCHK_ACCESS_UNKNOWN = 0, GCHK_ACCESS_READ, GCHK_ACCESS_WRITE } gchk_access;

/* One line of the stack; a function that was inlined has one of its own. */
typedef struct gchk_box_frame {
  uintptr_t pc;
  uintptr_t offset;             /* of `pc` in the module */
  int line;                     /* 0: not known */
  char function[GCHK_BOX_NAME]; /* of C++ as the linker has it: no part of that can be read */
  char file[GCHK_BOX_TEXT], module[GCHK_BOX_TEXT];
} gchk_box_frame;

typedef struct gchk_crash_box {
  volatile int signal;            /* 0: none was caught */
  volatile bool has_memory_error; /* AddressSanitizer has reported one */
  volatile bool is_done;          /* where there is no result to send: it came to its end */
  bool could_not_send;            /* it came to its end, but its result did not get through */
  volatile bool has_exited;       /* exit() was called while the layer ran */
  volatile size_t idle;           /* the parent's word: how many processes may help this one just now */
  pid_t owner;                    /* what the layer forks writes nothing here */
  int code;                       /* siginfo's si_code */
  pid_t sender;                   /* where another process or the child itself sent the signal; 0: it did not */
  bool has_address;
  uintptr_t address, pc, stack_pointer;
  gchk_access access;
  size_t register_count;
  uintptr_t registers[GCHK_BOX_REGISTERS]; /* the general ones: the array that was indexed is often in one of them */
  size_t null_count; /* tensors whose gradient or value is NULL in the call under way, though they have one */
  struct {
    bool is_gradient;
    char tensor[GCHK_NOTED_NAME];
  } nulls[GCHK_BOX_NULLS];
  volatile size_t pc_count;
  uintptr_t pcs[GCHK_BOX_FRAMES];
  volatile size_t frame_count; /* with names; they are those of `pcs`, in order */
  gchk_box_frame frames[GCHK_BOX_FRAMES];
  /* Once the layer's code is in the process: what holds for it then. */
  volatile bool is_loaded;
  size_t base_kib; /* memory in use */
  gchk_sanitizers sanitizers;
  char layer_module[GCHK_BOX_TEXT]; /* the program or shared object that has the layer's forward */
  gchk_under_way under_way;
} gchk_crash_box;

gchk_crash_box *gchk_crash_box_new(void); /* zeroed; NULL when out of memory */
void gchk_crash_box_free(gchk_crash_box *box);

/* For the next case of a process: nothing is under way, and no buffer alive. */
void gchk_crash_box_renew(gchk_crash_box *box);

/* The sanitizers that the process had once the layer's code was there. */
gchk_sanitizers gchk_box_sanitizers(const gchk_crash_box *box);

/*
 * A copy, in memory of its own that the caller frees, in which counts are within their arrays and texts have an end: a
 * layer that writes anywhere may have written into the box. NULL when out of memory.
 */
gchk_crash_box *gchk_crash_box_copy(const gchk_crash_box *box) GCHK_MUST_USE;

#endif
