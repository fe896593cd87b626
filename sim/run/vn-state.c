/* SPDX-License-Identifier: Apache-2.0 */
/* The folder of a lab that stays.
 *
 * Whether a lab lives is not guessed from a process id, which may have been given to another process since: the lab's
 * processes share an open file description that holds a lock on `life`, and the kernel gives the lock back when the
 * last of them has ended, however it ended. Others only ask for the lock's state. Making and removing folders is
 * serialised by a lock on the folder of all labs. */
#include "sim/run/vn-state.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/base/vn-error.h"
#include "sim/base/vn-fd.h"
#include "sim/base/vn-text.h"
#include "sim/run/vn-state-base.h"

#define LIFE "life" /* locked; holds the id of the process to join */
#define CHANGES "changes.lock"
#define WAIT_STEP_MSEC 5

void
vn_state_clear (VnState *state)
{
  g_clear_pointer (&state->name, g_free);
  g_clear_pointer (&state->path, g_free);
  vn_fd_clear (&state->life_fd);
  vn_fd_clear (&state->fd);
  vn_fd_clear (&state->base_fd);
}

/* ---- life ---- */

static gboolean
is_locked (int life_fd)
{
  struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
  return life_fd >= 0 && fcntl (life_fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

gboolean
vn_state_is_alive (const VnState *state)
{
  return is_locked (state->life_fd);
}

static gboolean
take_life (VnState *state, GError **error)
{
  struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
  state->life_fd = openat (state->fd, LIFE, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (state->life_fd < 0 || fcntl (state->life_fd, F_OFD_SETLK, &lock) != 0)
    return vn_error_errno (error, VN_ERROR_IO, errno, "cannot lock %s/" LIFE, state->path);
  return TRUE;
}

gboolean
vn_state_set_holder (VnState *state, GError **error)
{
  g_autofree char *text = g_strdup_printf ("%d\n", (int)getpid ());
  gssize size = (gssize)strlen (text);
  return pwrite (state->life_fd, text, (gsize)size, 0) == size
         || vn_error_errno (error, VN_ERROR_IO, errno, "cannot write %s/" LIFE, state->path);
}

/* 0 if none is said yet. */
static pid_t
read_holder (int life_fd)
{
  char text[32];
  gssize size = pread (life_fd, text, sizeof text - 1, 0);
  guint64 pid = 0;
  text[MAX (size, 0)] = '\0';
  g_strchomp (text);
  return vn_parse_uint (text, 2, G_MAXINT, &pid) ? (pid_t)pid : 0;
}

/* The outer process is the first to be waited for, and the last of the others follow it at once. */
gboolean
vn_state_wait_end (const VnState *state, gint64 timeout_usec)
{
  VnUsec until = vn_clock_now () + timeout_usec;
  VN_AUTO_FD process = pidfd_open (state->holder, 0);
  struct pollfd fd = { .fd = process, .events = POLLIN };
  while (is_locked (state->life_fd) && vn_clock_now () < until)
    {
      gboolean has_ended = process < 0 || (fd.revents & POLLIN);
      (void)poll (has_ended ? NULL : &fd, has_ended ? 0 : 1,
                  has_ended ? WAIT_STEP_MSEC : (int)((until - vn_clock_now ()) / 1000) + 1);
    }
  return !is_locked (state->life_fd);
}

/* ---- folders ---- */

static gboolean
open_base (VnState *state, const char *name, GError **error)
{
  g_autofree char *base = NULL;
  *state = VN_STATE_NONE;
  state->name = g_strdup (name);
  state->base_fd = vn_state_base_open (&base, error);
  if (state->base_fd < 0)
    return FALSE;
  state->path = g_build_filename (base, name, NULL);
  return flock (state->base_fd, LOCK_EX) == 0
         || vn_error_errno (error, VN_ERROR_IO, errno, "cannot lock the folder %s", base);
}

/* Opens the folder if there is one. */
static gboolean
look (VnState *state)
{
  state->fd = openat (state->base_fd, state->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  state->life_fd = state->fd < 0 ? -1 : openat (state->fd, LIFE, O_RDONLY | O_CLOEXEC);
  state->holder = state->life_fd < 0 ? 0 : read_holder (state->life_fd);
  return state->fd >= 0;
}

static gboolean
make_folder (VnState *state, GError **error)
{
  if (look (state) && vn_state_is_alive (state))
    return vn_error_set (
        error, VN_ERROR_INPUT,
        "lab \"%s\" is up already; take it down first (vnetlab down %s), or give this one a name of its "
        "own (--name %s-2)",
        state->name, state->name, state->name);
  vn_fd_clear (&state->life_fd);
  vn_fd_clear (&state->fd);
  vn_state_remove_folder (state->base_fd, state->name);
  if (mkdirat (state->base_fd, state->name, 0700) != 0)
    return vn_error_errno (error, VN_ERROR_IO, errno, "cannot make the folder %s", state->path);
  state->fd = openat (state->base_fd, state->name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  state->made = TRUE;
  return take_life (state, error);
}

gboolean
vn_state_make (const char *name, VnState *ret, GError **error)
{
  g_auto (VnState) state = VN_STATE_NONE;
  if (!open_base (&state, name, error) || !make_folder (&state, error))
    return FALSE;
  (void)flock (state.base_fd, LOCK_UN);
  *ret = state;
  state = VN_STATE_NONE;
  return TRUE;
}

static gboolean
not_up (const char *name, GError **error)
{
  g_autoptr (GPtrArray) gone = NULL;
  g_autoptr (GPtrArray) names = vn_state_list (&gone, NULL);
  if (gone && g_ptr_array_find_with_equal_func (gone, name, g_str_equal, NULL))
    return vn_error_set (error, VN_ERROR_INPUT,
                         "lab \"%s\" is not up any more: its processes were ended; nothing of it is left", name);
  if (!names || names->len == 0)
    return vn_error_set (error, VN_ERROR_INPUT, "lab \"%s\" is not up; no lab is (vnetlab up LAB)", name);
  g_ptr_array_add (names, NULL);
  g_autofree char *hint = vn_suggest_hint (name, (const char *const *)names->pdata);
  g_autofree char *list = g_strjoinv (", ", (char **)names->pdata);
  return vn_error_set (error, VN_ERROR_INPUT, "lab \"%s\" is not up (up: %s)%s%s", name, list, hint ? "; " : "",
                       hint ? hint : "");
}

gboolean
vn_state_open (const char *name, VnState *ret, GError **error)
{
  g_auto (VnState) state = VN_STATE_NONE;
  if (!open_base (&state, name, error))
    return FALSE;
  gboolean is_up = !strchr (name, '/') && *name != '.' && look (&state) && vn_state_is_alive (&state);
  (void)flock (state.base_fd, LOCK_UN);
  if (!is_up)
    return not_up (name, error);
  if (state.holder == 0)
    return vn_error_set (error, VN_ERROR_INPUT, "lab \"%s\" is only just being built", name);
  *ret = state;
  state = VN_STATE_NONE;
  return TRUE;
}

void
vn_state_remove (const VnState *state)
{
  vn_state_remove_folder (state->base_fd, state->name);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *
vn_state_list (GPtrArray **ret_gone, GError **error)
{
  g_auto (VnState) all = VN_STATE_NONE;
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) gone = g_ptr_array_new_with_free_func (g_free);
  if (!open_base (&all, ".", error))
    return NULL;
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", all.base_fd);
  g_autoptr (GDir) dir = g_dir_open (path, 0, error);
  const char *name;
  while (dir && (name = g_dir_read_name (dir)))
    {
      g_auto (VnState) state = VN_STATE_NONE;
      state.base_fd = dup (all.base_fd);
      state.name = g_strdup (name);
      if (!look (&state) || state.life_fd < 0) /* no lab's */
        continue;
      gboolean is_alive = vn_state_is_alive (&state);
      g_ptr_array_add (is_alive ? names : gone, g_strdup (name));
      if (!is_alive)
        vn_state_remove (&state);
    }
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_sort (gone, compare_names);
  if (ret_gone)
    *ret_gone = g_steal_pointer (&gone);
  return dir ? g_steal_pointer (&names) : NULL;
}

/* ---- files ---- */

gboolean
vn_state_write (const VnState *state, const char *name, const char *text, gssize size, GError **error)
{
  g_autofree char *partial = g_strconcat (name, ".partial", NULL);
  VN_AUTO_FD fd = openat (state->fd, partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  gsize left = size < 0 ? strlen (text) : (gsize)size;
  while (fd >= 0 && left > 0)
    {
      gssize written = write (fd, text, left);
      if (written < 0)
        break;
      text += written;
      left -= (gsize)written;
    }
  if (fd < 0 || left > 0 || renameat (state->fd, partial, state->fd, name) != 0)
    return vn_error_errno (error, VN_ERROR_IO, errno, "cannot write %s/%s", state->path, name);
  return TRUE;
}

char *
vn_state_read (const VnState *state, const char *name, gsize *ret_size, GError **error)
{
  VN_AUTO_FD fd = openat (state->fd, name, O_RDONLY | O_CLOEXEC);
  struct stat st;
  if (fd < 0 || fstat (fd, &st) != 0)
    {
      vn_error_errno (error, VN_ERROR_IO, errno, "cannot read %s/%s", state->path, name);
      return NULL;
    }
  g_autofree char *text = g_malloc ((gsize)st.st_size + 1);
  gssize size = pread (fd, text, (gsize)st.st_size, 0);
  if (size < 0)
    {
      vn_error_errno (error, VN_ERROR_IO, errno, "cannot read %s/%s", state->path, name);
      return NULL;
    }
  text[size] = '\0';
  if (ret_size)
    *ret_size = (gsize)size;
  return g_steal_pointer (&text);
}

int
vn_state_lock_changes (const VnState *state, GError **error)
{
  VN_AUTO_FD fd = openat (state->fd, CHANGES, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0)
    vn_error_errno (error, VN_ERROR_IO, errno, "cannot open %s/" CHANGES, state->path);
  else if (flock (fd, LOCK_EX | LOCK_NB) != 0)
    vn_error_set (error, VN_ERROR_INPUT, "lab \"%s\" is just being changed by another command", state->name);
  else
    return vn_fd_steal (&fd);
  return -1;
}

int
vn_state_wait_changes (const VnState *state, gint64 timeout_usec, GError **error)
{
  VnUsec until = vn_clock_now () + timeout_usec;
  int fd;
  while ((fd = vn_state_lock_changes (state, NULL)) < 0 && vn_clock_now () < until)
    (void)poll (NULL, 0, WAIT_STEP_MSEC);
  return fd >= 0 ? fd : vn_state_lock_changes (state, error);
}

/* ---- marks: locked files named "KIND-PID" ---- */

int
vn_state_mark (const VnState *state, const char *kind, const char *text, GError **error)
{
  struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
  g_autofree char *name = g_strdup_printf ("%s-%d", kind, (int)getpid ());
  gssize size = (gssize)strlen (text);
  VN_AUTO_FD fd = openat (state->fd, name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd >= 0 && fcntl (fd, F_OFD_SETLK, &lock) == 0 && write (fd, text, (gsize)size) == size)
    return vn_fd_steal (&fd);
  vn_error_errno (error, VN_ERROR_IO, errno, "cannot write %s/%s", state->path, name);
  return -1;
}

/* Takes a mark that its process has left away. Returns: "PID<tab>text", or NULL. */
static char *
read_mark (const VnState *state, const char *name, const char *pid)
{
  VN_AUTO_FD fd = openat (state->fd, name, O_RDONLY | O_CLOEXEC);
  if (!is_locked (fd))
    {
      (void)unlinkat (state->fd, name, 0);
      return NULL;
    }
  g_autofree char *text = vn_state_read (state, name, NULL, NULL);
  return text ? g_strdup_printf ("%s\t%s", pid, text) : NULL;
}

GPtrArray *
vn_state_marks (const VnState *state, const char *kind)
{
  GPtrArray *marks = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", state->fd);
  g_autofree char *prefix = g_strconcat (kind, "-", NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;
  while (dir && (name = g_dir_read_name (dir)))
    {
      char *mark = g_str_has_prefix (name, prefix) ? read_mark (state, name, name + strlen (prefix)) : NULL;
      if (mark)
        g_ptr_array_add (marks, mark);
    }
  return marks;
}
