#include "dialer/sip/handles.hpp"

namespace dialer::sip {

int Handler::on_request(nta_leg_t*, nta_incoming_t*, const sip_t*) {
    return 481;
}

void Handler::on_ack(nta_incoming_t*, const sip_t*) {}

int response_callback(Handler* handler, nta_outgoing_t* request, const sip_t* sip) noexcept {
    handler->on_response(request, sip);
    return 0;
}

int request_callback(Handler* handler, nta_leg_t* dialog, nta_incoming_t* request,
                     const sip_t* sip) noexcept {
    return handler->on_request(dialog, request, sip);
}

int ack_callback(Handler* handler, nta_incoming_t* request, const sip_t* sip) noexcept {
    handler->on_ack(request, sip);
    return 0;
}

} // namespace dialer::sip
