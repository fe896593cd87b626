/* SPDX-License-Identifier: Apache-2.0 */
/* What was changed of a lab that stays: a file for each change, and one for that which is under way. */
#include "sim/run/vn-state-changes.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "sim/base/vn-error.h"

#define PENDING "pending"

static char *
change_name (guint index)
{
  return g_strdup_printf ("change-%u", index);
}

GPtrArray *
vn_state_changes (const VnState *state)
{
  GPtrArray *changes = g_ptr_array_new_with_free_func (g_free);
  for (;;)
    {
      g_autofree char *name = change_name (changes->len);
      char *text = vn_state_read (state, name, NULL, NULL);
      if (!text)
        return changes;
      g_ptr_array_add (changes, text);
    }
}

gboolean
vn_state_begin_change (const VnState *state, const char *text, GError **error)
{
  return vn_state_write (state, PENDING, text, -1, error);
}

gboolean
vn_state_finish_change (const VnState *state, guint index, GError **error)
{
  g_autofree char *name = change_name (index);
  return renameat (state->fd, PENDING, state->fd, name) == 0
         || vn_error_errno (error, VN_ERROR_IO, errno, "cannot write %s/%s", state->path, name);
}

void
vn_state_drop_change (const VnState *state)
{
  (void)unlinkat (state->fd, PENDING, 0);
}

char *
vn_state_pending_change (const VnState *state)
{
  return vn_state_read (state, PENDING, NULL, NULL);
}
