/* SPDX-License-Identifier: Apache-2.0 */
/* Rulesets: what parses is printed so that it parses to the same, and changes from and to it can be written. */
#include "tests/fuzz/vn-fuzz.h"

#include "sim/plan/vn-ruleset.h"

/* Comments are left out: where they go depends on the rule's making sense. */
static void
check_round_trip (const VnRuleset *ruleset)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *commented = vn_ruleset_to_save (ruleset, TRUE);
  g_autofree char *save = vn_ruleset_to_save (ruleset, FALSE);
  g_autoptr (VnRuleset) again = vn_ruleset_parse (ruleset->node, ruleset->tool, save, &error);
  g_autofree char *diff = NULL, *second = NULL;

  g_assert_no_error (error);
  g_assert_nonnull (commented);
  diff = vn_ruleset_diff (ruleset, again);
  g_assert_cmpstr (diff, ==, NULL);
  second = vn_ruleset_to_save (again, FALSE);
  g_assert_cmpstr (second, ==, save);
}

static void
check_changes (const VnRuleset *ruleset)
{
  g_autofree char *restore = vn_ruleset_to_restore (ruleset);
  g_autofree char *make = vn_ruleset_to_change (NULL, ruleset);
  g_autofree char *keep = vn_ruleset_to_change (ruleset, ruleset);
  g_autofree char *remove = vn_ruleset_to_change (ruleset, NULL);
  g_autofree char *destroy = vn_ruleset_to_destroy (ruleset, NULL);

  g_assert_nonnull (restore);
  g_assert_cmpstr (keep, ==, NULL);
  g_assert_true ((make != NULL) == (ruleset->chains->len + ruleset->sets->len > 0));
  g_assert_true ((remove != NULL) == (ruleset->chains->len > 0));
  g_assert_true ((destroy != NULL) == (ruleset->sets->len > 0));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *)data, size);

  for (VnTool tool = 0; tool < VN_N_TOOLS; tool++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (VnRuleset) ruleset = vn_ruleset_parse ("host", tool, text, &error);

      g_assert_true ((ruleset == NULL) == (error != NULL));
      g_assert_true (error == NULL || g_utf8_validate (error->message, -1, NULL));
      if (ruleset == NULL)
        continue;
      check_round_trip (ruleset);
      check_changes (ruleset);
    }
  return 0;
}
