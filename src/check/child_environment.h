/* What a process that runs layers tells their parallel runtimes, where the user has told them nothing. */
#ifndef GCHK_CHECK_CHILD_ENVIRONMENT_H
#define GCHK_CHECK_CHILD_ENVIRONMENT_H

/*
 * Threads that wait shall sleep: for runtimes that are loaded after this call, which read the environment once. To be
 * called before a layer is loaded. Several children on one machine, each with threads that spin, take each other's
 * time: many small parallel regions then take thirty times as long.
 */
void gchk_let_threads_sleep(void);

/*
 * One thread for OpenMP and for BLAS libraries, loaded or not, in this process: cases run side by side already, and
 * sums are the same whatever the machine. The thread probe sets more for itself.
 */
void gchk_use_one_thread(void);

#endif
