#pragma once

// The one way to include sofia-sip: every file of this folder must see the same callback types.

namespace dialer::sip {
class Endpoint;
class Handler;
} // namespace dialer::sip

#define SU_ROOT_MAGIC_T dialer::sip::Endpoint
#define SU_WAKEUP_ARG_T dialer::sip::Endpoint
#define NTA_AGENT_MAGIC_T dialer::sip::Endpoint
#define NTA_LEG_MAGIC_T dialer::sip::Handler
#define NTA_OUTGOING_MAGIC_T dialer::sip::Handler
#define NTA_INCOMING_MAGIC_T dialer::sip::Handler

#include <sofia-sip/su_wait.h>

#include <sofia-sip/msg_addr.h>
#include <sofia-sip/nta.h>
#include <sofia-sip/nta_stateless.h>
#include <sofia-sip/nta_tag.h>
#include <sofia-sip/sip.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/sip_tag.h>
#include <sofia-sip/sip_util.h>
#include <sofia-sip/su_log.h>
#include <sofia-sip/su_tag_io.h>
#include <sofia-sip/tport_tag.h>
