#include "tests/campaigns/store_support.hpp"

#include "campaigns/schema_files.hpp"

#include <pqxx/pqxx>

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>

#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
// libpqxx 6.4 loses one PGresult (2 KB) with each connection that breaks inside a statement: it
// asks the dead connection for its encoding before it owns the result.
extern "C" const char* __lsan_default_suppressions() {
    return "leak:libpqxx-6.4.so\n";
}
#endif

namespace store_test {

using namespace std::chrono_literals;

namespace {

/// Runs a shell command and returns its first line of output.
std::string output_of(const std::string& command) {
    const auto close = [](FILE* pipe) { pclose(pipe); };
    std::unique_ptr<FILE, decltype(close)> pipe{popen(command.c_str(), "r"), close};
    if (!pipe) {
        throw std::runtime_error{"cannot run " + command};
    }
    std::array<char, 4096> line{};
    if (std::fgets(line.data(), static_cast<int>(line.size()), pipe.get()) == nullptr) {
        throw std::runtime_error{"no output of " + command};
    }
    std::string text{line.data()};
    return text.substr(0, text.find('\n'));
}

/// A database is some hundred files. In memory they are made in a twentieth of the time that a busy
/// disk takes.
std::string folder_for_clusters() {
    constexpr std::uintmax_t room_min = 1ULL << 30; // containers often have 64 MB of it
    const std::string memory = "/dev/shm";
    std::error_code error;
    const std::filesystem::space_info room = std::filesystem::space(memory, error);
    return !error && room.available != static_cast<std::uintmax_t>(-1) && room.available >= room_min
               ? memory
               : "/tmp";
}

void drop(const std::string& database, const std::string& admin_dsn) {
    try {
        run_sql(admin_dsn, "DROP DATABASE IF EXISTS " + database + " WITH (FORCE)");
    } catch (const std::exception& error) {
        std::fprintf(stderr, "cannot drop %s: %s\n", database.c_str(), error.what());
    }
}

/// Ours ends with the program; in somebody else's nothing may be left behind.
class Cluster {
public:
    Cluster() {
        if (const char* given = std::getenv("DIALER_TEST_DSN"); given != nullptr) {
            base_ = given;
        } else {
            std::string folder = folder_for_clusters() + "/dialer-store-test-XXXXXX";
            if (mkdtemp(folder.data()) == nullptr) {
                throw std::runtime_error{"cannot make a temporary folder"};
            }
            folder_ = folder;
            base_ = output_of(tool() + " start " + folder_ + " --volatile");
        }
        template_ = "dialer_template_" + std::to_string(getpid());
        run_sql(dsn("postgres", "postgres"),
                "CREATE DATABASE " + template_ + " OWNER dialer_owner");
        campaigns::migrate(dsn(template_, "dialer_owner"));
    }

    ~Cluster() {
        if (!is_ours()) {
            drop(template_, dsn("postgres", "postgres"));
            return;
        }
        const std::string command = tool() + " destroy " + folder_;
        if (std::system(command.c_str()) != 0) {
            std::fprintf(stderr, "cannot remove %s\n", folder_.c_str());
        }
    }
    Cluster(const Cluster&) = delete;
    Cluster& operator=(const Cluster&) = delete;

    /// The given connection string with another database and user.
    [[nodiscard]] std::string dsn(const std::string& database, const std::string& user) const {
        // Of a setting that comes twice libpq takes the last.
        return base_ + " dbname=" + database + " user=" + user;
    }

    [[nodiscard]] const std::string& template_name() const { return template_; }

    [[nodiscard]] bool is_ours() const { return !folder_.empty(); }

private:
    static std::string tool() { return std::string{DIALER_SOURCE_DIR} + "/tools/cluster"; }

