// Goal: a wrap-up lasts as long as the campaign allows and once more at most, a pause that is asked
// for meanwhile comes after it, and a supervisor's reason replaces the agent's own.
// Method: a desk whose phones and media only take orders; the database is out of reach, so the rows
// of the log are counted where they wait.

#include "dialer/agents/desk.hpp"
#include "dialer/sip/digest.hpp"
#include "dialer/sip/registrar.hpp"

#include <catch2/catch.hpp>

using namespace std::chrono_literals;
using campaigns::AgentId;
using campaigns::AttemptId;
using campaigns::CampaignId;
using dialer::agents::AgentState;
using dialer::agents::Desk;

namespace {

const AgentId desk_agent{11};
const CampaignId desk_campaign{1};
const AttemptId desk_call{71};

struct Phones final : dialer::sip::Legs {
    void dial(dialer::sip::CustomerDial /*dial*/) override {}
    void call_agent(dialer::sip::AgentDial dial) override { called = dial.leg; }
    void resend(dialer::LegId /*leg*/, campaigns::ResendTicket /*ticket*/) override {}
    void hang_up(dialer::LegId /*leg*/) override {}
    void set_phone_accounts(std::vector<dialer::sip::PhoneAccount> /*accounts*/) override {}

    dialer::LegId called{};
};

struct NoMedia final : dialer::media::Media {
    boost::system::result<dialer::media::LocalPort> open(dialer::LegId /*leg*/,
                                                         dialer::media::LegKind /*kind*/,
                                                         std::uint64_t /*affinity*/) override {
        return dialer::media::LocalPort{{127, 0, 0, 1}, 16384};
    }
    void connect(dialer::LegId /*leg*/, const dialer::media::Remote& /*remote*/) override {}
    void bridge(dialer::LegId /*customer*/, dialer::LegId /*agent*/) override {}
    void unbridge(dialer::LegId /*agent*/) override {}
    void play(dialer::LegId /*leg*/, dialer::media::ClipId /*clip*/) override {}
    void close(dialer::LegId /*leg*/) override {}
};

/// A phone whose owner has proved who he is, as only the registrar can say it.
dialer::sip::RegisteredContact phone_of(const std::string& user) {
    const std::string ha1 = dialer::sip::md5_hex(user + ":dialer:secret");
    dialer::sip::Registrar registrar{"dialer", 600s};
    (void)registrar.set_accounts({{user, ha1}});
    const dialer::Monotonic now{1000s};
    dialer::sip::RegisterRequest request;
    request.user = user;
    request.source = {0x7f000001, 5070};
    request.call_id = "call-1";
    request.cseq = 1;
    request.contact = "sip:" + user + "@127.0.0.1:5070";
    const std::string asked = registrar.handle(request, now).authenticate;
    const auto start = asked.find("nonce=\"") + 7;
    const std::string nonce = asked.substr(start, asked.find('"', start) - start);
    const std::string response = dialer::sip::digest_response({.ha1 = ha1,
                                                               .method = "REGISTER",
                                                               .uri = "sip:dialer",
                                                               .nonce = nonce,
                                                               .qop = "auth",
                                                               .nc = "00000001",
                                                               .cnonce = "abc"});
    request.cseq = 2;
    request.authorizations.push_back("username=\"" + user + "\"\nrealm=\"dialer\"\nnonce=\"" +
                                     nonce + "\"\nuri=\"sip:dialer\"\nresponse=\"" + response +
                                     "\"\nqop=auth\nnc=00000001\ncnonce=\"abc\"");
    auto reply = registrar.handle(request, now);
    return std::get<dialer::sip::PhoneRegistered>(reply.events.at(0)).contact;
}

/// One agent at work, and the hands that move his calls.
struct DeskRoom {
    DeskRoom() {
        desk.set_accounts({{desk_agent, "Anna", "desk_agent", ""}});
        desk.phone_registered(phone_of("desk_agent"));
        desk.sign_in(desk_agent, desk_campaign, true, [](const auto&) {});
        desk.answered(phones.called, dialer::sdp::make_offer({127, 0, 0, 1}, 16386, 1));
        REQUIRE(agent().state == AgentState::ready);
    }

    dialer::agents::Agent& agent() { return *desk.find(desk_agent); }

    void talk() {
        desk.reserve(agent(), desk_call);
        desk.talking(agent());
    }

    void wrap_up(std::chrono::seconds longest) {
        talk();
        desk.wrap_up(agent(), longest);
    }

    /// 0: done; else the status of the refusal.
    int more(std::chrono::seconds by) {
        int status = -1;
        desk.more_time(desk_agent, by,
                       [&](const auto& refused) { status = refused ? refused->status : 0; });
        return status;
    }

