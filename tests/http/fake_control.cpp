#include "tests/http/fake_control.hpp"

#include "campaigns/store.hpp"
#include "tests/http/client.hpp"

#include <utility>

namespace http_test {

namespace {

using campaigns::AgentId;
using campaigns::Role;
using campaigns::User;

constexpr std::string_view kLive =
    R"({"at":"2026-11-23T20:00:01.250Z","clock_shift_s":0,"campaigns":[{"id":1,"name":"demo",)"
    R"("running":true,"mode":"predictive","not_dialing":["no agent is ready"],)"
    R"("not_dialing_said":[{"key":"no_agent_ready","values":{}}],)"
    R"("lines":{"committing":0,"dialing":2,"ringing":5,"waiting":0,"bridged":3,"message":0},)"
    R"("agents":{"ready":2,"reserved":0,"talking":3,"wrap_up":1,"paused":0},)"
    R"("leads":{"ready":4000,"leased":50,"resting":20,"exhausted":1,"finished":30,"blocked":12},)"
    R"("attempts":120,"outcomes":{"answered":33,"busy":5,"no_answer":60},"answered":33,)"
    R"("bridged":30,"abandoned":1,"early_hangup":2,"refused":{"LIST_NATIONAL":5},)"
    R"("answer_to_bridge_ms":{"p50":0.4,"p99":2.1},)"
    R"("answer_to_agent_ms":{"p50":10.2,"p99":20.4},"agent_idle_s_per_call":8.1,)"
    R"("pool":{"name":"evening","agents":{"ready":3,"talking":4}},)"
    R"("pacing":{"at":"2026-11-23T20:00:01.200Z","mode":"predictive","dial":2,"give_up":0,)"
    R"("limit":"agents","agents_signed_in":6,"agents_free":2,"agents_expected":1.4,)"
    R"("horizon_s":9.5,"lines_in_flight":7,"answers_expected":1.7,"waiting":0,)"
    R"("answer_rate":0.26,"shortage":0.021,"threshold":0.024,"budget_left":0.9,)"
    R"("abandoned_share":0.027,"sentence":"dialing 2: 2 agents free, 1 expected within 10 s"},)"
    R"("budget":[{"period":"trailing_days","days":30,"from":"2026-10-25","answered":33,)"
    R"("abandoned":1,"cap":0.03,"left":-0.01,"met":false,"jurisdiction":"UK",)"
    R"("days_of":"Europe/London","rule":"UK-1","cite":"a law"},)"
    R"({"period":"calendar_month","days":0,)"
    R"("from":"2026-11-01","answered":2133,"abandoned":52,"cap":0.05,"left":54.6,"met":true}]}],)"
    R"("agents":[{"id":1,"name":"Ada","state":"talking","since":"2026-11-23T19:59:00.000Z",)"
    R"("campaign":"demo","reason":"","phone":"registered",)"
    R"("call":{"number":"+12125550123","name":"Grace"}}],)"
    R"("trunks":[{"name":"carrier-a","up":true,"why":"","lines":7,"calls_per_second":3.0}],)"
    R"("store":{"available":true,"opt_outs_refused":0},)"
    R"("dropped":{"sip_strangers":0,"sip_malformed":0},)"
    R"("log":[{"at":"2026-11-23T19:59:58.000Z","campaign":"demo","number":"+12125550144",)"
    R"("outcome":"answered","treatment":"bridged","agent":"Ada","trunk":"carrier-a",)"
    R"("sip_status":200}]})";

constexpr std::string_view kDesk =
    R"({"agent":{"id":7,"name":"Ada"},"state":"talking","since":"2026-11-23T19:59:00.000Z",)"
    R"("reason":"","campaign":"demo","phone":"registered","call":{"attempt":"391827364019283",)"
    R"("number":"+12125550123","name":"Grace","region":"NY",)"
    R"("answered_at":"2026-11-23T19:59:00.000Z","bridged_at":"2026-11-23T19:59:00.010Z"},)"
    R"("preview":{"lead":12,"number":"+12125550124","name":"Alan","region":"NY","attempts":1}})";

std::string id_text(AgentId id) {
    return std::to_string(static_cast<std::int64_t>(id));
}
std::string flag_text(bool flag) {
    return flag ? "true" : "false";
}

std::optional<User> user_of(const std::string& token) {
    if (token == "deskless") {
        return User{9, "deskless", Role::agent, std::nullopt};
    }
    const auto role = campaigns::role_from_text(token);
    if (!role) {
        return std::nullopt;
    }
    const auto agent = *role == Role::agent ? std::optional{AgentId{7}} : std::nullopt;
    return User{1, token, *role, agent};
}

} // namespace

FakeControl::FakeControl()
    : live_{std::make_shared<const std::string>(kLive)}, desk_{kDesk}, thread_{[this] { run(); }} {}

FakeControl::~FakeControl() {
    {
        const std::lock_guard lock{mutex_};
        stop_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void FakeControl::set_live(std::string json) {
    const std::lock_guard lock{mutex_};
    live_ = std::make_shared<const std::string>(std::move(json));
}

void FakeControl::set_desk(std::string json) {
    const std::lock_guard lock{mutex_};
    desk_ = std::move(json);
}

void FakeControl::set_unhealthy(std::optional<std::string> why) {
    const std::lock_guard lock{mutex_};
    unhealthy_ = std::move(why);
}

void FakeControl::refuse_with(std::optional<dialer::http::Refused> refused) {
    const std::lock_guard lock{mutex_};
    refused_ = std::move(refused);
}

void FakeControl::forget_token(const std::string& token) {
    const std::lock_guard lock{mutex_};
    forgotten_.insert(token);
}

void FakeControl::hold() {
    const std::lock_guard lock{mutex_};
    hold_ = true;
}

void FakeControl::release() {
    std::unique_lock lock{mutex_};
    hold_ = false;
    for (auto& work : std::exchange(held_, {})) {
        work_.push_back(std::move(work));
    }
    changed_.notify_all();
    changed_.wait(lock, [this] { return work_.empty() && !busy_; });
}

std::vector<std::string> FakeControl::calls() const {
    const std::lock_guard lock{mutex_};
    return calls_;
}

bool FakeControl::wait_for_held(std::size_t count) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, kDeadline, [this, count] { return held_.size() >= count; });
}

void FakeControl::queue(std::function<void()> work, bool holdable) {
    const std::lock_guard lock{mutex_};
    if (hold_ && holdable) {
        held_.push_back(std::move(work));
    } else {
        work_.push_back(std::move(work));
    }
    changed_.notify_all();
}

void FakeControl::run() {
    std::unique_lock lock{mutex_};
    for (;;) {
        changed_.wait(lock, [this] { return stop_ || !work_.empty(); });
        if (work_.empty()) {
            return;
        }
        auto work = std::move(work_.front());
        work_.pop_front();
        busy_ = true;
        lock.unlock();
        work();
        work = nullptr; // what it captured dies on this thread, as in the engine
        lock.lock();
        busy_ = false;
        changed_.notify_all();
    }
}

void FakeControl::note(std::string call, Done done) {
    std::optional<dialer::http::Refused> refused;
    {
        const std::lock_guard lock{mutex_};
        calls_.push_back(std::move(call));
        refused = refused_;
    }
    queue([done = std::move(done), refused] { done(refused); });
}

void FakeControl::sign_in(AgentId agent, std::string campaign, bool ready, Done done) {
    note("sign_in " + id_text(agent) + ' ' + campaign + ' ' + flag_text(ready), std::move(done));
}

void FakeControl::sign_out(AgentId agent, Done done) {
    note("sign_out " + id_text(agent), std::move(done));
}

void FakeControl::set_ready(AgentId agent, Done done) {
    note("set_ready " + id_text(agent), std::move(done));
}

void FakeControl::pause(AgentId agent, std::string reason, Done done) {
    note("pause " + id_text(agent) + ' ' + reason, std::move(done));
}

void FakeControl::pause_agent(AgentId agent, std::string reason, std::string by, Done done) {
    note("pause " + id_text(agent) + ' ' + reason + " by " + by, std::move(done));
}

void FakeControl::hang_up_customer(AgentId agent, Done done) {
    note("hang_up " + id_text(agent), std::move(done));
}

void FakeControl::dispose(AgentId agent, std::string code, std::string text, bool ready,
                          Done done) {
    note("dispose " + id_text(agent) + ' ' + code + " [" + text + "] " + flag_text(ready),
         std::move(done));
}

void FakeControl::wrap_up_ending(AgentId agent, std::chrono::seconds in, Done done) {
    note("wrap_up_ending " + id_text(agent) + ' ' + std::to_string(in.count()), std::move(done));
}

void FakeControl::more_time(AgentId agent, std::chrono::seconds by, Done done) {
    note("more_time " + id_text(agent) + ' ' + std::to_string(by.count()), std::move(done));
}

void FakeControl::preview_dial(AgentId agent, Done done) {
    note("preview_dial " + id_text(agent), std::move(done));
}

void FakeControl::preview_skip(AgentId agent, std::string reason, Done done) {
    note("preview_skip " + id_text(agent) + ' ' + reason, std::move(done));
}

void FakeControl::dial_number(AgentId agent, std::string number, std::string region, Done done) {
    note("dial_number " + id_text(agent) + ' ' + number + " [" + region + ']', std::move(done));
}

void FakeControl::opt_out(std::string number, std::string by, Done done) {
    note("opt_out " + number + " by " + by, std::move(done));
}

void FakeControl::set_campaign_running(std::string campaign, bool running, std::string by,
                                       Done done) {
    note("running " + campaign + ' ' + flag_text(running) + " by " + by, std::move(done));
}

void FakeControl::desk(AgentId, Reply reply) {
    std::string json;
    {
        const std::lock_guard lock{mutex_};
        json = desk_;
    }
    queue([reply = std::move(reply), json = std::move(json)] { reply(json); });
}

void FakeControl::phone_login(AgentId, std::function<void(std::optional<std::string>)> reply) {
    bool known = false;
    {
        const std::lock_guard lock{mutex_};
        known = browser_phones_;
    }
    queue([reply = std::move(reply), known] {
        if (!known) {
            return reply(std::nullopt);
        }
        reply(R"({"url":"wss://phones.example.com/","realm":"dialer","user":"anna",)"
              R"("login":"1795363200:anna","password":"c2VjcmV0",)"
              R"("expires_at":"2026-11-23T20:00:00.000000Z","expires_in_s":300})");
    });
}

void FakeControl::have_no_browser_phones() {
    const std::lock_guard lock{mutex_};
    browser_phones_ = false;
}

std::shared_ptr<const std::string> FakeControl::live() const {
    const std::lock_guard lock{mutex_};
    return live_;
}

std::shared_ptr<const std::string> FakeControl::live_history() const {
    return std::make_shared<const std::string>(
        R"({"step_s":5,"at":["2026-11-23T20:00:00.000Z"],"agents_free":[2],)"
        R"("campaigns":[{"id":1,"lines":[7],"agents_free":[null]}]})");
}

std::string FakeControl::metrics() const {
    return "# TYPE dialer_attempts_total counter\ndialer_attempts_total 120\n";
}

std::optional<std::string> FakeControl::unhealthy() const {
    const std::lock_guard lock{mutex_};
    return unhealthy_;
}

void FakeControl::authenticate(std::string token, std::function<void(std::optional<User>)> reply) {
    std::optional<User> user;
    {
        const std::lock_guard lock{mutex_};
        user = forgotten_.contains(token) ? std::nullopt : user_of(token);
    }
    queue([reply = std::move(reply), user] { reply(user); }, false);
}

void FakeControl::forget(std::string credential) {
    note("forget " + credential, [](const auto&) {});
}

void FakeControl::campaigns(Reply reply) {
    queue([reply = std::move(reply)] {
        reply(R"([{"id":1,"name":"demo","running":true,"mode":"progressive"}])");
    });
}

void FakeControl::agents(Reply reply) {
    queue([reply = std::move(reply)] {
        reply(R"([{"id":7,"name":"Ada","state":"offline","since":null,"call":null}])");
    });
}

void FakeControl::disposition_codes(Reply reply) {
    queue([reply = std::move(reply)] { reply(R"(["sale","not_interested","do_not_call"])"); });
}

void FakeControl::use_store(const std::string& dsn, campaigns::Instant now) {
    const std::lock_guard lock{mutex_};
    dsn_ = dsn;
    now_ = now;
}

void FakeControl::set_now(campaigns::Instant now) {
    const std::lock_guard lock{mutex_};
    now_ = now;
}

void FakeControl::office(dialer::http::OfficeJob job,
                         std::function<void(dialer::http::Response)> reply) {
    std::string dsn;
    {
        const std::lock_guard lock{mutex_};
        dsn = dsn_;
    }
    queue([job = std::move(job), reply = std::move(reply), dsn] {
        if (dsn.empty()) {
            reply(dialer::http::error_response(503, "There is no store here."));
            return;
        }
        try {
            campaigns::Store store{dsn};
            reply(job(store));
        } catch (const campaigns::StoreRefusal& refusal) {
            reply(dialer::http::error_response(409, refusal.what()));
        } catch (const std::exception& error) {
            reply(dialer::http::error_response(500, error.what())); // told, for whoever reads tests
        }
    });
}

namespace {

/// What an engine loads at its start.
struct RealWorld {
    static constexpr const char* kRoot = DIALER_SOURCE_ROOT;

