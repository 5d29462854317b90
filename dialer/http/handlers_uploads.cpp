// Files that people send: they lie in the spool until an import takes them.

#include "dialer/http/control.hpp"
#include "dialer/http/handlers.hpp"
#include "dialer/http/query.hpp"
#include "dialer/http/uploads.hpp"

#include <boost/json.hpp>

namespace dialer::http {

namespace json = boost::json;

namespace {

constexpr std::uint64_t kUploadBytesMax = std::uint64_t{2} << 30;
constexpr std::size_t kFileNameBytesMax = 200;

} // namespace

void post_upload(const Call& call, const Reply& reply) {
    Query query{call.query};
    auto name = query.text("name", kFileNameBytesMax);
    if (const auto fault = query.fault()) {
        reply(error_response(400, fault->message, fault->field));
        return;
    }
    auto receive = std::make_shared<Receive>();
    receive->file = std::make_shared<SpoolFile>(call.spool);
    receive->bytes_max = kUploadBytesMax;
    receive->done = [file = receive->file, name = std::move(name), owner = call.user.name,
                     &uploads = call.uploads,
                     &control = call.control](std::uint64_t bytes, const Reply& answered) {
        if (bytes == 0) {
            answered(error_response(400, "The file is empty."));
            return;
        }
        const auto id = uploads.add({file, name, owner, bytes, control.now()});
        auto response = json_response(
            json::serialize(json::object{{"upload", id}, {"name", name}, {"bytes", bytes}}));
        response.status = 201;
        answered(std::move(response));
    };
    reply(std::shared_ptr<const Receive>{std::move(receive)});
}

} // namespace dialer::http
