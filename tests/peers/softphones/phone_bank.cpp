#include "tests/peers/softphones/phone_bank.hpp"

#include "tests/peers/common/stop_signal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace peers {
namespace {

constexpr long kTurnMs = 10;
constexpr Millis kGoodbyeMax{500}; // a dialer that is gone does not hold up our exit

} // namespace

PhoneBank::PhoneBank(const SoftphoneOptions& options)
    : options_{options}, registrar_uri_{fmt::format("sip:{}:{}", options.registrar_host,
                                                    options.registrar_port)},
      root_{make_root()}, agent_{make_agent(root_.get(), options.address, options.port)},
      woken_(static_cast<std::size_t>(options.count)) {
    if (!agent_) {
        throw std::runtime_error{
            fmt::format("cannot bind SIP port {}:{}", options.address, options.port)};
    }
    port_ = port_of(agent_.get());
    default_leg_.reset(nta_leg_tcreate(agent_.get(), &PhoneBank::on_request,
                                       reinterpret_cast<nta_leg_magic_t*>(this),
                                       NTATAG_NO_DIALOG(1), TAG_END()));
    for (int n = 1; n <= options.count; ++n) {
        auto phone = std::make_unique<Phone>();
        phone->bank = this;
        phone->index = phones_.size();
        phone->login.user = fmt::format("{}{:03}", options.user_prefix, n);
        const auto own = options.passwords.find(phone->login.user);
        phone->login.password = own != options.passwords.end() ? own->second : options.password;
        phone->contact = fmt::format("<sip:{}@{}:{}>", phone->login.user, options.address, port_);
        const std::string identity =
            fmt::format("<sip:{}@{}>", phone->login.user, options.registrar_host);
        phone->register_leg.reset(nta_leg_tcreate(agent_.get(), nullptr, nullptr,
                                                  SIPTAG_FROM_STR(identity.c_str()),
                                                  SIPTAG_TO_STR(identity.c_str()), TAG_END()));
        nta_leg_tag(phone->register_leg.get(), nullptr); // one Call-ID and From tag for all time
        by_user_[phone->login.user] = phone.get();
        phones_.push_back(std::move(phone));
    }
}

PhoneBank::~PhoneBank() {
    retired_.clear(); // before the agent that their handles need
    phones_.clear();
}

void PhoneBank::run() {
    for (const auto& phone : phones_) {
        start_registering(*phone);
    }
    while (!stop_requested()) {
        for (const auto& phone : phones_) {
            if (woken_.at(phone->index).exchange(false)) {
                look_after(*phone);
            }
        }
        turn();
    }
    hang_up_all();
    for (StreamEvent& event : streams_.finish()) {
        std::visit([this](auto& each) { take(each); }, event);
    }
}

void PhoneBank::turn() {
    run_due_steps();
    take_stream_events();
    for (const auto& phone : phones_) {
        if (phone->leg && (phone->leg->over || phone->leg->bye)) {
            retire(*phone);
        }
    }
    std::erase_if(retired_, [](const auto& leg) { return leg->over; });
    su_root_step(root_.get(), kTurnMs);
}

void PhoneBank::hang_up_all() {
    for (const auto& phone : phones_) {
        if (phone->leg) {
            hang_up(*phone->leg, "exit");
            retire(*phone);
        }
    }
    const Moment latest = now() + kGoodbyeMax;
    while (!retired_.empty() && now() < latest) {
        turn();
    }
}

} // namespace peers
