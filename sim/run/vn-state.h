/* SPDX-License-Identifier: Apache-2.0 */
/* The folder of a lab that stays: who holds it, what it was built from, what has changed since. */
#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

typedef struct
{
  char *name;
  char *path;    /* as people see it; inside the sandbox another /run may hide it */
  int base_fd;   /* the folder of all labs */
  int fd;        /* this lab's folder */
  int life_fd;   /* made: locked as long as the lab's processes live. Opened: asks whether it is */
  pid_t holder;  /* opened: outer process of the sandbox */
  gboolean made; /* by vn_state_make() */
} VnState;

#define VN_STATE_NONE ((VnState){ .base_fd = -1, .fd = -1, .life_fd = -1 })

void vn_state_clear (VnState *state);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VnState, vn_state_clear)

/* Makes the folder of @name, in place of one whose lab has ended. VN_ERROR_INPUT if the lab is up already. The lab is
 * alive from now on until every process that has inherited life_fd has ended. */
gboolean vn_state_make (const char *name, VnState *ret, GError **error);
/* Says which process to join: to be called in the holder, before it enters the sandbox. */
gboolean vn_state_set_holder (VnState *state, GError **error);
/* VN_ERROR_INPUT with a suggestion if @name is not up. */
gboolean vn_state_open (const char *name, VnState *ret, GError **error);
/* Waits until all processes of an opened lab have ended, by the kernel's word. Returns: FALSE after @timeout. */
gboolean vn_state_wait_end (const VnState *state, gint64 timeout_usec);
gboolean vn_state_is_alive (const VnState *state);
/* Removes the folder with all in it. Needs no path, so it works inside the sandbox, too. */
void vn_state_remove (const VnState *state);

/* Names of the labs that are up, sorted. @ret_gone: names of those whose processes have ended without `down`; their
 * folders are removed. Both transfer full. */
GPtrArray *vn_state_list (GPtrArray **ret_gone, GError **error);

/* A file of the lab. Written whole or not at all. */
gboolean vn_state_write (const VnState *state, const char *name, const char *text, gssize size, GError **error);
/* NULL with @error if there is none. Transfer full. */
char *vn_state_read (const VnState *state, const char *name, gsize *ret_size, GError **error);
/* One who changes the lab at a time: held until the returned fd is closed. -1 and VN_ERROR_INPUT if another does. */
int vn_state_lock_changes (const VnState *state, GError **error);
/* Likewise, once the one who does has finished, or after @timeout. */
int vn_state_wait_changes (const VnState *state, gint64 timeout_usec, GError **error);

/* Says that a process does something in the lab (@kind, "capture"), for as long as the returned fd is open. -1 on
 * error. */
int vn_state_mark (const VnState *state, const char *kind, const char *text, GError **error);
/* What is being done now: array of char *, "PID<tab>text". Transfer full. */
GPtrArray *vn_state_marks (const VnState *state, const char *kind);

G_END_DECLS
