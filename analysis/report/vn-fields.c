/* SPDX-License-Identifier: Apache-2.0 */
/* The record of a run as tables of fields. */
#include "analysis/report/vn-fields.h"

#include <stddef.h>

static const char *
verdict_word (int value)
{
  return vn_verdict_name ((VnVerdict)value);
}

static const char *
leg_word (int value)
{
  return vn_leg_name ((VnLeg)value);
}

static const char *
cause_word (int value)
{
  return vn_cause_name ((VnCauseCode)value);
}

static const char *
kind_word (int value)
{
  return vn_cell_kind_name ((VnCellKind)value);
}

static const char *
expect_word (int value)
{
  return value == VN_EXPECT_ALLOWED ? "allowed" : "denied";
}

static const char *
hop_leg_word (int value)
{
  return vn_hop_leg_name ((VnHopLeg)value);
}

static const char *
role_word (int value)
{
  return vn_run_role_name ((VnRunRole)value);
}

static gpointer
make_cell (void)
{
  return vn_run_cell_new ();
}

static gpointer
make_check (void)
{
  return vn_run_check_new ();
}

#define FIELD(type, member, kind, doc)                                                                                 \
  {                                                                                                                    \
#member, kind, offsetof(type, member), doc, NULL, 0, NULL                                                          \
  }
#define NEEDED(type, member, kind, doc)                                                                                \
  {                                                                                                                    \
#member, kind, offsetof(type, member), doc, NULL, 0, NULL, TRUE                                                    \
  }
#define ENUM(type, member, words, n, doc)                                                                              \
  {                                                                                                                    \
#member, VN_FIELD_ENUM, offsetof(type, member), doc, words, n, NULL                                                \
  }
#define PART(type, member, kind, part, doc)                                                                            \
  {                                                                                                                    \
#member, kind, offsetof(type, member), doc, NULL, 0, part                                                          \
  }
#define END                                                                                                            \
  {                                                                                                                    \
    NULL, VN_FIELD_STRING, 0, NULL, NULL, 0, NULL                                                                      \
  }

static const VnField origin_fields[] = {
  FIELD (VnOrigin, file, VN_FIELD_NAME, "the file; absent for a default"),
  FIELD (VnOrigin, line, VN_FIELD_UINT, "from 1; 0 = the whole file"),
  FIELD (VnOrigin, column, VN_FIELD_UINT, "from 1; 0 = the whole line"),
  END,
};
static const VnObject origin_object = { "origin", origin_fields, sizeof (VnOrigin), NULL };

static const VnField outcome_fields[] = {
  ENUM (VnOutcome, delivered, leg_word, 3, "whether the packet is seen on the destination's interface"),
  ENUM (VnOutcome, answered, leg_word, 3, "whether the answer is seen on the source's interface"),
  END,
};
static const VnObject outcome_object = { "outcome", outcome_fields, sizeof (VnOutcome), NULL };

static const VnField cause_fields[] = {
  ENUM (VnCause, code, cause_word, VN_N_CAUSES, "why a leg ended"),
  FIELD (VnCause, text, VN_FIELD_STRING, "a sentence for people"),
  FIELD (VnCause, where, VN_FIELD_STRING, "host:device where the packet was last seen"),
  FIELD (VnCause, host, VN_FIELD_STRING, "the machine to look at"),
  PART (VnCause, origin, VN_FIELD_STRUCT, &origin_object, "the line to blame"),
  END,
};
static const VnObject cause_object = { "cause", cause_fields, sizeof (VnCause), NULL };

static const VnField hop_fields[] = {
  ENUM (VnRunHop, leg, hop_leg_word, VN_N_HOP_LEGS, "the probe's way, or its answer's"),
  FIELD (VnRunHop, point, VN_FIELD_UINT, "index in points: where it was seen"),
  FIELD (VnRunHop, packet, VN_FIELD_UINT, "packet number in capture.pcapng"),
  FIELD (VnRunHop, outgoing, VN_FIELD_BOOL, "sent by the device's own host; else it arrived there"),
  FIELD (VnRunHop, after_ns, VN_FIELD_INT64, "nanoseconds since the first hop of the leg"),
  FIELD (VnRunHop, headers, VN_FIELD_STRING, "a line each, from the outside in; absent = as at the hop before"),
  FIELD (VnRunHop, change, VN_FIELD_STRING, "what differs from the hop before"),
  FIELD (VnRunHop, why, VN_FIELD_STRING, "who changed it, and what for"),
  END,
};
static const VnObject hop_object = { "hop", hop_fields, sizeof (VnRunHop), NULL };

