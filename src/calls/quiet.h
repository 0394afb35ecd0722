/* Other threads of the process, where they run without a call. */
#ifndef GCHK_CALLS_QUIET_H
#define GCHK_CALLS_QUIET_H

/*
 * Waits until the other threads of the process sleep, or for 0.3 s. The control of what is measured while a layer is
 * called (gchk_probe_has_company): threads of a BLAS or an OpenMP that go on spinning after their work is done take
 * time beside calls that have nothing to do with them. At once where there are none, or where it cannot be told.
 */
void gchk_wait_for_quiet(void);

#endif
