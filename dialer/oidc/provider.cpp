#include "dialer/oidc/provider.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <utility>

namespace dialer::oidc {

namespace json = boost::json;

namespace {

using namespace std::chrono_literals;

constexpr std::size_t kDocumentMax = 64 * 1024;
constexpr std::size_t kKeysBytesMax = 256 * 1024;
constexpr std::size_t kAnswerMax = 64 * 1024;
constexpr std::chrono::hours kDocumentAgeMax{1};
// A key that the provider took back is believed for so long at most.
constexpr std::chrono::minutes kKeysAgeMax{10};
// While it is down each attempt is answered at once, and not after a time-out.
constexpr std::chrono::seconds kTryAgainAfter{2};
// Tokens with ids of no key must not make us ask forever.
constexpr std::size_t kKeyLoadsAMinute = 5;

Failed unreachable(const std::string& what, const Fetched& fetched) {
    return {Failure::unreachable,
            what + ": " +
                (fetched.status == 0 ? fetched.fault : "status " + std::to_string(fetched.status))};
}

bool lists(const json::object& document, std::string_view name, std::string_view value) {
    const auto* const list = document.if_contains({name.data(), name.size()});
    return list != nullptr && list->is_array() &&
           std::ranges::any_of(list->as_array(), [value](const json::value& each) {
               return each.is_string() && each.as_string() == value;
           });
}

bool flag(const json::object& document, std::string_view name) {
    const auto* const value = document.if_contains({name.data(), name.size()});
    return value != nullptr && value->is_bool() && value->as_bool();
}

} // namespace

bool is_safe_address(std::string_view url) {
    const bool plain =
        std::ranges::all_of(url, [](char c) { return c > 0x20 && c < 0x7f && c != '\\'; });
    const auto is_host = [url](std::string_view start) {
        return url.starts_with(start) &&
               (url.size() == start.size() || url[start.size()] == ':' || url[start.size()] == '/');
    };
    const bool has_user = url.find('@') != std::string_view::npos;
    return plain && !has_user && url.size() <= 500 &&
           ((url.starts_with("https://") && url.size() > 8) || is_host("http://127.0.0.1") ||
            is_host("http://localhost"));
}

Fetched Provider::ask(Ask ask, std::size_t bytes_max) {
    ask.ca_file = settings_.ca_file;
    ask.bytes_max = bytes_max;
    auto fetched = fetch(ask, stopped_);
    if (fetched.status == 0) {
        silent_at_ = Clock{}.now().mono; // the time-out is over by now
    }
    return fetched;
}

Fetched Provider::get(const std::string& url, std::size_t bytes_max) {
    return ask(Ask{url}, bytes_max);
}

std::optional<Failed> Provider::discover(const Stamp& now) {
    if (silent_at_ && now.mono - *silent_at_ < kTryAgainAfter) {
        return Failed{Failure::unreachable, "it did not answer a moment ago"};
    }
    if (document_ && now.mono - document_->read_at < kDocumentAgeMax) {
        return std::nullopt;
    }
    const auto slash = settings_.issuer.ends_with('/') ? "" : "/";
    const auto fetched =
        get(settings_.issuer + slash + ".well-known/openid-configuration", kDocumentMax);
    const auto found =
        fetched.status == 200 ? read_object(fetched.body, kDocumentMax) : std::nullopt;
    return found ? read_document(*found, now)
                 : std::optional{unreachable("its discovery document", fetched)};
}

std::optional<Failed> Provider::read_document(const json::object& found, const Stamp& now) {
    // Discovery 1.0 4.3: else anybody's document could stand in for the issuer's.
    if (text_of(found, "issuer") != settings_.issuer) {
        return Failed{Failure::unreachable, "its discovery document names another issuer"};
    }
    constexpr auto kMethods = "token_endpoint_auth_methods_supported";
    Document document{text_of(found, "authorization_endpoint"),
                      text_of(found, "token_endpoint"),
                      text_of(found, "jwks_uri"),
                      text_of(found, "userinfo_endpoint"),
                      lists(found, kMethods, "client_secret_post") &&
                          !lists(found, kMethods, "client_secret_basic"),
                      flag(found, "authorization_response_iss_parameter_supported"),
                      now.mono};
    if (!is_safe_address(document.authorization) || !is_safe_address(document.token) ||
        !is_safe_address(document.keys) ||
        (!document.user_info.empty() && !is_safe_address(document.user_info))) {
        return Failed{Failure::unreachable, "its discovery document lacks an https address"};
    }
    document_ = std::move(document);
    return std::nullopt;
}

Outcome<std::string> Provider::address_for(const Attempt& attempt, const Stamp& now) {
    if (auto failed = discover(now)) {
        return std::move(*failed);
    }
    const auto& start = document_->authorization;
    return start + (start.find('?') == std::string::npos ? "?" : "&") +
           encode(std::map<std::string, std::string>{{"response_type", "code"},
                                                     {"client_id", settings_.client_id},
                                                     {"redirect_uri", settings_.redirect_uri()},
                                                     {"scope", settings_.scope},
                                                     {"state", attempt.state},
                                                     {"nonce", attempt.nonce},
                                                     {"code_challenge", challenge_of(attempt)},
                                                     {"code_challenge_method", "S256"}});
}

Outcome<Claims> Provider::exchange(const std::string& code, const std::string& issuer,
                                   const Attempt& attempt, const Stamp& now) {
    if (auto failed = discover(now)) {
        return std::move(*failed);
    }
    if (issuer.empty() ? document_->names_issuer : issuer != settings_.issuer) {
        return Failed{Failure::invalid, "the way back does not name the issuer (RFC 9207)"};
    }
    auto answer = ask_token(code, attempt);
    if (auto* const failed = std::get_if<Failed>(&answer)) {
        return std::move(*failed);
    }
    return check(std::get<json::object>(answer), attempt, now);
}

Outcome<json::object> Provider::ask_token(const std::string& code, const Attempt& attempt) {
    Ask exchange{document_->token};
    exchange.form = {{"grant_type", "authorization_code"},
                     {"code", code},
                     {"redirect_uri", settings_.redirect_uri()},
                     {"code_verifier", attempt.verifier}};
    if (document_->posts_secret) {
        exchange.form.emplace("client_id", settings_.client_id);
        exchange.form.emplace("client_secret", settings_.client_secret);
    } else {
        exchange.basic = {encode(settings_.client_id), encode(settings_.client_secret)};
    }
    const auto fetched = ask(std::move(exchange), kAnswerMax);
    auto object = read_object(fetched.body, kAnswerMax);
    if (fetched.status == 400 && object && text_of(*object, "error") == "invalid_grant") {
        return Failed{Failure::expired, "it does not take the code"};
    }
    if (fetched.status != 200 || !object) {
        return unreachable("its token endpoint", fetched);
    }
    return std::move(*object);
}

bool Provider::may_load_keys(const Stamp& now) {
    std::erase_if(key_loads_, [&now](Monotonic at) { return now.mono - at > 60s; });
    if (key_loads_.size() >= kKeyLoadsAMinute) {
        return false;
    }
    key_loads_.push_back(now.mono);
    return true;
}

std::optional<Failed> Provider::load_keys(const Stamp& now) {
    const auto fetched = get(document_->keys, kKeysBytesMax);
    const auto set =
        fetched.status == 200 ? read_object(fetched.body, kKeysBytesMax) : std::nullopt;
    if (!set) {
        return unreachable("its keys", fetched);
    }
    keys_ = read_keys(*set);
    keys_read_at_ = now.mono;
    return std::nullopt;
}

Outcome<const Key*> Provider::find_key(const SignedToken& token, const Stamp& now) {
    const bool fresh = keys_read_at_ && now.mono - *keys_read_at_ < kKeysAgeMax;
    const Key* key = fresh ? key_for(token, keys_) : nullptr;
    if (key == nullptr && (!fresh || may_load_keys(now))) {
        if (auto failed = load_keys(now)) {
            return std::move(*failed);
        }
        key = key_for(token, keys_);
    }
    if (key == nullptr) {
        return Failed{Failure::invalid, "the ID token names no key of the provider"};
    }
    return key;
}

Outcome<Claims> Provider::check(const json::object& answer, const Attempt& attempt,
                                const Stamp& now) {
    const auto text = text_of(answer, "id_token");
    auto token = read_token(text);
    if (!token) {
        return Failed{Failure::invalid, "the ID token is none signed by RS256 or ES256"};
    }
    auto key = find_key(*token, now);
    if (auto* const failed = std::get_if<Failed>(&key)) {
        return std::move(*failed);
    }
    if (!is_signed_by(*token, *std::get<const Key*>(key))) {
        return Failed{Failure::invalid, "the signature of the ID token is wrong"};
    }
    const auto access_token = text_of(answer, "access_token");
    if (const auto fault = fault_of(token->claims, {settings_.issuer, settings_.client_id,
                                                    attempt.nonce, access_token, now.wall})) {
        return Failed{Failure::invalid, "the ID token: " + *fault};
    }
    add_user_info(token->claims, access_token);
    return read_claims(token->claims, settings_);
}

/// Some providers put what was asked for into no ID token (OpenID Connect Core 1.0 5.4).
void Provider::add_user_info(json::object& claims, const std::string& access_token) {
    const bool lacks = !claims.contains("email") ||
                       (!settings_.role_claim.empty() && !claims.contains(settings_.role_claim));
    if (!lacks || document_->user_info.empty() || access_token.empty()) {
        return;
    }
    Ask about{document_->user_info};
    about.bearer = access_token;
    const auto fetched = ask(std::move(about), kAnswerMax);
    const auto found = fetched.status == 200 ? read_object(fetched.body, kAnswerMax) : std::nullopt;
    // 5.3.2: else it may be about somebody else. What the signed token says stays.
    if (!found || text_of(*found, "sub") != text_of(claims, "sub")) {
        return;
    }
    for (const auto& each : *found) {
        if (!claims.contains(each.key())) {
            claims.emplace(each.key(), each.value());
        }
    }
}

} // namespace dialer::oidc