static const VnField cell_fields[] = {
  NEEDED (VnRunCell, key, VN_FIELD_STRING, "stable name of the cell"),
  ENUM (VnRunCell, kind, kind_word, VN_N_CELL_KINDS, "what was sent"),
  NEEDED (VnRunCell, from, VN_FIELD_STRING, "the sender"),
  FIELD (VnRunCell, to, VN_FIELD_STRING, "the receiver; absent = anybody else"),
  NEEDED (VnRunCell, what, VN_FIELD_STRING, "protocol and port"),
  NEEDED (VnRunCell, check_id, VN_FIELD_STRING, "the check that the cell belongs to"),
  FIELD (VnRunCell, has_expectation, VN_FIELD_BOOL, "whether a line of `checks:` asks for it"),
  ENUM (VnRunCell, expectation, expect_word, 2, "what that line says"),
  PART (VnRunCell, expectation_origin, VN_FIELD_STRUCT, &origin_object, "that line"),
  PART (VnRunCell, predicted, VN_FIELD_STRUCT, &outcome_object, "what must happen"),
  PART (VnRunCell, observed, VN_FIELD_STRUCT, &outcome_object, "what happened"),
  PART (VnRunCell, predicted_cause, VN_FIELD_STRUCT, &cause_object, "why it must not arrive"),
  PART (VnRunCell, observed_cause, VN_FIELD_STRUCT, &cause_object, "why it did not, or should not have"),
  FIELD (VnRunCell, seen_as, VN_FIELD_STRING, "source address and port that the receiver saw behind a NAT"),
  FIELD (VnRunCell, reasons, VN_FIELD_STRING, "the prediction's reasons as an indented tree"),
  FIELD (VnRunCell, quirk, VN_FIELD_STRING, "the known departure of the real agents that was seen"),
  FIELD (VnRunCell, quirk_accepted, VN_FIELD_BOOL, "whether the lab file accepts it"),
  ENUM (VnRunCell, verdict, verdict_word, VN_N_VERDICTS, "the verdict"),
  FIELD (VnRunCell, message, VN_FIELD_STRING, "what differs, for verdicts other than pass"),
  FIELD (VnRunCell, packets, VN_FIELD_UINTS, "packet numbers in capture.pcapng"),
  PART (VnRunCell, hops, VN_FIELD_OBJECTS, &hop_object, "the way of the probe, then of its answer"),
  END,
};
static const VnObject cell_object = { "cell", cell_fields, sizeof (VnRunCell), make_cell };

static const VnField check_fields[] = {
  NEEDED (VnRunCheck, id, VN_FIELD_STRING, "id of the check"),
  FIELD (VnRunCheck, host, VN_FIELD_STRING, "the machine that it is about"),
  FIELD (VnRunCheck, subject, VN_FIELD_STRING, "network or pair that it is about"),
  FIELD (VnRunCheck, quirk, VN_FIELD_STRING, "the known departure of the real agents that was seen"),
  FIELD (VnRunCheck, quirk_accepted, VN_FIELD_BOOL, "whether the lab file accepts it"),
  ENUM (VnRunCheck, verdict, verdict_word, VN_N_VERDICTS, "the verdict"),
  FIELD (VnRunCheck, message, VN_FIELD_STRING, "what was found"),
  PART (VnRunCheck, cause, VN_FIELD_STRUCT, &cause_object, "why"),
  FIELD (VnRunCheck, packets, VN_FIELD_UINTS, "packet numbers in capture.pcapng"),
  END,
};
static const VnObject check_object = { "check", check_fields, sizeof (VnRunCheck), make_check };

static const VnField quirk_fields[] = {
  NEEDED (VnRunQuirk, id, VN_FIELD_STRING, "id of the quirk"),
  NEEDED (VnRunQuirk, why, VN_FIELD_STRING, "why the lab file accepts it"),
  PART (VnRunQuirk, origin, VN_FIELD_STRUCT, &origin_object, "the line that accepts it"),
  FIELD (VnRunQuirk, n_cells, VN_FIELD_UINT, "in how many cells and checks it occurred"),
  END,
};
static const VnObject quirk_object = { "quirk", quirk_fields, sizeof (VnRunQuirk), NULL };

static const VnField point_fields[] = {
  NEEDED (VnRunPoint, name, VN_FIELD_STRING, "host:device"),
  FIELD (VnRunPoint, description, VN_FIELD_STRING, "what it is"),
  FIELD (VnRunPoint, received, VN_FIELD_UINT64, "frames that the kernel captured"),
  FIELD (VnRunPoint, dropped, VN_FIELD_UINT64, "frames that the kernel lost"),
  END,
};
static const VnObject point_object = { "point", point_fields, sizeof (VnRunPoint), NULL };

static const VnField node_fields[] = {
  NEEDED (VnRunNode, name, VN_FIELD_STRING, "its name, also in device names"),
  ENUM (VnRunNode, role, role_word, VN_N_RUN_ROLES, "what it is"),
  FIELD (VnRunNode, on, VN_FIELD_STRING, "the machine that it runs on; absent for what stands alone"),
  END,
};
static const VnObject node_object = { "node", node_fields, sizeof (VnRunNode), NULL };

static const VnField device_fields[] = {
  NEEDED (VnRunDevice, name, VN_FIELD_STRING, "node:device"),
  NEEDED (VnRunDevice, kind, VN_FIELD_STRING, "veth, bridge, vxlan, vlan"),
  FIELD (VnRunDevice, peer, VN_FIELD_STRING, "the other end of its cable, as node:device"),
  FIELD (VnRunDevice, lower, VN_FIELD_STRING, "its bridge, or the device that a tunnel or VLAN is on, as node:device"),
  FIELD (VnRunDevice, network, VN_FIELD_STRING, "the tunnel that it is an end of"),
  END,
};
static const VnObject device_object = { "device", device_fields, sizeof (VnRunDevice), NULL };