    std::string base_;
    std::string folder_;
    std::string template_;
};

Cluster& cluster() {
    static Cluster cluster;
    return cluster;
}

std::string fresh_name() {
    static std::atomic<int> count{0};
    return "dialer_" + std::to_string(getpid()) + "_" + std::to_string(++count);
}

const dnc::AreaCodes& area_codes() {
    static const dnc::AreaCodes codes = [] {
        std::vector<dnc::AreaCode> rows;
        for (int code = 201; code < 1000; ++code) {
            rows.push_back({code, "US", {"NY"}, {"America/New_York"}, true});
        }
        return dnc::AreaCodes{rows};
    }();
    return codes;
}

/// A gate without any rule but these.
dnc::Gate gate_with(const std::vector<dnc::FrequencyRule>& caps) {
    static const auto zones = dnc::load_zones("");
    dnc::Pack pack;
    pack.id = "test";
    pack.version = "1";
    pack.level = dnc::PackLevel::federal;
    pack.jurisdiction = dnc::Jurisdiction{{'U', 'S'}, {}};
    for (const dnc::FrequencyRule& cap : caps) {
        dnc::Rule rule;
        rule.id = "CAP-" + std::to_string(pack.rules.size());
        rule.body = cap;
        pack.rules.push_back(std::move(rule));
    }
    return dnc::Gate{dnc::PackSet{{std::move(pack)}}, area_codes(), *zones};
}

} // namespace

std::string run_sql(const std::string& dsn, const std::string& statement) {
    try {
        pqxx::connection connection{dsn};
        pqxx::quiet_errorhandler quiet{connection};
        pqxx::nontransaction work{connection};
        std::string text;
        for (const pqxx::row& row : work.exec(statement)) {
            for (const pqxx::field& field : row) {
                text += (field.num() == 0 ? "" : "|") + std::string{field.c_str()};
            }
            text += '\n';
        }
        return text.substr(0, text.empty() ? 0 : text.size() - 1);
    } catch (const pqxx::pqxx_exception& error) {
        throw std::runtime_error{error.base().what()};
    }
}

Database::Database() : name_{fresh_name()} {
    run_sql(cluster().dsn("postgres", "postgres"),
            "CREATE DATABASE " + name_ + " OWNER dialer_owner TEMPLATE " +
                cluster().template_name() + " STRATEGY FILE_COPY");
}

Database::Database(Empty /*tag*/) : name_{fresh_name()} {
    run_sql(cluster().dsn("postgres", "postgres"),
            "CREATE DATABASE " + name_ + " OWNER dialer_owner");
}

Database::~Database() {
    // At once, also in a cluster of ours: a hundred of them take gigabytes.
    drop(name_, cluster().dsn("postgres", "postgres"));
}

void apply_until(const Database& db, const std::string& name) {
    std::string record = "CREATE TABLE schema_migrations (name text PRIMARY KEY, sha256 text NOT "
                         "NULL, applied_at timestamptz NOT NULL DEFAULT now());";
    for (const campaigns::SchemaFile& file : campaigns::schema_files()) {
        if (std::string{file.name} >= name) {
            continue;
        }
        const std::string sql{file.sql};
        // The grants need the table of migrations.
        run_sql(db.owner_dsn(), record + sql);
        record.clear();
        run_sql(db.owner_dsn(), "INSERT INTO schema_migrations VALUES ('" + std::string{file.name} +
                                    "', encode(sha256(convert_to($file$" + sql +
                                    "$file$, 'UTF8')), 'hex'))");
    }
    run_sql(db.owner_dsn(), "SELECT ensure_partitions('2026-10-15', 3)");
}

std::vector<std::string> schema_from(const std::string& name) {
    std::vector<std::string> names;
    for (const campaigns::SchemaFile& file : campaigns::schema_files()) {
        if (std::string{file.name} >= name) {
            names.emplace_back(file.name);
        }
    }
    return names;
}

bool Database::becomes_true(const std::string& question) const {
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    while (std::chrono::steady_clock::now() < deadline) {
        if (sql(question) == "t") {
            return true;
        }
    }
    return false;
}

std::string Database::dsn(const std::string& user) const {
    return cluster().dsn(name_, user);
}

std::string Database::sql(const std::string& statement) const {
    return run_sql(admin_dsn(), statement);
}

dnc::Clearance clearance_for(dnc::Number number, campaigns::Instant at,
                             const std::vector<dnc::FrequencyRule>& caps) {
    static const dnc::Gate wide_open = gate_with({});
    dnc::SuppressionSnapshot lists;
    lists.feed_alive_at = at;
    for (const dnc::ListKind kind : {dnc::ListKind::company, dnc::ListKind::national}) {
        dnc::SuppressionList list;
        list.id = kind == dnc::ListKind::company ? 1 : 2;
        list.name = kind == dnc::ListKind::company ? "company" : "national";
        list.kind = kind;
        list.version_id = 7;
        list.as_of = std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(at)};
        lists.lists.push_back(std::move(list));
    }
    dnc::CallFacts facts;
    facts.number = number;
    facts.seller = "Test";
    facts.attempts.emplace(); // none that the gate would know of
    auto cleared =
        caps.empty() ? wide_open.clear(facts, lists, at) : gate_with(caps).clear(facts, lists, at);
    if (auto* clearance = std::get_if<dnc::Clearance>(&cleared)) {
        return std::move(*clearance);
    }
    const auto& decision = std::get<dnc::Decision>(cleared);
    throw std::runtime_error{"the wide-open gate refused: " +
                             (decision.reasons.empty() ? "?" : decision.reasons.front().detail)};
}

