/* SPDX-License-Identifier: Apache-2.0 */
/* Ini files: whatever is read, every option ends with a value of its type, and every place lies in the file. */
#include "tests/fuzz/vn-fuzz.h"

#include "sim/load/vn-load.h"
#include "sim/model/vn-driver.h"

static void
check_values (const VnConfig *config)
{
  g_autoptr (VnConfig) again = vn_config_new ();

  for (guint i = 0; i < VN_N_OPTIONS; i++)
    {
      const VnOptionValue *value = &config->values[i];

      g_assert_false (value->is_raw);
      g_assert_true (!value->has_value || value->text != NULL);
      if (value->has_value)
        g_assert_true (vn_config_set (again, (VnOptionId)i, value->text, VN_ORIGIN_NONE, NULL));
    }
}

static void
check_places (const VnDiagList *diags, guint n_lines)
{
  for (guint i = 0; i < vn_diag_list_len (diags); i++)
    {
      const VnDiag *diag = vn_diag_list_get (diags, i);
      g_autofree char *text = vn_diag_to_string (diag);

      g_assert_cmpuint (diag->origin.line, <=, n_lines);
      g_assert_true (g_utf8_validate (text, -1, NULL));
    }
}

static void
check_lint (VnConfig *config, VnProgram program)
{
  g_autoptr (VnTopology) topology = vn_topology_new ();
  g_autoptr (VnDiagList) diags = vn_diag_list_new ();
  VnMachine *machine = vn_machine_new ();

  machine->name = g_strdup ("host");
  if (program == VN_PROGRAM_AGENT)
    machine->agent = config;
  else
    machine->server = config;
  g_ptr_array_add (topology->machines, machine);
  vn_lint_config (topology, diags);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const VnProgram programs[] = { VN_PROGRAM_AGENT, VN_PROGRAM_SERVER };
  guint n_lines = 1;

  for (size_t i = 0; i < size; i++)
    n_lines += data[i] == '\n' || data[i] == '\r';
  for (guint i = 0; i < G_N_ELEMENTS (programs); i++)
    {
      g_autoptr (VnDiagList) diags = vn_diag_list_new ();
      VnConfig *config = vn_config_new ();

      vn_load_ini ("fuzz.ini", (const char *)data, size, programs[i], config, diags);
      vn_load_ini_finish (config, programs[i], diags);
      check_values (config);
      check_places (diags, n_lines);
      check_lint (config, programs[i]);
    }
  return 0;
}