static const VnField traffic_fields[] = {
  FIELD (VnRunTraffic, after_ns, VN_FIELD_INT64, "nanoseconds from the first frame to the slice's begin"),
  FIELD (VnRunTraffic, frames, VN_FIELD_UINT, "frames that the capture has of it"),
  FIELD (VnRunTraffic, bytes, VN_FIELD_UINT64, "their bytes on the wire"),
  END,
};
static const VnObject traffic_object = { "traffic", traffic_fields, sizeof (VnRunTraffic), NULL };

static const VnField lease_fields[] = {
  NEEDED (VnRunLease, machine, VN_FIELD_STRING, "who asked"),
  NEEDED (VnRunLease, device, VN_FIELD_STRING, "on which device"),
  FIELD (VnRunLease, address, VN_FIELD_STRING, "with its prefix length; absent = it got no lease"),
  FIELD (VnRunLease, server, VN_FIELD_STRING, "the server that gave it, as it calls itself"),
  FIELD (VnRunLease, router, VN_FIELD_STRING, "the default gateway that it names"),
  FIELD (VnRunLease, dns, VN_FIELD_STRING, "the resolver that it names"),
  FIELD (VnRunLease, domain, VN_FIELD_STRING, "the domain that it names"),
  FIELD (VnRunLease, duration_sec, VN_FIELD_UINT, "how long it holds; 0 without a lease"),
  END,
};
static const VnObject lease_object = { "lease", lease_fields, sizeof (VnRunLease), NULL };

static const VnField phase_fields[] = {
  NEEDED (VnRunPhase, name, VN_FIELD_NAME, "phase of the run"),
  { "duration_usec", VN_FIELD_INT64, offsetof (VnRunPhase, duration), "microseconds", NULL, 0, NULL },
  END,
};
static const VnObject phase_object = { "phase", phase_fields, sizeof (VnRunPhase), NULL };

static const VnField run_fields[] = {
  NEEDED (VnRun, lab, VN_FIELD_STRING, "name of the lab"),
  NEEDED (VnRun, file, VN_FIELD_STRING, "the lab file"),
  FIELD (VnRun, release, VN_FIELD_STRING,
         "the Neutron release that the verdicts are about; absent without networks of a cloud"),
  NEEDED (VnRun, tool_version, VN_FIELD_STRING, "version of vnetlab"),
  NEEDED (VnRun, kernel, VN_FIELD_STRING, "release of the kernel that the lab ran on"),
  FIELD (VnRun, seed, VN_FIELD_UINT64, "what ids, MACs and addresses were drawn from"),
  FIELD (VnRun, started_unix_usec, VN_FIELD_INT64, "microseconds since 1970"),
  FIELD (VnRun, ends, VN_FIELD_STRINGS, "end points in the order of the matrix"),
  FIELD (VnRun, end_places, VN_FIELD_STRINGS, "machine and address of each"),
  FIELD (VnRun, end_domains, VN_FIELD_STRINGS, "network of each"),
  PART (VnRun, cells, VN_FIELD_OBJECTS, &cell_object, "what was asked of the network"),
  PART (VnRun, checks, VN_FIELD_OBJECTS, &check_object, "checks that are not about one cell"),
  PART (VnRun, quirks, VN_FIELD_OBJECTS, &quirk_object, "accepted departures of the real agents"),
  PART (VnRun, points, VN_FIELD_OBJECTS, &point_object, "capture points"),
  PART (VnRun, leases, VN_FIELD_OBJECTS, &lease_object, "what DHCP clients were given"),
  FIELD (VnRun, warnings, VN_FIELD_STRINGS, "lint warnings"),
  PART (VnRun, nodes, VN_FIELD_OBJECTS, &node_object, "what the lab is made of"),
  PART (VnRun, devices, VN_FIELD_OBJECTS, &device_object, "its interfaces and how they are connected"),
  PART (VnRun, traffic, VN_FIELD_VALUES, &traffic_object, "frames over time, in slices of one length"),
  PART (VnRun, phases, VN_FIELD_VALUES, &phase_object, "how long each phase took"),
  FIELD (VnRun, n_frames_sent, VN_FIELD_UINT64, "frames that the probes sent"),
  FIELD (VnRun, n_frames_captured, VN_FIELD_UINT64, "frames in capture.pcapng"),
  FIELD (VnRun, n_frames_lost, VN_FIELD_UINT64, "frames that could not be held"),
  FIELD (VnRun, folder, VN_FIELD_STRING, "where the run is saved"),
  END,
};
const VnObject VN_RUN_OBJECT = { "run", run_fields, sizeof (VnRun), NULL };

gboolean
vn_field_is_required (const VnField *field)
{
  return field->is_needed || (field->type != VN_FIELD_STRING && field->type != VN_FIELD_NAME);
}
