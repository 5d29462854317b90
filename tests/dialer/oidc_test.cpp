// Goal: tokens, keys, attempts and paths that are not exactly what we asked for are not believed.
// Method: the example of RFC 7515 A.3 with its key, and mutations of it; round trips. What needs a
// provider is in tests/web/oidc.py.

#include "dialer/oidc/attempt.hpp"
#include "dialer/oidc/id_token.hpp"
#include "dialer/oidc/provider.hpp"

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>
#include <rapidcheck.h>

using namespace dialer::oidc;
using namespace std::chrono_literals;

namespace {

// RFC 7515 A.3.1: an ES256 signature, its payload and its key.
constexpr const char* kToken =
    "eyJhbGciOiJFUzI1NiJ9"
    ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlf"
    "Q"
    ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
constexpr const char* kKeys =
    R"({"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
    R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]})";

// Moduli of keys made for this test, of 2048 and of 1024 bits.
constexpr const char* kModulus =
    "zyxoEpbppP1PNedRAkrkq2WfkvRtGk3W2-SrEDg7-H1-"
    "UO_3d7dyWHmHtCj6NzCB3EiMsqChE5vTZqV_KgTxc2FnwaL2ZESja14I5QO18Xyumq7C2b2Cl8A9ZeT-"
    "_8jLEi1pkLV13EJ0xLZHdsLKe6aAopw7rshY0NYJ6oz1-Ug0F5vY4rJ4O2yomLf8OIFJ-FsmHh8Lgt44Q4Bw7U"
    "0RcaWHimpitRU6ja21XoKr3VO55LG1MRSAu3GXyG2ycNOJJCp0pj4p_7E3W-DZhLSDUYmsFiKD2BJgDCacf4-"
    "Lo1fAlqO3gB8QZpCXPGC2Qt-fGSTsg7AxRPaDnBbqz1YPHQ";
constexpr const char* kWeakModulus =
    "55StzykD242R4jkgX4LZVE0ctNrDfal95oXa4l-"
    "LqSDv8O0ziUzeKPkuZpC_6EHlIBKIT29_i0kCPkb_nH5credlPVVUBCpCj8Iayx_xFNYO75aur-"
    "gtAYbyUyPLHTUARmEfgWrSPQEBICbl1As66iIjU9viG7oyut-AR-5sLaE";

std::vector<Key> keys_of(std::string_view text) {
    return read_keys(boost::json::parse({text.data(), text.size()}).as_object());
}

} // namespace

TEST_CASE("the signature of the standard's example is good, and with one bit changed it is not",
          "[oidc]") {
    const auto keys = keys_of(kKeys);
    REQUIRE(keys.size() == 1);
    auto token = read_token(kToken);
    REQUIRE(token);
    CHECK(key_for(*token, keys) == &keys[0]);
    CHECK(is_signed_by(*token, keys[0]));
    for (std::size_t bit = 0; bit < token->signature.size() * 8; bit += 37) {
        auto changed = *token;
        changed.signature[bit / 8] = static_cast<char>(changed.signature[bit / 8] ^ (1 << bit % 8));
        CHECK_FALSE(is_signed_by(changed, keys[0]));
    }
    token->signature += '\0';
    CHECK_FALSE(is_signed_by(*token, keys[0]));
    token->algorithm = Algorithm::rs256;
    CHECK_FALSE(is_signed_by(*token, keys[0]));
    CHECK(key_for(*token, keys) == nullptr);
}