dnc::Number number_at(int i) {
    // 201 .. 999 but not the N11 codes, a hundred numbers each.
    int code = 201;
    for (int left = i / 100; left > 0; --left) {
        ++code;
        code += code % 100 == 11 ? 1 : 0;
    }
    return {10000000000 + static_cast<std::int64_t>(code) * 10000000 + 5550100 + i % 100};
}

campaigns::Campaign usual_campaign() {
    campaigns::Campaign campaign;
    campaign.name = "spring";
    campaign.seller = "Test";
    campaign.running = true;
    campaign.caller_id = {12125550199};
    campaign.trunks = {"carrier-a", "carrier \"b\", \\ reserve"};
    campaign.attempts_max = 2;
    campaign.retry_after = 1h;
    return campaign;
}

campaigns::RunStart run_start(campaigns::RunId run) {
    return {.run = run,
            .at = kNoon,
            .node = "node-1",
            .clock_shift = 0us,
            .tzdb_version = "2026a",
            .rules_version = "test"};
}

World::World() : World{usual_campaign()} {}

World::World(const campaigns::Campaign& settings)
    : store{db.engine_dsn()}, campaign{settings}, run{ids.make(kNoon)} {
    campaign.id = store.create_campaign(settings);
    store.begin_run(run_start(run));
}

void World::add_leads(int count, int phones) {
    const std::string campaign_id = std::to_string(static_cast<std::int64_t>(campaign.id));
    const std::string list =
        db.sql("INSERT INTO lists (campaign_id, file_name, sha256) VALUES (" + campaign_id +
               ", 'leads.csv', encode(sha256(random()::text::bytea), 'hex')) RETURNING id");
    std::string rows;
    for (int i = 0; i < count * phones; ++i) {
        rows += (i == 0 ? "(" : ",(") + std::to_string(i / phones) + "," +
                std::to_string(i % phones) + "," + std::to_string(number_at(next_number++).e164) +
                ")";
    }
    db.sql("CREATE TEMP TABLE given (lead bigint, position int, number bigint);"
           "INSERT INTO given VALUES " +
           rows +
           ";"
           "WITH base AS (SELECT coalesce(max(id), 0) + 1 AS id FROM leads), made AS ("
           " INSERT INTO leads (id, campaign_id, list_id, name, region)"
           " SELECT base.id + lead, " +
           campaign_id + ", " + list +
           ", 'Ann ' || lead, 'NY'"
           " FROM (SELECT DISTINCT lead FROM given) g, base)"
           "INSERT INTO lead_phones (lead_id, position, campaign_id, number)"
           " SELECT base.id + lead, position, " +
           campaign_id +
           ", number FROM given, base;"
           "SELECT setval('leads_id_seq', max(id)) FROM leads");
}

std::vector<campaigns::Lead> World::lease(int count, campaigns::Instant now) {
    return store.lease_leads(campaign.id, run, count, now, now + 60s);
}

campaigns::AttemptDraft World::draft(const campaigns::Lead& lead, campaigns::Instant at) {
    return {.id = campaigns::AttemptId{ids.make(at)},
            .lead = lead.id,
            .campaign = campaign.id,
            .run = run,
            .clearance = clearance_for(lead.phones.front(), at),
            .trunk = "carrier-a",
            .caller_id = campaign.caller_id,
            .failover_of = std::nullopt,
            .seller = campaign.seller,
            .subject = campaign.subject,
            .purpose = campaign.purpose,
            .revocations_seen = lead.revocations_seen};
}

campaigns::AttemptDraft World::dial_one(campaigns::Instant at) {
    const auto leads = lease(1, at);
    if (leads.empty()) {
        throw std::runtime_error{"no lead is due"};
    }
    std::vector<campaigns::AttemptDraft> drafts;
    drafts.push_back(draft(leads.front(), at));
    if (store.commit_attempts(drafts).tickets.size() != 1) {
        throw std::runtime_error{"the attempt got no ticket"};
    }
    return std::move(drafts.front());
}

campaigns::AttemptResult World::result(const campaigns::AttemptDraft& draft,
                                       campaigns::Outcome outcome, campaigns::Instant at) {
    campaigns::AttemptResult result;
    result.attempt = draft.id;
    result.lead = draft.lead;
    result.outcome = outcome;
    result.ended_at = at;
    result.ended_by = "carrier";
    return result;
}

void World::write_result(const campaigns::AttemptResult& result) {
    campaigns::LogBatch batch;
    batch.results.push_back(result);
    store.write_log(batch);
}

std::string World::lead(campaigns::LeadId id) const {
    return db.sql("SELECT status, attempts, CASE WHEN isfinite(due_at) THEN "
                  "extract(epoch FROM due_at - '2026-11-23 17:00Z')::bigint::text ELSE '' END "
                  "FROM leads WHERE id = " +
                  std::to_string(static_cast<std::int64_t>(id)));
}

} // namespace store_test
