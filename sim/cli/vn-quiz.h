/* SPDX-License-Identifier: Apache-2.0 */
/* Predict first: asks a student what will be answered before the report shows it, and scores. */
#pragma once

#include "analysis/judge/vn-run.h"

#include <stdio.h>

G_BEGIN_DECLS

/* Answers that were given beforehand, one a line: "yes" or "no" for the next question, or "FROM TO WHAT yes" for a
 * certain one, WHAT being ping, tcp, udp, name or forward. Empty lines and those that begin with # count for nothing.
 */
typedef struct _VnAnswers VnAnswers;
/* @name: of the file, for messages. All lines that are neither are in the error (VN_ERROR_INPUT). */
VnAnswers *vn_answers_parse (const char *text, const char *name, GError **error);
void vn_answers_free (VnAnswers *answers);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VnAnswers, vn_answers_free)

/* Asks on @out and reads from @in (a person), or takes @answers if that is not NULL; shows after each question what
 * happened and why, and in the end the score. A question that nobody answers counts as wrong. */
void vn_quiz (const VnRun *run, const VnAnswers *answers, FILE *in, FILE *out);

G_END_DECLS
