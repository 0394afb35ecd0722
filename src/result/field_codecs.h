/* Fields of a result that no plain kind fits. What each is the codec of stands in its schema and in result_fields.c. */
#ifndef GCHK_RESULT_FIELD_CODECS_H
#define GCHK_RESULT_FIELD_CODECS_H

#include "gradcheck/result.h"
#include "result/fields.h"

enum { GCHK_FORMAT_VERSION = 2 }; /* of what is written; what is read may be of an earlier one */
#define GCHK_FORMAT_NAME "gradcheck-result"

/* Appends what a piece of a finding's evidence is called where each name stands once: its key, or key and place. */
void gchk_put_evidence_name(gchk_text *text, const gchk_finding *finding, size_t i);

/* Does the text stand for a number that is not finite? */
bool gchk_is_name_of_real(const char *text);

extern const gchk_codec gchk_codec_format, gchk_codec_version, gchk_codec_tool; /* of no field */
extern const gchk_codec gchk_codec_shape;                                       /* of a gchk_shape */
extern const gchk_codec gchk_codec_index;       /* of the flat index of an element; outside is its tensor's result */
extern const gchk_codec gchk_codec_evidence;    /* of a finding */
extern const gchk_codec gchk_codec_cells;       /* of a heatmap, whose rows and columns were read */
extern const gchk_codec gchk_codec_value_shown; /* of an edge: says how many are shown */
extern const gchk_codec gchk_codec_grad_shown;  /* of an edge: as many */
extern const gchk_codec gchk_codec_local_shown; /* of a local derivative */

#endif
