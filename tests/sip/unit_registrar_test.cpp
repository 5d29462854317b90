// Goal: only a phone that knows its password is registered, and it is forgotten when it should be.
// Method: the registrar alone, with requests made by hand and a clock of our own.

#include "dialer/sip/digest.hpp"
#include "dialer/sip/phone_login.hpp"
#include "dialer/sip/registrar.hpp"

#include <catch2/catch.hpp>

using namespace dialer;
using namespace dialer::sip;
using namespace std::chrono_literals;

namespace {

const std::string kHa1 = md5_hex("anna:dialer:secret");

struct Desk {
    Registrar registrar{"dialer", 600s};
    Monotonic now{1000s};
    std::uint32_t cseq = 1;

    Desk() { (void)registrar.set_accounts({{"anna", kHa1}}); }

    [[nodiscard]] RegisterRequest request(std::chrono::seconds expires = 300s) {
        RegisterRequest result;
        result.user = "anna";
        result.source = {0x7f000001, 5070};
        result.call_id = "call-1";
        result.cseq = cseq++;
        result.contact = "sip:anna@127.0.0.1:5070";
        result.expires = expires;
        return result;
    }
    [[nodiscard]] std::string nonce() {
        const std::string header = registrar.handle(request(), now).authenticate;
        const auto start = header.find("nonce=\"") + 7;
        return header.substr(start, header.find('"', start) - start);
    }
    [[nodiscard]] static std::string authorization(const std::string& nonce, const std::string& ha1,
                                                   const std::string& nc = "00000001",
                                                   const std::string& user = "anna") {
        const std::string response = digest_response({.ha1 = ha1,
                                                      .method = "REGISTER",
                                                      .uri = "sip:dialer",
                                                      .nonce = nonce,
                                                      .qop = "auth",
                                                      .nc = nc,
                                                      .cnonce = "abc"});
        return "username=\"" + user + "\"\nrealm=\"dialer\"\nnonce=\"" + nonce +
               "\"\nuri=\"sip:dialer\"\nresponse=\"" + response + "\"\nqop=auth\nnc=" + nc +
               "\ncnonce=\"abc\"";
    }
    [[nodiscard]] RegisterReply login(std::chrono::seconds expires = 300s) {
        const std::string fresh = nonce();
        RegisterRequest with = request(expires);
        with.authorizations.push_back(authorization(fresh, kHa1));
        return registrar.handle(with, now);
    }
};

template <class T> bool holds(const std::vector<Event>& events) {
    return events.size() == 1 && std::holds_alternative<T>(events.front());
}

} // namespace

TEST_CASE("a phone with the right password is registered", "[sip][registrar]") {
    Desk desk;
    const RegisterReply reply = desk.login();
    CHECK(reply.status == 200);
    CHECK(reply.contact == "<sip:anna@127.0.0.1:5070>;expires=300");
    REQUIRE(holds<PhoneRegistered>(reply.events));
    const auto& contact = std::get<PhoneRegistered>(reply.events.front()).contact;
    CHECK(contact.user() == "anna");
    CHECK(desk.registrar.locate(contact) == Source{0x7f000001, 5070});
    CHECK(desk.registrar.has_phone_at(0x7f000001));

    SECTION("a refresh is answered without a second event") {
        CHECK(desk.login().events.empty());
    }
    SECTION("it is forgotten when it does not refresh") {
        desk.now += 301s;
        CHECK(holds<PhoneUnregistered>(desk.registrar.expire(desk.now)));
        CHECK_FALSE(desk.registrar.locate(contact));
    }
    SECTION("expires 0 removes it") {
        CHECK(holds<PhoneUnregistered>(desk.login(0s).events));
    }
    SECTION("a changed password removes it") {
        CHECK(holds<PhoneUnregistered>(
            desk.registrar.set_accounts({{"anna", md5_hex("anna:dialer:other")}})));
    }
    SECTION("the same accounts again leave it alone") {
        CHECK(desk.registrar.set_accounts({{"anna", kHa1}}).empty());
    }
}

