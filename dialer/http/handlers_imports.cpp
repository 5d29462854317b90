// Lead lists from the sent file to leads: preview, import, what came of it, and the way back.

#include "campaigns/import/imports.hpp"
#include "campaigns/import/preview.hpp"
#include "campaigns/import/source.hpp"
#include "dialer/http/control.hpp"
#include "dialer/http/handlers.hpp"
#include "dialer/http/handlers_office.hpp"
#include "dialer/http/import_jobs.hpp"
#include "dialer/http/spool_writer.hpp"
#include "dialer/http/uploads.hpp"

namespace dialer::http {

namespace json = boost::json;

namespace {

using campaigns::ImportRequest;
using campaigns::Store;

constexpr std::size_t kChoicesMax = 500;
constexpr std::size_t kHeaderBytesMax = 1000;
constexpr std::int64_t kPreviewRowsMax = 1000;
constexpr std::int64_t kImportsMax = 500;

/// [{"field": "phone", "column": "Cell"}, ...]
std::vector<campaigns::ColumnChoice> read_columns(Body& body) {
    const auto text = body.optional_json("columns");
    std::vector<campaigns::ColumnChoice> choices;
    if (text.empty()) {
        return choices;
    }
    const auto value = json_inside(text);
    bool sound = value.is_array() && value.as_array().size() <= kChoicesMax;
    for (std::size_t i = 0; sound && i < value.as_array().size(); ++i) {
        const auto* const choice = value.as_array()[i].if_object();
        const auto* const field = choice == nullptr ? nullptr : choice->if_contains("field");
        const auto* const column = choice == nullptr ? nullptr : choice->if_contains("column");
        sound = field != nullptr && column != nullptr && choice->size() == 2 &&
                field->is_string() && column->is_string() &&
                column->as_string().size() <= kHeaderBytesMax;
        if (sound) {
            choices.emplace_back(field->as_string(), column->as_string());
        }
    }
    if (!sound) {
        body.blame("columns", "A list of {\"field\", \"column\"} is needed.");
    }
    return choices;
}

ImportRequest read_request(Body& body, const Call& call) {
    ImportRequest request;
    request.columns = read_columns(body);
    request.source = body.optional_text("source", 100);
    request.sheet = body.optional_text("sheet", InputMax::name);
    request.actor = actor_of(call);
    const auto read = campaigns::read_dedupe_policy(
        body.maybe_text("dedupe", InputMax::name).value_or("file,list,campaign,company"));
    if (const auto* const fault = std::get_if<campaigns::ColumnFault>(&read)) {
        body.blame("dedupe", fault->text);
    } else {
        request.dedupe = std::get<campaigns::DedupePolicy>(read);
    }
    request.hold = body.optional_flag("hold", false);
    return request;
}

/// The file that the sender means; nothing, and 404 was replied, when it is not there any more.
std::optional<Upload> upload_of(const Call& call, const std::string& id, const Reply& reply) {
    auto upload = call.uploads.find(id, call.user.name, call.control.now());
    if (!upload) {
        reply(error_response(404,
                             "There is no such upload of yours, or it is older than four "
                             "hours: send the file again.",
                             "upload"));
    }
    return upload;
}

/// 422, with the columns of the file when it is not known what they are.
Response wrong_file(const campaigns::ImportFault& fault) {
    json::object error{{"code", "unprocessable"}, {"message", fault.text}, {"field", "upload"}};
    error["headers"] =
        json_list(fault.headers, [](const std::string& text) { return json::value(text); });
    auto response = ok(json::object{{"error", std::move(error)}});
    response.status = 422;
    return response;
}

Response preview_answer(Store& store, const ImportRequest& request, int rows) {
    if (!request.campaign.empty()) {
        (void)campaign_named(store, request.campaign);
    }
    try {
        const auto answer = campaigns::preview_leads(store, request, rows);
        if (const auto* const fault = std::get_if<campaigns::ImportFault>(&answer)) {
            return wrong_file(*fault);
        }
        return json_response(campaigns::to_json(std::get<campaigns::ImportPreview>(answer)));
    } catch (const campaigns::SourceError& error) {
        return error_response(422, error.what(), "upload");
    }
}

json::object json_of_counts(const std::map<std::string, std::int64_t>& counts) {
    json::object object;
    for (const auto& [name, count] : counts) {
        object[name] = count;
    }
    return object;
}

json::array json_of_texts(const std::vector<std::string>& texts) {
    return json_list(texts, [](const std::string& text) { return json::value(text); });
}

json::value json_of_summary(const campaigns::ImportSummary& summary) {
    return json::object{{"import", summary.import_id},
                        {"list", summary.list_id},
                        {"already_imported", summary.already_imported},
                        {"sha256", summary.sha256},
                        {"rows", summary.rows},
                        {"accepted", summary.accepted},
                        {"refused", summary.refused},
                        {"consents", summary.consents},
                        {"refused_by_reason", json_of_counts(summary.refused_by_reason)},
                        {"warnings_by_reason", json_of_counts(summary.warnings_by_reason)},
                        {"columns", json_of_texts(summary.columns)},
                        {"notices", json_of_texts(summary.notices)},
                        {"held", summary.held},
                        {"scrub", json_inside(campaigns::to_json(summary.scrub))}};
}

json::value json_of_job(const ImportJob& job) {
    return json::object{{"job", job.id},
                        {"campaign", job.campaign},
                        {"file_name", job.file_name},
                        {"by", job.by},
                        {"asked_at", json_of_instant(job.asked_at)},
                        {"state", to_text(job.state)},
                        {"bytes_read", job.progress.bytes_read},
                        {"bytes_total", job.progress.bytes_total},
                        {"rows", job.progress.rows},
                        {"error", job.error},
                        {"summary", job.summary ? json_of_summary(*job.summary) : nullptr}};
}

/// Runs work on an import that must be there.
template <typename Work> auto with_import(Store& store, std::int64_t id, Work&& work) {
    try {
        (void)campaigns::find_import(store, id);
    } catch (const campaigns::StoreRefusal&) {
        throw NotThere{"There is no import of that id."};
    }
    return work();
}

json::value json_of_source(const campaigns::ImportSource& source) {
    return json::object{
        {"name", source.name},
        {"columns",
         json_list(source.columns,
                   [](const auto& choice) {
                       return json::object{{"field", choice.first}, {"column", choice.second}};
                   })},
        {"headers", json_of_texts(source.headers)},
        {"changed_at", json_of_instant(source.changed_at)},
        {"changed_by", source.changed_by}};
}

using Change = campaigns::ImportRecord (*)(Store&, std::int64_t, const campaigns::Actor&);

/// Accepting and taking back.
void change_import(const Call& call, const Reply& reply, Change change) {
    const auto id = id_in_path(call, 0, reply);
    if (!id || is_refused(Body{call.body}, reply)) {
        return;
    }
    ask_store(call, reply, [id = *id, change, actor = actor_of(call)](Store& store) {
        return with_import(
            store, id, [&] { return json_response(campaigns::to_json(change(store, id, actor))); });
    });
}

} // namespace

void preview_import(const Call& call, const Reply& reply) {
    Body body{call.body};
    const auto id = body.text("upload", InputMax::name);
    auto request = read_request(body, call);
    request.campaign = body.optional_text("campaign", InputMax::name);
    const auto rows =
        static_cast<int>(body.maybe_whole_number("rows", 1, kPreviewRowsMax).value_or(20));
    if (is_refused(body, reply)) {
        return;
    }
    if (const auto upload = upload_of(call, id, reply)) {
        request.path = upload->file->path().string();
        request.file_name = upload->name;
        // The upload is held until the work is done, so that its file stays.
        ask_store(call, reply, [request, rows, upload](Store& store) {
            return preview_answer(store, request, rows);
        });
    }
}

void start_import(const Call& call, const Reply& reply) {
    Body body{call.body};
    const auto id = body.text("upload", InputMax::name);
    auto request = read_request(body, call);
    request.campaign = body.text("campaign", InputMax::name);
    if (is_refused(body, reply)) {
        return;
    }
    const auto upload = upload_of(call, id, reply);
    if (!upload) {
        return;
    }
    ask_store(
        call, reply,
        [order = ImportOrder{*upload, request}, weak = std::weak_ptr{call.imports}](Store& store) {
            (void)campaign_named(store, order.request.campaign);
            // The server may be gone by now, while the engine still ends its work.
            const auto jobs = weak.lock();
            const auto job = jobs ? jobs->add(order) : std::nullopt;
            if (!job) {
                return error_response(429, "Too many imports wait already; try again later.");
            }
            auto response = ok(json::object{{"job", *job}});
            response.status = 202;
            return response;
        });
}

void get_import_jobs(const Call& call, const Reply& reply) {
    reply(ok(json::object{{"jobs", json_list(call.imports->all(), json_of_job)}}));
}

void get_import_job(const Call& call, const Reply& reply) {
    if (const auto id = id_in_path(call, 0, reply)) {
        const auto job = call.imports->find(*id);
        reply(job ? ok(json_of_job(*job)) : error_response(404, "There is no job of that id."));
    }
}

void cancel_import_job(const Call& call, const Reply& reply) {
    const auto id = id_in_path(call, 0, reply);
    if (!id || is_refused(Body{call.body}, reply)) {
        return;
    }
    if (!call.imports->find(*id)) {
        reply(error_response(404, "There is no job of that id."));
    } else {
        reply(call.imports->cancel(*id) ? no_content()
                                        : error_response(409, "That import is over."));
    }
}

void get_imports(const Call& call, const Reply& reply) {
    Query query{call.query};
    const auto campaign = query.optional_text("campaign", InputMax::name);
    const auto limit = static_cast<int>(query.whole_number("limit", 1, kImportsMax, 50));
    const auto before =
        query.whole_number("before", 1, std::numeric_limits<std::int64_t>::max(), 0);
    if (is_refused(query, reply)) {
        return;
    }
    ask_store(call, reply, [=](Store& store) {
        if (!campaign.empty()) {
            (void)campaign_named(store, campaign);
        }
        const auto records = campaigns::list_imports(store, campaign, limit, before);
        const bool full = records.size() == static_cast<std::size_t>(limit);
        return ok(json::object{
            {"imports",
             json_list(records,
                       [](const auto& record) { return json_inside(campaigns::to_json(record)); })},
            {"next_before", full ? json::value(records.back().id) : nullptr}});
    });
}

void get_import(const Call& call, const Reply& reply) {
    if (const auto id = id_in_path(call, 0, reply)) {
        ask_store(call, reply, [id = *id](Store& store) {
            return with_import(store, id, [&] {
                return json_response(campaigns::to_json(campaigns::find_import(store, id)));
            });
        });
    }
}

void get_import_refused(const Call& call, const Reply& reply) {
    if (const auto id = id_in_path(call, 0, reply)) {
        ask_store(call, reply, [id = *id, spool = call.spool](Store& store) {
            return with_import(store, id, [&] {
                SpoolWriter out{spool};
                campaigns::refused_rows(store, id,
                                        [&out](std::string_view text) { out.write(text); });
                return download(out.finish(), "text/csv; charset=utf-8",
                                "refused-" + std::to_string(id) + ".csv");
            });
        });
    }
}

void accept_import(const Call& call, const Reply& reply) {
    change_import(call, reply, &campaigns::accept_import);
}

void undo_import(const Call& call, const Reply& reply) {
    change_import(call, reply, &campaigns::undo_import);
}

void get_import_sources(const Call& call, const Reply& reply) {
    ask_store(call, reply, [](Store& store) {
        return ok(
            json::object{{"sources", json_list(campaigns::import_sources(store), json_of_source)}});
    });
}

} // namespace dialer::http
