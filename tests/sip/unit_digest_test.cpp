// Goal: digest agrees with the worked examples of the RFCs, and only usable challenges are taken.
// Method: RFC 2617 3.5, the older form of RFC 2069 computed by hand, and ugly headers.

#include "dialer/sip/digest.hpp"

#include <catch2/catch.hpp>

#include <vector>

using namespace dialer::sip;

namespace {

std::optional<Challenge> read(std::string_view scheme, std::vector<std::string_view> params) {
    return Challenge::read(scheme, params, true);
}

} // namespace

TEST_CASE("the example of RFC 2617 3.5 gives its response", "[sip][digest]") {
    const std::string ha1 = md5_hex("Mufasa:testrealm@host.com:Circle Of Life");
    CHECK(ha1 == "939e7578ed9e3c518a452acee763bce9");
    CHECK(digest_response({.ha1 = ha1,
                           .method = "GET",
                           .uri = "/dir/index.html",
                           .nonce = "dcd98b7102dd2f0e8b11d0f600bfb0c093",
                           .qop = "auth",
                           .nc = "00000001",
                           .cnonce = "0a4f113b"}) == "6629fae49393a05397450978507c4ef1");
}

TEST_CASE("without qop the response has the form of RFC 2069", "[sip][digest]") {
    const std::string ha1 = md5_hex("Mufasa:testrealm@host.com:Circle Of Life");
    const std::string ha2 = md5_hex("GET:/dir/index.html");
    CHECK(digest_response({.ha1 = ha1,
                           .method = "GET",
                           .uri = "/dir/index.html",
                           .nonce = "abc",
                           .qop = {},
                           .nc = {},
                           .cnonce = {}}) == md5_hex(ha1 + ":abc:" + ha2));
}

TEST_CASE("MD5 challenges are taken, others are not", "[sip][digest]") {
    CHECK(read("Digest", {"realm=\"r\"", "nonce=\"n\""}));
    CHECK(read("digest", {"realm=\"r\"", "nonce=\"n\"", "algorithm=md5", "qop=\"auth,auth-int\""}));
    CHECK_FALSE(read("Digest", {"realm=\"r\"", "nonce=\"n\"", "algorithm=SHA-256"}));
    CHECK_FALSE(read("Digest", {"realm=\"r\"", "nonce=\"n\"", "qop=\"auth-int\""}));
    CHECK_FALSE(read("Digest", {"realm=\"r\""}));
    CHECK_FALSE(read("Basic", {"realm=\"r\"", "nonce=\"n\""}));
}

TEST_CASE("quoted pairs in a challenge are undone and made again", "[sip][digest]") {
    const auto challenge = read("Digest", {"realm=\"a \\\"b\\\"\"", "nonce=\"n\"", "stale=TRUE"});
    REQUIRE(challenge);
    CHECK(challenge->realm == "a \"b\"");
    CHECK(challenge->stale);
    ClientAuth auth{{"user", "secret"}, *challenge};
    CHECK(auth.authorize("INVITE", "sip:x@y").find("realm=\"a \\\"b\\\"\"") != std::string::npos);
}

TEST_CASE("the nonce count grows with each use", "[sip][digest]") {
    ClientAuth auth{{"user", "secret"},
                    *read("Digest", {"realm=\"r\"", "nonce=\"n\"", "qop=\"auth\""})};
    CHECK(auth.authorize("INVITE", "sip:x@y").find("nc=00000001") != std::string::npos);
    CHECK(auth.authorize("BYE", "sip:x@y").find("nc=00000002") != std::string::npos);
}

TEST_CASE("broken parameters are no parameters", "[sip][digest]") {
    const std::vector<std::string_view> params{"", "=", "nonce", "nonce=", "realm=\""};
    CHECK(find_parameter(params, "nonce") == "");
    CHECK(find_parameter(params, "realm") == "\"");
    CHECK_FALSE(find_parameter(params, "opaque"));
}
