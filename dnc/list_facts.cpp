#include "dnc/list_facts.hpp"

#include "dnc/rules_call.hpp"

#include <algorithm>

namespace dnc {

namespace {

bool is_country_of(const SuppressionList& list, const std::vector<Jurisdiction>& places) {
    return list.country.empty() ||
           std::any_of(places.begin(), places.end(), [&list](const Jurisdiction& place) {
               return same_name(list.country, {place.country.data(), place.country.size()});
           });
}

bool is_region_of(const SuppressionList& list, const std::vector<Jurisdiction>& places) {
    return std::any_of(places.begin(), places.end(), [&list](const Jurisdiction& place) {
        return place.region != Jurisdiction{}.region && names_region(list.region, place);
    });
}

/// Whether a list of its kind speaks of numbers of these places.
bool is_asked(const SuppressionList& list, const Place& place) {
    switch (list.kind) {
    case ListKind::national:
        return is_country_of(list, place.of_number);
    case ListKind::state:
        return is_country_of(list, place.jurisdictions) && is_region_of(list, place.jurisdictions);
    case ListKind::preference:
        return is_country_of(list, place.jurisdictions);
    case ListKind::litigator:
    case ListKind::other:
        return true;
    case ListKind::company:
    case ListKind::wireless:
    case ListKind::ported:
    case ListKind::landline:
        return false;
    }
    return false;
}

bool covers(const SuppressionList& list, const Place& place) {
    return place.area_code == 0 || list.area_codes.test(static_cast<std::size_t>(place.area_code));
}

std::optional<ListAnswer>* answer_for(ListKind kind, ListFacts& out) {
    switch (kind) {
    case ListKind::national:
        return &out.national;
    case ListKind::state:
        return &out.state;
    case ListKind::preference:
        return &out.preference;
    case ListKind::litigator:
        return &out.litigator;
    case ListKind::other:
        return &out.other;
    case ListKind::company:
    case ListKind::wireless:
    case ListKind::ported:
    case ListKind::landline:
        break;
    }
    return nullptr;
}

ListAnswer answer_of(const SuppressionList& list, const CallFacts& facts, const Place& place) {
    ListAnswer answer;
    answer.name = list.name;
    answer.version_id = list.version_id;
    answer.listed = list.numbers.contains(facts.number);
    answer.subscribed = covers(list, place);
    if (list.version_id != 0) {
        answer.as_of = list.as_of;
    }
    return answer;
}

/// The more of a hindrance of two answers of one kind: listed, then without a version, then older.
/// A list that does not cover the area code counts only when none does.
bool is_worse(const ListAnswer& left, const ListAnswer& right) {
    if (left.listed != right.listed) {
        return left.listed;
    }
    if (left.subscribed != right.subscribed) {
        return left.subscribed;
    }
    if ((left.version_id == 0) != (right.version_id == 0)) {
        return left.version_id == 0;
    }
    return left.as_of && right.as_of && *left.as_of < *right.as_of;
}

void join(std::optional<ListAnswer>& known, const ListAnswer& answer) {
    if (!known) {
        known = answer;
        return;
    }
    // Which list has the number and which one is out of date are two questions.
    const bool listed = known->listed || answer.listed;
    ListAnswer left = *known;
    ListAnswer right = answer;
    const std::string_view name = left.listed || !right.listed ? left.name : right.name;
    left.listed = right.listed = false;
    known = is_worse(right, left) ? right : left;
    known->listed = listed;
    known->name = listed ? name : known->name;
}

void join_company(const SuppressionList& list, const CallFacts& facts,
                  std::optional<CompanyListing>& known) {
    if (!known) {
        known.emplace();
    }
    const bool mine =
        list.seller.empty() || facts.seller.empty() || same_name(list.seller, facts.seller);
    if (mine && !known->listed && list.numbers.contains(facts.number)) {
        known->listed = true;
        known->seller = list.seller;
    }
}

ListAnswer without_list(std::string_view name) {
    ListAnswer answer;
    answer.name = name;
    return answer;
}

} // namespace

void set_list_facts(const CallFacts& facts, const Place& place, const SuppressionSnapshot& snapshot,
                    ListFacts& out) {
    out.national.reset();
    out.state.reset();
    out.preference.reset();
    out.litigator.reset();
    out.other.reset();
    out.company.reset();
    out.reassigned = facts.lists.reassigned;
    out.feed_alive_at = snapshot.feed_alive_at;
    for (const SuppressionList& list : snapshot.lists) {
        if (list.kind == ListKind::company) {
            join_company(list, facts, out.company);
        } else if (is_asked(list, place)) {
            join(*answer_for(list.kind, out), answer_of(list, facts, place));
        }
    }
    // Registries that a rule may require; without a list nobody was asked.
    out.national = out.national ? out.national : without_list("national registry");
    out.state = out.state ? out.state : without_list("registry of the state");
    out.preference = out.preference ? out.preference : without_list("preference list");
}

std::vector<AskedList> versions_asked(const Place& place, const SuppressionSnapshot& snapshot) {
    std::vector<AskedList> asked;
    for (const SuppressionList& list : snapshot.lists) {
        if (list.kind == ListKind::company || is_asked(list, place)) {
            asked.push_back({list.name, list.version_id, list.as_of});
        }
    }
    return asked;
}

} // namespace dnc
