/* Memory in large pages, which are filled at once where small ones are one by one. */
#ifndef GCHK_CORE_LARGE_PAGES_H
#define GCHK_CORE_LARGE_PAGES_H

/*
 * From now on memory comes from a heap whose next 24 MB are in large pages, where the system has them, up to pieces of
 * 4 MB; no more is resident than is used, but for what is left of a page. For a process whose code is known: who writes
 * far beyond a piece of a heap meets another piece, and not the end of a mapping.
 *
 * Returns what is before the first large page, to be freed when no more is asked for, or NULL: small pages, which were
 * to be filled one by one, and are never touched.
 */
void *gchk_use_large_pages(void);

#endif
