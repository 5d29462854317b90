// Messages that belong to no leg: registrations, trunks asking whether we live, and strangers.
//
// Answered without a transaction, so that a flood of them costs no memory.

#include "dialer/sip/endpoint.hpp"
#include "dialer/sip/messages.hpp"

#include <algorithm>
#include <iterator>

namespace dialer::sip {

namespace {

struct StrayRow {
    sip_method_t method;
    int status;
    const char* phrase;
};

// RFC 3261 12.2.2
constexpr StrayRow kGone{sip_method_unknown, 481, "Call/Transaction Does Not Exist"};

// Answers to trunks and phones; a stranger gets none.
constexpr StrayRow kStray[] = {
    {sip_method_invite, 403, "Calls are not taken here"},
    {sip_method_options, 200, "OK"},
    {sip_method_bye, 481, "Call/Transaction Does Not Exist"},
    {sip_method_cancel, 481, "Call/Transaction Does Not Exist"},
    {sip_method_prack, 481, "Call/Transaction Does Not Exist"},
    {sip_method_update, 481, "Call/Transaction Does Not Exist"},
    {sip_method_info, 481, "Call/Transaction Does Not Exist"},
    {sip_method_refer, 603, "Decline"},
    {sip_method_notify, 481, "Subscription Does Not Exist"},
};

} // namespace

int Endpoint::message_callback(Endpoint* self, nta_agent_t*, msg_t* message, sip_t* sip) noexcept {
    MessageHandle owned{message};
    if (sip->sip_status != nullptr) {
        self->on_stray_response(std::move(owned), sip);
    } else if (sip->sip_request != nullptr) {
        self->on_stray(std::move(owned), sip);
    }
    return 0;
}

void Endpoint::on_stray(MessageHandle message, const sip_t* sip) {
    const sip_method_t method = sip->sip_request->rq_method;
    if (method == sip_method_register) {
        on_register(std::move(message), sip);
        return;
    }
    if (!is_friend(source_of(message.get()))) {
        count_stranger();
        return;
    }
    if (method == sip_method_ack) {
        return; // RFC 3261 17.1.1.3: never answered
    }
    const bool in_dialog = sip->sip_to->a_tag != nullptr; // of a call that is over
    const auto* row = in_dialog ? &kGone : std::ranges::find(kStray, method, &StrayRow::method);
    const bool known = row != std::end(kStray);
    const tagi_t tags[] = {{SIPTAG_ALLOW_STR(kAllow)}, {SIPTAG_ACCEPT_STR(kSdpType)}, {TAG_END()}};
    reply(std::move(message), known ? row->status : 405, known ? row->phrase : "Method Not Allowed",
          tags);
}

// A call that nobody here holds was answered: one of a former life of this process, or another fork
// of a call that is answered already. It is taken up and ended at once (RFC 3261 13.2.2.4). Only
// for trunks: the answer to a stranger would be two requests.
void Endpoint::on_stray_response(MessageHandle message, const sip_t* sip) {
    const int status = sip->sip_status->st_status;
    const bool answer = sip->sip_cseq->cs_method == sip_method_invite && status >= 200 &&
                        status < 300 && sip->sip_to->a_tag != nullptr;
    if (!is_friend(source_of(message.get()))) {
        count_stranger();
        return;
    }
    if (!answer || nta_leg_by_dialog(agent_.get(), nullptr, sip->sip_call_id, sip->sip_to->a_tag,
                                     nullptr, sip->sip_from->a_tag, nullptr) != nullptr) {
        return; // a late repeat inside a call that goes on
    }
    const bool reachable = sip->sip_record_route == nullptr && sip->sip_contact != nullptr
                               ? reachable_address(sip->sip_contact->m_url).has_value()
                               : sip->sip_record_route != nullptr &&
                                     reachable_address(sip->sip_record_route->r_url).has_value();
    if (reachable && nta_msg_ackbye(agent_.get(), message.get()) == 0) {
        (void)message.release(); // taken over by the stack
    }
}

void Endpoint::on_register(MessageHandle message, const sip_t* sip) {
    const Stamp now = clock_.now();
    RegisterRequest request = register_request(message.get(), sip);
    request.at = std::chrono::floor<std::chrono::seconds>(now.wall - clock_.shift());
    RegisterReply answer = registrar_.handle(request, now.mono);
    for (Event& event : answer.events) {
        emit(std::move(event));
    }
    const tagi_t tags[] = {
        {TAG_IF(!answer.authenticate.empty(),
                SIPTAG_WWW_AUTHENTICATE_STR(answer.authenticate.c_str()))},
        {TAG_IF(!answer.contact.empty(), SIPTAG_CONTACT_STR(answer.contact.c_str()))},
        {TAG_IF(!answer.min_expires.empty(), SIPTAG_MIN_EXPIRES_STR(answer.min_expires.c_str()))},
        {TAG_END()},
    };
    reply(std::move(message), answer.status, answer.phrase.c_str(), tags);
}

void Endpoint::reply(MessageHandle request, int status, const char* phrase, const tagi_t* tags) {
    // The stack takes the request over, whether it can answer it or not.
    nta_msg_treply(agent_.get(), request.release(), status, phrase, TAG_NEXT(tags));
}

} // namespace dialer::sip