TEST_CASE("a wrong password, an unknown user and another's credentials are challenged again",
          "[sip][registrar]") {
    Desk desk;
    const std::string nonce = desk.nonce();
    RegisterRequest request = desk.request();
    SECTION("wrong password") {
        request.authorizations.push_back(Desk::authorization(nonce, md5_hex("anna:dialer:wrong")));
    }
    SECTION("unknown user") {
        request.user = "zoe";
        request.authorizations.push_back(Desk::authorization(nonce, kHa1, "00000001", "zoe"));
    }
    SECTION("an empty secret for an unknown user") {
        request.user = "zoe";
        request.authorizations.push_back(Desk::authorization(nonce, "", "00000001", "zoe"));
    }
    SECTION("anna's credentials for bob's address") {
        request.user = "bob";
        request.authorizations.push_back(Desk::authorization(nonce, kHa1));
    }
    const RegisterReply reply = desk.registrar.handle(request, desk.now);
    CHECK(reply.status == 401);
    CHECK(reply.authenticate.find("stale") == std::string::npos);
    CHECK(reply.events.empty());
}

TEST_CASE("an old, forged or replayed nonce is stale", "[sip][registrar]") {
    Desk desk;
    const std::string nonce = desk.nonce();
    RegisterRequest request = desk.request();
    SECTION("old") {
        desk.now += 6min;
        request.authorizations.push_back(Desk::authorization(nonce, kHa1));
    }
    SECTION("forged") {
        request.authorizations.push_back(Desk::authorization("1-2-3", kHa1));
    }
    SECTION("no nonce of ours at all") {
        request.authorizations.push_back(Desk::authorization("x", kHa1));
    }
    SECTION("replayed") {
        request.authorizations.push_back(Desk::authorization(nonce, kHa1));
        REQUIRE(desk.registrar.handle(request, desk.now).status == 200);
        ++request.cseq;
    }
    const RegisterReply reply = desk.registrar.handle(request, desk.now);
    CHECK(reply.status == 401);
    CHECK(reply.authenticate.find("stale=true") != std::string::npos);
}

TEST_CASE("a retransmitted request is accepted again", "[sip][registrar]") {
    Desk desk;
    RegisterRequest request = desk.request();
    request.authorizations.push_back(Desk::authorization(desk.nonce(), kHa1));
    CHECK(desk.registrar.handle(request, desk.now).status == 200);
    CHECK(desk.registrar.handle(request, desk.now).status == 200);
}

TEST_CASE("before the accounts are known a phone is told to come again", "[sip][registrar]") {
    Desk desk;
    Registrar starting{"dialer", 600s};
    CHECK(starting.handle(desk.request(), desk.now).status == 503);
}

TEST_CASE("ten wrong passwords lock that user at that address for half a minute",
          "[sip][registrar]") {
    Desk desk;
    for (int i = 0; i < 10; ++i) {
        RegisterRequest request = desk.request();
        request.authorizations.push_back(
            Desk::authorization(desk.nonce(), md5_hex("anna:dialer:wrong")));
        CHECK(desk.registrar.handle(request, desk.now).status == 401);
    }
    CHECK(desk.registrar.handle(desk.request(), desk.now).status == 403);
    RegisterRequest neighbour = desk.request();
    neighbour.user = "berta";
    CHECK(desk.registrar.handle(neighbour, desk.now).status == 401);
    desk.now += 31s;
    CHECK(desk.login().status == 200);
}

TEST_CASE("expiry is clamped and too short ones are refused", "[sip][registrar]") {
    Desk desk;
    CHECK(desk.login(100000s).contact.find("expires=600") != std::string::npos);
    const RegisterReply brief = desk.login(1s);
    CHECK(brief.status == 423);
    CHECK(brief.min_expires == "5");
}

TEST_CASE("Contact * needs expires 0", "[sip][registrar]") {
    Desk desk;
    REQUIRE(desk.login().status == 200);
    RegisterRequest request = desk.request(0s);
    request.authorizations.push_back(Desk::authorization(desk.nonce(), kHa1));
    request.all_contacts = true;
    request.contact.clear();
    SECTION("with it the phone is gone") {
        CHECK(holds<PhoneUnregistered>(desk.registrar.handle(request, desk.now).events));
    }
    SECTION("without it the request is wrong") {
        request.expires = 60s;
        CHECK(desk.registrar.handle(request, desk.now).status == 400);
    }
}

