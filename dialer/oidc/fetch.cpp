#include "dialer/oidc/fetch.hpp"

#include <curl/curl.h>

#include <array>
#include <memory>
#include <string_view>

namespace dialer::oidc {

namespace {

constexpr long kConnectMs = 2000;
constexpr long kWholeMs = 5000;

struct CloseHandle {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

struct Sink {
    std::string body;
    std::size_t bytes_max;
};

std::size_t take(char* data, std::size_t size, std::size_t count, void* sink) {
    auto& into = *static_cast<Sink*>(sink);
    const std::size_t bytes = size * count;
    if (into.body.size() + bytes > into.bytes_max) {
        return 0; // ends the transfer
    }
    into.body.append(data, bytes);
    return bytes;
}

int is_stopped(void* stopped, curl_off_t /*to_get*/, curl_off_t /*got*/, curl_off_t /*to_put*/,
               curl_off_t /*put*/) {
    return static_cast<const std::atomic<bool>*>(stopped)->load() ? 1 : 0;
}

void set_limits(CURL* curl, const Ask& ask) {
    curl_easy_setopt(curl, CURLOPT_URL, ask.url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, kConnectMs);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, kWholeMs);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "dialer");
    if (!ask.ca_file.empty()) {
        curl_easy_setopt(curl, CURLOPT_CAINFO, ask.ca_file.c_str());
        curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);
    }
}

} // namespace

std::string encode(const std::string& text) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
        if (plain) {
            out += c;
        } else {
            out += '%';
            out += kHex[byte >> 4];
            out += kHex[byte & 15U];
        }
    }
    return out;
}

std::string encode(const std::map<std::string, std::string>& fields) {
    std::string out;
    for (const auto& [name, value] : fields) {
        out += (out.empty() ? "" : "&") + encode(name) + "=" + encode(value);
    }
    return out;
}

Fetched fetch(const Ask& ask, const std::atomic<bool>& stopped) {
    const std::unique_ptr<CURL, CloseHandle> curl{curl_easy_init()};
    if (!curl) {
        return {0, {}, "no memory"};
    }
    Sink sink{{}, ask.bytes_max};
    set_limits(curl.get(), ask);
    curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, &take);
    curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &sink);
    curl_easy_setopt(curl.get(), CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl.get(), CURLOPT_XFERINFOFUNCTION, &is_stopped);
    curl_easy_setopt(curl.get(), CURLOPT_XFERINFODATA, &stopped);
    const std::unique_ptr<curl_slist, FreeList> headers{
        curl_slist_append(nullptr, "Accept: application/json")};
    curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
    const std::string form = encode(ask.form);
    if (!ask.form.empty()) {
        curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(form.size()));
        curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, form.c_str());
    }
    if (ask.basic) {
        curl_easy_setopt(curl.get(), CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
        curl_easy_setopt(curl.get(), CURLOPT_USERNAME, ask.basic->first.c_str());
        curl_easy_setopt(curl.get(), CURLOPT_PASSWORD, ask.basic->second.c_str());
    } else if (!ask.bearer.empty()) {
        curl_easy_setopt(curl.get(), CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BEARER));
        curl_easy_setopt(curl.get(), CURLOPT_XOAUTH2_BEARER, ask.bearer.c_str());
    }
    std::array<char, CURL_ERROR_SIZE> detail{}; // which certificate, and what is wrong with it
    curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, detail.data());
    const CURLcode code = curl_easy_perform(curl.get());
    if (code != CURLE_OK) {
        return {0, {}, detail.front() == 0 ? curl_easy_strerror(code) : detail.data()};
    }
    long status = 0;
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
    return {static_cast<int>(status), std::move(sink.body), {}};
}

} // namespace dialer::oidc