    std::unique_ptr<dnc::ZoneDatabase> zones = dnc::load_zones({});
    dnc::Gate gate{dnc::load_packs(std::string{kRoot} + "/dnc/packs"),
                   dnc::load_geography(std::string{kRoot} + "/dnc/geo/nanp.csv"), *zones};
    dnc::Places places{dnc::load_geography(std::string{kRoot} + "/dnc/geo/nanp.csv"), *zones};
    dialer::http::World world{
        gate,
        places,
        *zones,
        dnc::abandonment_rules(gate.packs(),
                               std::chrono::sys_days{std::chrono::November / 23 / 2026}),
        {{"us-sales", "Sales calls", "for tests", {{"ring_max_s", "25"}, {"attempts_max", "4"}}}},
        {}};
};

} // namespace

const dialer::http::World& FakeControl::world() const {
    static const RealWorld real;
    return real.world;
}

campaigns::Store FakeControl::open_store() const {
    std::string dsn;
    {
        const std::lock_guard lock{mutex_};
        dsn = dsn_;
    }
    if (dsn.empty()) {
        throw campaigns::StoreUnavailable{"there is no store here"};
    }
    return campaigns::Store{dsn};
}

campaigns::Instant FakeControl::now() const {
    const std::lock_guard lock{mutex_};
    return now_;
}

} // namespace http_test
