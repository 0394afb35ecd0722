/* What a process that runs layers tells their parallel runtimes, where the user has told them nothing. */
#ifndef GCHK_RUN_CHILD_ENVIRONMENT_H
#define GCHK_RUN_CHILD_ENVIRONMENT_H

/*
 * Threads that wait shall sleep: for runtimes that are loaded after this call, which read the environment once. To be
 * called before a layer is loaded. Several children on one machine, each with threads that spin, take each other's
 * time: many small parallel regions then take thirty times as long.
 */
void gchk_let_threads_sleep(void);

/* Threads by BLAS library (child_environment.c); 0: not loaded, or the user's to say. */
typedef struct gchk_blas_threads {
  int of[3];
} gchk_blas_threads;

/*
 * One thread for the BLAS libraries that are loaded: small products spin longer than they compute, and sums are the
 * same whatever the machine. To be called in the process that is going to fork, for its children: a child that sets it
 * starts the library's threads, which then take time beside its layer. Returns what was set before.
 */
gchk_blas_threads gchk_use_one_blas_thread(void);
void gchk_restore_blas_threads(const gchk_blas_threads *before);

/*
 * One thread for OpenMP, and for BLAS libraries that are loaded later, in this child: cases run side by side already,
 * and sums are the same whatever the machine. The thread probe sets more for itself.
 */
void gchk_use_one_thread(void);

#endif
