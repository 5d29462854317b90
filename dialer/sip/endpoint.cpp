#include "dialer/sip/endpoint.hpp"

#include "dialer/sip/messages.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <mutex>
#include <stdexcept>

extern "C" {
extern su_log_t nta_log[];
extern su_log_t tport_log[];
}

namespace dialer::sip {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace {

constexpr auto kTick = 250ms;
constexpr auto kStopWait = 1s;
constexpr unsigned kSocketBuffer = 1U << 20; // bursts of answers while the thread is delayed

std::uint32_t address_of(const std::string& text, const std::string& what) {
    in_addr address{};
    if (inet_pton(AF_INET, text.c_str(), &address) != 1) {
        throw std::runtime_error{
            fmt::format("{} must be an IPv4 address, such as 192.0.2.1, not \"{}\"", what, text)};
    }
    return ntohl(address.s_addr);
}

void start_sofia() {
    static std::once_flag once;
    std::call_once(once, [] {
        su_init();
        // The stack would write every malformed packet to stderr; we count them instead.
        su_log_set_level(su_log_default, 0);
        su_log_set_level(nta_log, 0);
        su_log_set_level(tport_log, 0);
    });
}

unsigned to_ms(milliseconds duration) {
    return static_cast<unsigned>(duration.count());
}

// Digits, letters and little else: the text goes between quotes or into a URI as it is.
bool plain(const std::string& text) {
    return std::ranges::all_of(text, [](unsigned char c) {
        return c > 0x20 && c < 0x7f && c != '"' && c != '\\' && c != '<' && c != '>';
    });
}

} // namespace

Endpoint::Endpoint(StackConfig config, const Clock& clock, EventSink sink, Inbox& inbox,
                   Gauges& gauges)
    : config_{std::move(config)}, clock_{clock}, sink_{std::move(sink)}, inbox_{inbox},
      gauges_{gauges}, registrar_{config_.realm, config_.registration_max, config_.browser_phones} {
    check_config();
    for (const Trunk& trunk : config_.trunks) {
        trunk_addresses_.insert(address_of(trunk.host, "the host of trunk " + trunk.name));
    }
    start_sofia();
    open();
    register_inbox();
    for (const Trunk& trunk : config_.trunks) {
        probes_.emplace(trunk.name, std::make_unique<TrunkProbe>(*this, trunk));
    }
}

Endpoint::~Endpoint() {
    su_root_deregister(root_.get(), wait_index_);
}

void Endpoint::check_config() const {
    if (address_of(config_.address, "the local SIP address") == 0) {
        throw std::runtime_error{"the local SIP address must be one that the trunks can reach, not "
                                 "0.0.0.0"};
    }
    if (!plain(config_.realm) || config_.realm.empty()) {
        throw std::runtime_error{"the realm must be plain text without spaces or quotes"};
    }
    for (const Trunk& trunk : config_.trunks) {
        if (!plain(trunk.from_domain) || trunk.port == 0) {
            throw std::runtime_error{
                fmt::format("trunk {}: from_domain or port is wrong", trunk.name)};
        }
    }
}

void Endpoint::open() {
    root_.reset(su_root_create(this));
    if (!root_) {
        throw std::runtime_error{"the SIP event loop could not be made"};
    }
    const std::string name =
        config_.port == 0 ? fmt::format("sip:{}:*;transport=udp", config_.address)
                          : fmt::format("sip:{}:{};transport=udp", config_.address, config_.port);
    agent_.reset(nta_agent_create(
        root_.get(), URL_STRING_MAKE(name.c_str()), message_callback, this, NTATAG_UA(1),
        NTATAG_SIP_T1(to_ms(config_.t1)), NTATAG_SIP_T1X64(to_ms(config_.invite_timeout)),
        NTATAG_TIMER_C(to_ms(config_.proceeding_timeout)), NTATAG_UDP_MTU(65535),
        NTATAG_CLIENT_RPORT(1), NTATAG_USE_NAPTR(0), NTATAG_USE_SRV(0), NTATAG_MERGE_482(0),
        TPTAG_UDP_RMEM(kSocketBuffer), TPTAG_UDP_WMEM(kSocketBuffer),
        TPTAG_STUN_SERVER(0), // or the SIP port would answer anybody's STUN, and print about it
        TAG_END()));
    if (!agent_) {
        throw std::runtime_error{
            fmt::format("UDP port {}:{} could not be opened for SIP; is it in use?",
                        config_.address, config_.port)};
    }
    const sip_via_t* via = nta_agent_via(agent_.get());
    const char* port = via != nullptr ? via->v_port : nullptr;
    const int number = port != nullptr ? std::atoi(port) : 5060;
    gauges_.port.store(static_cast<std::uint16_t>(number), std::memory_order_release);
    contact_ = fmt::format("sip:dialer@{}:{}", config_.address, number);
}

void Endpoint::register_inbox() {
    su_wait_t wait{};
    if (su_wait_create(&wait, inbox_.wake_fd(), SU_WAIT_IN) != 0) {
        throw std::runtime_error{"the SIP inbox could not be watched"};
    }
    wait_index_ = su_root_register(root_.get(), &wait, wake_callback, this, 0);
    if (wait_index_ < 0) {
        throw std::runtime_error{"the SIP inbox could not be watched"};
    }
}

int Endpoint::wake_callback(Endpoint*, su_wait_t*, Endpoint* self) noexcept {
    self->execute_inbox();
    return 0;
}

void Endpoint::run() {
    next_tick_ = clock_.now().mono;
    while (!stopping_ || (!legs_.empty() && clock_.now().mono < stop_by_)) {
        step();
    }
    while (!legs_.empty()) {
        const LegId leg = legs_.begin()->first;
        legs_.begin()->second.call->give_up(); // may have retired it
        retire(leg);
    }
    retired_.clear();
    flush();
}

void Endpoint::step() {
    Monotonic wake = next_tick_;
    if (!deadlines_.empty()) {
        wake = std::min(wake, deadlines_.begin()->first);
    }
    const auto wait = std::chrono::ceil<milliseconds>(wake - clock_.now().mono);
    su_root_step(root_.get(), std::clamp(wait, milliseconds{0}, milliseconds{kTick}).count());
    const Monotonic now = clock_.now().mono;
    run_deadlines(now);
    if (now >= next_tick_) {
        tick(now);
    }
    retired_.clear();
    flush();
}

void Endpoint::run_deadlines(Monotonic now) {
    while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
        const LegId leg = deadlines_.begin()->second;
        set_deadline(leg, std::nullopt);
        if (CallLeg* call = find(leg)) {
            call->on_deadline(now);
        }
    }
}