TEST_CASE("keys that are weak, off their curve or for something else are left out", "[oidc]") {
    const std::string text{kKeys};
    auto off_curve = text;
    off_curve.replace(off_curve.find("f83O"), 4, "f83P");
    CHECK(keys_of(off_curve).empty());
    for (const auto* const more : {R"("use":"enc")", R"("alg":"ES384")", R"("key_ops":["sign"])"}) {
        CHECK(keys_of(text.substr(0, text.size() - 3) + "," + more + "}]}").empty());
    }
    CHECK(keys_of(text.substr(0, text.size() - 3) + R"(,"use":"sig"}]})").size() == 1);
    const std::string rsa = R"({"keys":[{"kty":"RSA","e":"AQAB","n":")";
    CHECK(keys_of(rsa + kModulus + "\"}]}").size() == 1);
    CHECK(keys_of(rsa + kModulus + R"(","alg":"RS512"}]})").empty());
    CHECK(keys_of(rsa + kWeakModulus + "\"}]}").empty());
    CHECK(keys_of(R"({"keys":7})").empty());
}

TEST_CASE("two keys that may have signed a token are none", "[oidc]") {
    const std::string text{kKeys};
    const auto key = text.substr(9, text.size() - 11);
    const auto keys = keys_of("{\"keys\":[" + key + "," + key + "]}");
    REQUIRE(keys.size() == 2);
    CHECK(key_for(*read_token(kToken), keys) == nullptr);
}

TEST_CASE("base64url comes back as it was, and in no other form", "[oidc]") {
    CHECK(rc::check(
        [](const std::string& bytes) { RC_ASSERT(from_base64url(to_base64url(bytes)) == bytes); }));
    CHECK(from_base64url("QQ") == "A");
    for (const auto* const text : {"QR", "QQ==", "Q", "Q Q", "Q+/Q", "QUI\n"}) {
        CHECK_FALSE(from_base64url(text));
    }
}

TEST_CASE("an attempt is readable with its secret, unchanged and in time", "[oidc]") {
    const dnc::Instant now{1'800'000'000s};
    const auto attempt = new_attempt("/campaigns", now);
    const auto sealed = seal(attempt, "secret");
    const auto found = unseal(sealed, "secret", now + kAttemptMax - 1s);
    REQUIRE(found);
    CHECK(found->state == attempt.state);
    CHECK(found->nonce == attempt.nonce);
    CHECK(found->verifier == attempt.verifier);
    CHECK(found->to == "/campaigns");
    CHECK_FALSE(unseal(sealed, "another", now));
    CHECK_FALSE(unseal(sealed, "secret", now + kAttemptMax));
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        auto changed = sealed;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        CHECK_FALSE(unseal(changed, "secret", now));
    }
    CHECK(sealed_in("a=b; dialer_oidc=" + sealed) == sealed);
    CHECK(sealed_in("dialer_oidc=1; dialer_oidc=2").empty());
}

TEST_CASE("RFC 7636: the challenge of the standard's verifier", "[oidc]") {
    Attempt attempt;
    attempt.verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"; // appendix B
    CHECK(challenge_of(attempt) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

TEST_CASE("whatever is asked for, the page afterwards is one of ours", "[oidc]") {
    CHECK(own_path("/reports?from=2026-11-01") == "/reports?from=2026-11-01");
    CHECK(rc::check([](const std::string& wanted) {
        const auto path = own_path("/" + wanted);
        RC_ASSERT(path.starts_with('/'));
        RC_ASSERT(path.find("//") == std::string::npos);
        RC_ASSERT(path.find('\\') == std::string::npos);
        RC_ASSERT(is_plain(path));
    }));
    for (const auto* const away : {"//evil.example", "/\\evil.example", "https://evil.example", "",
                                   "/..//evil.example", "/api/sign-out", "/a\r\nb"}) {
        CHECK(own_path(away) == "/");
    }
}

TEST_CASE("the provider's addresses are secured, or of this machine", "[oidc]") {
    CHECK(is_safe_address("https://id.example.com/realms/a"));
    CHECK(is_safe_address("http://127.0.0.1:8080/a"));
    for (const auto* const url :
         {"http://id.example.com", "http://127.0.0.1.evil.example", "file:///etc/passwd",
          "https://", "http://127.0.0.1@evil.example", "https://a b", "http://localhost.evil"}) {
        CHECK_FALSE(is_safe_address(url));
    }
}