    int pause(const std::string& reason) {
        int status = -1;
        desk.pause(desk_agent, reason,
                   [&](const auto& refused) { status = refused ? refused->status : 0; });
        return status;
    }

    /// Lets timers fire until the agent is in that state.
    bool becomes(AgentState state) {
        const auto deadline = std::chrono::steady_clock::now() + 10s;
        while (agent().state != state && std::chrono::steady_clock::now() < deadline) {
            context.run_one_for(100ms);
        }
        return agent().state == state;
    }

    boost::asio::io_context context;
    dialer::Clock clock;
    campaigns::IdMaker ids{1};
    dialer::db::Pool pool{context, "host=/nowhere", 1};
    dialer::db::LogWriter log{context, pool};
    Phones phones;
    NoMedia media;
    dialer::Loop loop{context, clock, ids, pool, log, phones, media};
    dialer::agents::Pools pools;
    Desk desk{loop,
              pools,
              {.state = [](const auto&, AgentState) {},
               .changed = [](CampaignId) {},
               .line_lost = [](AttemptId, const std::string&) {}}};
};

} // namespace

TEST_CASE("a wrap-up ends by itself with the agent ready", "[desk]") {
    DeskRoom room;
    room.wrap_up(0s);
    CHECK(room.becomes(AgentState::ready));
    CHECK_FALSE(room.agent().call);
}

TEST_CASE("a wrap-up is made longer by as much again as the campaign allows, no more", "[desk]") {
    DeskRoom room;
    CHECK(room.more(10s) == 409); // there is none
    room.talk();
    CHECK(room.more(10s) == 409); // not yet
    room.desk.wrap_up(room.agent(), 60s);
    const auto before = room.agent().timer->expiry();
    CHECK(room.more(40s) == 0);
    CHECK(room.agent().timer->expiry() >= before + 40s);
    CHECK(room.agent().more_time_left == 20s);
    CHECK(room.more(21s) == 409);
    CHECK(room.more(20s) == 0);
    CHECK(room.agent().timer->expiry() >= before + 60s);
    CHECK(room.more(1s) == 409);
    CHECK(room.agent().state == AgentState::wrap_up);

    room.desk.finish_wrap_up(room.agent(), true);
    CHECK(room.more(1s) == 409);
    room.wrap_up(60s); // the next one begins anew
    CHECK(room.agent().more_time_left == 60s);
}

TEST_CASE("who asks for a pause in the wrap-up is paused when it is over", "[desk]") {
    DeskRoom room;
    room.wrap_up(60s);
    CHECK(room.pause("lunch") == 0);
    CHECK(room.agent().state == AgentState::wrap_up);
    SECTION("by himself") {
        room.desk.finish_wrap_up(room.agent(), true);
        CHECK(room.agent().state == AgentState::paused);
        CHECK(room.agent().reason == "lunch");
    }
    SECTION("by the limit") {
        room.desk.finish_wrap_up(room.agent(), true);
        room.desk.set_ready(desk_agent, [](const auto&) {});
        room.wrap_up(0s);
        CHECK(room.pause("break") == 0);
        REQUIRE(room.becomes(AgentState::paused));
        CHECK(room.agent().reason == "break");
    }
    SECTION("unless he takes it back") {
        room.desk.set_ready(desk_agent, [](const auto&) {});
        CHECK(room.agent().state == AgentState::ready);
        room.wrap_up(60s);
        room.desk.finish_wrap_up(room.agent(), true);
        CHECK(room.agent().state == AgentState::ready);
    }
}

TEST_CASE("a supervisor's reason replaces the agent's, and the log says whose it is", "[desk]") {
    DeskRoom room;
    const auto pause_for = [&](const std::string& reason) {
        int status = -1;
        room.desk.pause_for(desk_agent, reason, "sam",
                            [&](const auto& refused) { status = refused ? refused->status : 0; });
        return status;
    };
    CHECK(pause_for("fire drill") == 0);
    CHECK(room.agent().state == AgentState::paused);
    CHECK(room.agent().reason == "fire drill");
    const auto since = room.agent().since.mono;
    const auto rows = room.log.backlog();
    CHECK(pause_for("training") == 0);
    CHECK(room.agent().reason == "training");
    CHECK(room.agent().since.mono == since); // he is paused as long as before
    CHECK(room.log.backlog() == rows + 2);   // who, and the reason
    CHECK(room.desk.counts(desk_campaign).paused == 1);

    room.desk.set_ready(desk_agent, [](const auto&) {});
    room.wrap_up(60s);
    CHECK(pause_for("talk to me") == 0);
    CHECK(room.agent().state == AgentState::wrap_up);
    room.desk.finish_wrap_up(room.agent(), true);
    CHECK(room.agent().reason == "talk to me");

    room.desk.sign_out(desk_agent, [](const auto&) {});
    CHECK(pause_for("late") == 409);
}
