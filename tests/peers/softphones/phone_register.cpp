// REGISTER with digest, kept fresh and taken up again whenever the registrar was away.

#include "tests/peers/softphones/phone_bank.hpp"

#include <algorithm>
#include <array>

namespace peers {
namespace {

constexpr Millis kReplyMax{2000}; // a live registrar on loopback answers in milliseconds
constexpr Millis kRetryFirst{1000};
constexpr Millis kRetryLater{5000};
constexpr int kRetriesFirst = 60;
constexpr int kRefreshMinS = 1;

/// How long the registrar keeps us: the Contact's own parameter before the Expires header
/// (RFC 3261 10.2.4).
int granted_s(const sip_t* sip, int asked_s) {
    for (const sip_contact_t* each = sip->sip_contact; each != nullptr; each = each->m_next) {
        if (each->m_expires != nullptr) {
            return std::atoi(each->m_expires);
        }
    }
    return sip->sip_expires != nullptr ? static_cast<int>(sip->sip_expires->ex_delta) : asked_s;
}

} // namespace

void PhoneBank::look_after(Phone& phone) {
    // A phone that is trying already goes on at its own pace: a registrar may take a burst of
    // tries for an attack.
    if (phone.failures_in_row == 0 && now() - phone.tried_at >= kRetryFirst) {
        start_registering(phone);
    }
}

void PhoneBank::start_registering(Phone& phone) {
    ++phone.try_number;
    phone.challenged = false;
    phone.tried_at = now();
    send_register(phone);
    agenda_.note(now() + kReplyMax, {phone.index, phone.try_number, Step::give_up});
}

void PhoneBank::send_register(Phone& phone) {
    std::string proof;
    if (phone.challenge) {
        proof = answer_challenge(*phone.challenge, phone.login, "REGISTER", registrar_uri_,
                                 ++phone.nonce_count);
    }
    const std::string expires = std::to_string(options_.expires_s);
    phone.registration.reset(nta_outgoing_tcreate(
        phone.register_leg.get(), &PhoneBank::on_register_reply,
        reinterpret_cast<nta_outgoing_magic_t*>(&phone), nullptr, SIP_METHOD_REGISTER,
        reinterpret_cast<const url_string_t*>(registrar_uri_.c_str()),
        SIPTAG_CONTACT_STR(phone.contact.c_str()), SIPTAG_EXPIRES_STR(expires.c_str()),
        TAG_IF(!proof.empty(), SIPTAG_AUTHORIZATION_STR(proof.c_str())), TAG_END()));
}

int PhoneBank::on_register_reply(nta_outgoing_magic_t* context, nta_outgoing_t* orq,
                                 const sip_t* sip) {
    Phone& phone = *reinterpret_cast<Phone*>(context);
    if (phone.registration.get() != orq) {
        return 0;
    }
    const int status =
        sip == nullptr || sip->sip_status == nullptr ? 408 : sip->sip_status->st_status;
    if (status < 200) {
        return 0;
    }
    if (status < 300) {
        phone.bank->registered(phone, sip);
    } else if ((status == 401 || status == 407) && !phone.challenged) {
        phone.bank->challenged(phone, sip);
    } else {
        phone.bank->failed(phone, status);
    }
    return 0;
}

void PhoneBank::registered(Phone& phone, const sip_t* sip) {
    ++phone.record.registered;
    phone.failures_in_row = 0;
    const int granted = granted_s(sip, options_.expires_s);
    const std::chrono::seconds refresh{std::max(kRefreshMinS, granted / 2)};
    ++phone.try_number; // ends the watch over this try
    agenda_.note(now() + refresh, {phone.index, phone.try_number, Step::start});
}

void PhoneBank::challenged(Phone& phone, const sip_t* sip) {
    const auto parameters =
        digest_parameters(sip->sip_www_authenticate != nullptr ? sip->sip_www_authenticate
                                                               : sip->sip_proxy_authenticate);
    phone.challenge = parameters ? read_challenge(*parameters) : std::nullopt;
    if (!phone.challenge) {
        failed(phone, sip->sip_status->st_status);
        return;
    }
    phone.challenged = true;
    phone.nonce_count = 0;
    send_register(phone);
}

void PhoneBank::failed(Phone& phone, int status) {
    ++phone.record.register_failures[status];
    ++phone.failures_in_row;
    phone.challenge.reset();
    ++phone.try_number;
    const Millis wait = phone.failures_in_row > kRetriesFirst ? kRetryLater : kRetryFirst;
    agenda_.note(now() + wait, {phone.index, phone.try_number, Step::start});
}

void PhoneBank::run_due_steps() {
    const Moment at = now();
    while (const auto due = agenda_.take_due(at)) {
        Phone& phone = *phones_.at(due->phone);
        if (phone.try_number != due->try_number) {
            continue;
        }
        if (due->step == Step::start) {
            start_registering(phone);
        } else {
            phone.registration.reset();
            failed(phone, 0);
        }
    }
}

} // namespace peers