void Endpoint::tick(Monotonic now) {
    next_tick_ = now + kTick;
    for (Event& event : registrar_.expire(now)) {
        emit(std::move(event));
    }
    if (!stopping_) {
        for (auto& [name, probe] : probes_) {
            probe->tick(now);
        }
    }
    publish_counts();
}

void Endpoint::publish_counts() {
    usize_t bad = 0;
    nta_agent_get_stats(agent_.get(), NTATAG_S_BAD_MESSAGE_REF(bad), TAG_END());
    gauges_.malformed.store(bad, std::memory_order_relaxed);
}

void Endpoint::flush() {
    if (!events_.empty()) {
        sink_(std::exchange(events_, {}));
    }
}

void Endpoint::retire(LegId leg) {
    const auto found = legs_.find(leg);
    if (found == legs_.end()) {
        return;
    }
    set_deadline(leg, std::nullopt);
    retired_.push_back(std::move(found->second.call));
    legs_.erase(found);
}

void Endpoint::set_deadline(LegId leg, std::optional<Monotonic> at) {
    const auto found = legs_.find(leg);
    if (found == legs_.end()) {
        return;
    }
    std::optional<Monotonic>& current = found->second.deadline;
    if (current) {
        deadlines_.erase({*current, leg});
    }
    current = at;
    if (at) {
        deadlines_.emplace(*at, leg);
    }
}

bool Endpoint::is_friend(const Source& source) const {
    return trunk_addresses_.contains(source.address) || registrar_.has_phone_at(source.address);
}

void Endpoint::trunk_refused(const std::string& trunk) {
    if (const auto found = probes_.find(trunk); found != probes_.end()) {
        found->second->refused();
    }
}

CallLeg* Endpoint::find(LegId leg) {
    const auto found = legs_.find(leg);
    return found != legs_.end() ? found->second.call.get() : nullptr;
}