namespace {

const BrowserPhones kBrowsers{.url = "wss://phones.example.com/",
                              .proxy = "127.0.0.9",
                              .proxy_port = 5070,
                              .secret = "0123456789abcdef0123456789abcdef"};
constexpr Source kProxy{0x7f000009, 5070};
constexpr std::chrono::sys_seconds kWorld{1795363200s};

struct BrowserDesk {
    Registrar registrar{"dialer", 600s, kBrowsers};

    BrowserDesk() { (void)registrar.set_accounts({{"anna", kHa1}, {"ben", kHa1}}); }

    [[nodiscard]] RegisterReply ask(const PhoneLogin& login, const std::string& user = "anna",
                                    std::chrono::sys_seconds at = kWorld,
                                    const Source& source = kProxy) {
        RegisterRequest request;
        request.user = user;
        request.source = source;
        request.at = at;
        request.call_id = "call-1";
        request.cseq = 1;
        request.contact = "sip:x@y.invalid;transport=ws;alias=127.0.0.1~50000~5";
        request.expires = 60s;
        const auto ha1 = md5_hex(login.name + ":dialer:" + login.password);
        request.authorizations.push_back(
            Desk::authorization("of-the-proxy", ha1, "00000001", login.name));
        return registrar.handle(request, Monotonic{1000s});
    }
};

} // namespace

TEST_CASE("a browser's login is the HMAC that the proxy makes of its name", "[sip][registrar]") {
    const auto login = make_phone_login(kBrowsers, "anna", kWorld);
    CHECK(login.name == "1795363500:anna");
    CHECK(login.until == kWorld + 300s);
    CHECK(login.password == hmac_base64(kBrowsers.secret, login.name));
    CHECK(hmac_base64("key", "The quick brown fox jumps over the lazy dog") ==
          "97yD9DBThCSxMpjmqm+xQ+9NWaFJRhdZl0edvC0aPNg=");
}

TEST_CASE("a browser is registered with a login of its own until it runs out", "[sip][registrar]") {
    BrowserDesk desk;
    const auto login = make_phone_login(kBrowsers, "anna", kWorld);
    const auto reply = desk.ask(login);
    CHECK(reply.status == 200);
    REQUIRE(holds<PhoneRegistered>(reply.events));
    const auto& contact = std::get<PhoneRegistered>(reply.events.front()).contact;
    CHECK(desk.registrar.locate(contact) == kProxy);

    SECTION("not for another's phone") {
        CHECK(desk.ask(login, "ben").status == 403);
    }
    SECTION("not a second later") {
        CHECK(desk.ask(login, "anna", login.until).status == 200);
        CHECK(desk.ask(login, "anna", login.until + 1s).status == 403);
    }
    SECTION("not past the proxy, which checks the nonce") {
        CHECK(desk.ask(login, "anna", kWorld, {0x7f000009, 5071}).status == 401);
        CHECK(desk.ask(login, "anna", kWorld, {0x7f000001, 5070}).status == 401);
    }
    SECTION("not with another secret, nor a longer life than it was given") {
        auto forged = make_phone_login(kBrowsers, "anna", kWorld + 1h);
        forged.password = login.password;
        CHECK(desk.ask(forged).status == 403);
        auto others = kBrowsers;
        others.secret.back() = '0';
        CHECK(desk.ask(make_phone_login(others, "anna", kWorld)).status == 403);
    }
    SECTION("nor does a phone's own password count there") {
        CHECK(desk.ask({"anna", "secret", {}}).status == 403);
    }
}

TEST_CASE("without browser phones no proxy is believed", "[sip][registrar]") {
    BrowserDesk desk;
    desk.registrar = Registrar{"dialer", 600s};
    (void)desk.registrar.set_accounts({{"anna", kHa1}});
    CHECK(desk.ask(make_phone_login(kBrowsers, "anna", kWorld)).status == 401);
}