void Endpoint::fail(LegId leg, Failure failure, std::string reason, bool technical) {
    emit(Failed{leg, now(), failure, 0, std::move(reason), technical, std::nullopt});
}

// -- commands

struct Endpoint::Execute {
    Endpoint& self;

    void operator()(CustomerDial& command) const { self.dial(std::move(command)); }
    void operator()(AgentDial& command) const { self.call_agent(std::move(command)); }
    void operator()(const Resend& command) const {
        if (CallLeg* call = self.find(command.leg)) {
            call->resend(command.ticket);
        }
    }
    void operator()(const HangUp& command) const {
        if (CallLeg* call = self.find(command.leg)) {
            call->hang_up();
        }
    }
    void operator()(SetAccounts& command) const {
        for (Event& event : self.registrar_.set_accounts(std::move(command.accounts))) {
            self.emit(std::move(event));
        }
    }
    void operator()(const Refused& command) const {
        self.fail(command.leg, Failure::congestion, "too many commands are waiting", false);
    }
    void operator()(const Stop&) const { self.stop(); }
};

void Endpoint::execute_inbox() {
    for (Command& command : inbox_.drain()) {
        std::visit(Execute{*this}, command);
    }
}

void Endpoint::stop() {
    stopping_ = true;
    stop_by_ = clock_.now().mono + kStopWait;
    std::vector<CallLeg*> calls;
    for (const auto& [id, leg] : legs_) {
        calls.push_back(leg.call.get());
    }
    for (CallLeg* call : calls) {
        call->hang_up();
    }
}

void Endpoint::dial(CustomerDial command) {
    const campaigns::AttemptTicket& ticket = command.ticket;
    const auto trunk = std::ranges::find(config_.trunks, ticket.trunk(), &Trunk::name);
    if (trunk == config_.trunks.end()) {
        fail(command.leg, Failure::trunk_failure, "no such trunk: " + ticket.trunk(), true);
        return;
    }
    const std::string number = dnc::to_e164(ticket.number());
    const std::string caller = dnc::to_e164(ticket.caller_id());
    const std::string& domain = trunk->from_domain.empty() ? config_.address : trunk->from_domain;
    const std::string identity = fmt::format("<sip:{}@{}>", caller, domain);
    CallTarget target;
    target.uri = fmt::format("sip:{}@{}:{}", number, trunk->host, trunk->port);
    target.from = identity;
    target.to = fmt::format("<sip:{}@{}>", number, trunk->host);
    target.next_hop = {address_of(trunk->host, "trunk"), trunk->port};
    target.headers.push_back(fmt::format("X-Attempt: {}", static_cast<std::int64_t>(ticket.id())));
    if (trunk->asserted_identity) {
        target.headers.push_back("P-Asserted-Identity: " + identity);
    }
    target.trunk = trunk->name;
    target.credentials = trunk->credentials;
    target.attempt = ticket.id();
    start_leg(command.leg, std::move(target), command.offer);
}

void Endpoint::call_agent(AgentDial command) {
    const auto where = registrar_.locate(command.contact);
    if (!where) {
        fail(command.leg, Failure::no_answer, "the phone is no longer registered", false);
        return;
    }
    CallTarget target;
    target.uri = command.contact.uri();
    target.from = fmt::format("\"Dialer\" <{}>", contact_);
    target.to = fmt::format("<{}>", command.contact.uri());
    target.next_hop = *where;
    target.keep_next_hop = true;
    // No standard exists for "answer at once"; phones know one of these two.
    target.headers.push_back("Call-Info: <sip:dialer>;answer-after=0");
    target.headers.push_back("Alert-Info: <http://www.notused.invalid>;info=alert-autoanswer");
    start_leg(command.leg, std::move(target), command.offer);
}

void Endpoint::start_leg(LegId leg, CallTarget target, sdp::Audio offer) {
    if (stopping_ || legs_.size() >= kLegsMax) {
        fail(leg, Failure::congestion, stopping_ ? "the engine stops" : "too many legs", false);
        return;
    }
    const auto [place, fresh] = legs_.try_emplace(leg);
    if (!fresh) {
        return; // leg ids are never used twice; the first call goes on
    }
    place->second.call = std::make_unique<CallLeg>(*this, leg, std::move(target), offer);
    place->second.call->start();
}

} // namespace dialer::sip
