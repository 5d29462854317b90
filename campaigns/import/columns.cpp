#include "campaigns/import/columns.hpp"

#include "dnc/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <unordered_map>

namespace campaigns {

namespace {

struct FieldName {
    LeadField field;
    std::string_view name;
};

constexpr std::array<FieldName, 21> kFieldNames{{
    {LeadField::phone, "phone"},
    {LeadField::name, "name"},
    {LeadField::first_name, "first_name"},
    {LeadField::last_name, "last_name"},
    {LeadField::region, "state"},
    {LeadField::postal_code, "postal_code"},
    {LeadField::email, "email"},
    {LeadField::external_id, "external_id"},
    {LeadField::address, "address"},
    {LeadField::city, "city"},
    {LeadField::county, "county"},
    {LeadField::country, "country"},
    {LeadField::time_zone, "time_zone"},
    {LeadField::debt, "debt"},
    {LeadField::consent_grade, "consent_grade"},
    {LeadField::consent_sellers, "consent_sellers"},
    {LeadField::consent_subject, "consent_subject"},
    {LeadField::consent_at, "consent_at"},
    {LeadField::consent_expires, "consent_expires"},
    {LeadField::consent_form, "consent_form"},
    {LeadField::consent_proof, "consent_proof"},
}};

struct Synonyms {
    LeadField field;
    std::string_view words; // folded as fold() does, separated by spaces
};

// English first, then the usual words of German, French, Spanish, Italian, Portuguese and Dutch.
constexpr std::array<Synonyms, 20> kSynonyms{{
    {LeadField::phone,
     "phone phonenumber phoneno phonenum phonenr telephone telephonenumber telephoneno tel telno "
     "contactnumber contactphone callernumber mobile mobilephone mobilenumber mobileno cell "
     "cellphone cellnumber cellular homephone homenumber hometel workphone worknumber worktel "
     "businessphone officephone dayphone daytimephone eveningphone primaryphone mainphone "
     "secondaryphone alternatephone altphone otherphone landline msisdn e164 phonee164 "
     "telefon telefonnummer telefonnr rufnummer handy handynummer handynr mobil mobiltelefon "
     "mobilnummer festnetz numerodetelephone numerotelephone portable telephoneportable "
     "telephonemobile telephonefixe telefono numerodetelefono celular movil telefonomovil "
     "telefonofijo telefonocasa cellulare numeroditelefono numerotelefono telefonocellulare "
     "telefone numerodetelefone telemovel telefoonnummer telefoon mobiel"},
    {LeadField::name,
     "name fullname customername customer contact contactname leadname personname nameofcontact "
     "vollname kunde kundenname nomcomplet nomcompleto nombrecompleto nomecompleto nomecognome "
     "volledigenaam naam"},
    {LeadField::first_name,
     "firstname first fname givenname forename vorname prenom nombre nome primernombre voornaam "
     "primeironome"},
    {LeadField::last_name,
     "lastname last lname surname familyname nachname familienname nom nomdefamille apellido "
     "apellidos cognome sobrenome achternaam"},
    {LeadField::region,
     "state stateprovince stateorprovince statecode st province region addressstate homestate "
     "mailingstate usstate bundesland etat estado provincia regione departement provincie"},
    {LeadField::postal_code,
     "zip zipcode zip5 zippostal zippostalcode postalcode postcode postal plz postleitzahl "
     "codepostal codigopostal cp cap codicepostale cep"},
    {LeadField::email,
     "email emailaddress mail emailadresse adresseemail courriel correo correoelectronico "
     "correoe indirizzoemail"},
    {LeadField::external_id,
     "externalid extid id leadid customerid contactid recordid clientid accountid accountnumber "
     "accountno reference referenceid ref crmid uid kundennummer kundennr numeroclient "
     "idcliente codicecliente klantnummer"},
    {LeadField::address,
     "address address1 addressline1 streetaddress street mailingaddress homeaddress addr addr1 "
     "adresse anschrift strasse rue direccion calle indirizzo via endereco rua adres straat"},
    {LeadField::city,
     "city town addresscity homecity mailingcity citytown locality ort stadt wohnort ville commune "
     "ciudad municipio citta cidade stad plaats woonplaats"},
    {LeadField::county, "county countyname addresscounty parish landkreis comte condado contea"},
    {LeadField::country,
     "country countrycode countryname addresscountry nation land pays pais paese"},
    {LeadField::time_zone, "timezone tz tzname timezonename ianatimezone localtimezone zeitzone "
                           "fuseauhoraire zonahoraria "
                           "fusoorario fusohorario tijdzone"},
    {LeadField::debt, "debt debtid debtnumber loanid loannumber caseid casenumber"},
    {LeadField::consent_grade, "consentgrade consentlevel consenttype consent"},
    {LeadField::consent_sellers, "consentsellers consentseller consentto consentparties"},
    {LeadField::consent_subject, "consentsubject consenttopic"},
    {LeadField::consent_at,
     "consentat consentdate consenttime consenttimestamp consentdatetime consentgivenat optinat "
     "optindate optintime optintimestamp"},
    {LeadField::consent_expires, "consentexpires consentexpiry consentuntil consentexpiration"},
    {LeadField::consent_form, "consentform consentformversion consentformname optinform"},
}};

// Base letters of U+00C0 .. U+00FF; '*' where there is none.
constexpr std::string_view kLatin1Base =
    "aaaaaaaceeeeiiiidnooooo*ouuuuytsaaaaaaaceeeeiiiidnooooo*ouuuuyty";

// Lower case letters and digits only, accents taken off, so that "Télé-phone N°" is like others.
std::string fold(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte == 0xC3 && i + 1 < text.size()) {
            const auto next = static_cast<unsigned char>(text[++i]);
            if (next >= 0x80 && next <= 0xBF && kLatin1Base[next - 0x80U] != '*') {
                out.push_back(kLatin1Base[next - 0x80U]);
            }
        } else if (byte >= 'A' && byte <= 'Z') {
            out.push_back(static_cast<char>(byte | 0x20U));
        } else if ((byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9')) {
            out.push_back(static_cast<char>(byte));
        }
    }
    return out;
}

using SynonymTable = std::unordered_map<std::string_view, LeadField>;

const SynonymTable& synonym_table() {
    static const SynonymTable table = [] {
        SynonymTable made;
        for (const auto& [field, words] : kSynonyms) {
            for (std::size_t begin = 0; begin < words.size();) {
                const std::size_t end = std::min(words.find(' ', begin), words.size());
                made.emplace(words.substr(begin, end - begin), field);
                begin = end + 1;
            }
        }
        return made;
    }();
    return table;
}

// "Phone 2" and "phone_02" are phones like "Phone".
std::optional<LeadField> field_of(std::string_view header) {
    const std::string folded = fold(header);
    if (const auto found = synonym_table().find(folded); found != synonym_table().end()) {
        return found->second;
    }
    if (folded.starts_with("consent") || folded.starts_with("optin")) {
        return LeadField::consent_proof;
    }
    std::string_view base = folded;
    while (!base.empty() && base.back() >= '0' && base.back() <= '9') {
        base.remove_suffix(1);
    }
    const auto found = synonym_table().find(base);
    if (found == synonym_table().end() || found->second != LeadField::phone) {
        return std::nullopt;
    }
    return found->second;
}

std::optional<LeadField> field_named(std::string_view word) {
    const std::string folded = fold(word);
    for (const auto& [field, name] : kFieldNames) {
        if (fold(name) == folded) {
            return field;
        }
    }
    return field_of(word);
}

std::string column_list(const std::vector<std::string>& headers) {
    constexpr std::size_t shown_max = 40;
    std::string out;
    for (std::size_t i = 0; i < headers.size() && i < shown_max; ++i) {
        out += fmt::format("{}\"{}\"", i == 0 ? "" : ", ", headers[i].substr(0, 60));
    }
    return headers.size() > shown_max ? out + ", ..." : out;
}

bool is_mapped(const ColumnMap& map, LeadField field) {
    return std::any_of(map.columns.begin(), map.columns.end(),
                       [&](const MappedColumn& column) { return column.field == field; });
}

bool is_used(const ColumnMap& map, std::size_t index) {
    return std::any_of(map.columns.begin(), map.columns.end(),
                       [&](const MappedColumn& column) { return column.index == index; });
}

// Of columns with one name, the first that has no field yet.
template <typename Same>
std::optional<std::size_t> first_free(const ColumnMap& map, const Same& same) {
    std::optional<std::size_t> first;
    for (std::size_t i = 0; i < map.headers.size(); ++i) {
        if (!same(map.headers[i])) {
            continue;
        }
        if (!is_used(map, i)) {
            return i;
        }
        first = first ? first : i;
    }
    return first;
}

std::optional<std::size_t> find_header(const ColumnMap& map, std::string_view wanted) {
    const auto exact = first_free(map, [&](const std::string& header) { return header == wanted; });
    if (exact) {
        return exact;
    }
    const std::string folded = fold(wanted);
    return first_free(
        map, [&](const std::string& header) { return !folded.empty() && fold(header) == folded; });
}

// A column that is kept without a field.
constexpr std::string_view kCustom = "custom";

std::optional<ColumnFault> apply_choices(ColumnMap& map, const std::vector<ColumnChoice>& choices) {
    for (const auto& [word, header] : choices) {
        const auto field = field_named(word);
        if (!field && word != kCustom) {
            return ColumnFault{fmt::format("--map: \"{}\" is no field of a lead; the fields are {}",
                                           word, field_list())};
        }
        const auto index = find_header(map, header);
        if (!index) {
            return ColumnFault{fmt::format("--map: there is no column \"{}\"; the columns are {}",
                                           header, column_list(map.headers))};
        }
        if (!field) {
            map.unknown.push_back(*index);
            continue;
        }
        if (!is_many(*field) && is_mapped(map, *field)) {
            return ColumnFault{fmt::format("--map: {} is given twice; name one column", word)};
        }
        map.columns.push_back({*field, *index});
    }
    return std::nullopt;
}

// "Number" alone may be a house number; it is a phone only where no other column is one.
void take_weak_phone(ColumnMap& map) {
    constexpr std::array<std::string_view, 4> weak{"number", "numero", "nummer", "numbers"};
    const auto is_weak = [&](std::size_t index) {
        return std::find(weak.begin(), weak.end(), fold(map.headers[index])) != weak.end();
    };
    const auto found = std::find_if(map.unknown.begin(), map.unknown.end(), is_weak);
    if (!is_mapped(map, LeadField::phone) && found != map.unknown.end()) {
        map.columns.push_back({LeadField::phone, *found});
        map.unknown.erase(found);
    }
}

// Half an evidence is none: without these three columns no consent can be recorded, and what there
// is stays with the lead as other columns do.
void keep_whole_consents(ColumnMap& map) {
    using enum LeadField;
    const bool any = std::any_of(map.columns.begin(), map.columns.end(),
                                 [](const MappedColumn& c) { return is_consent(c.field); });
    std::string missing;
    for (const LeadField field : {consent_grade, consent_at, consent_form}) {
        if (!is_mapped(map, field)) {
            missing += fmt::format("{}{}", missing.empty() ? "" : ", ", to_text(field));
        }
    }
    if (!any || missing.empty()) {
        return;
    }
    for (const MappedColumn& column : map.columns) {
        if (is_consent(column.field)) {
            map.unknown.push_back(column.index);
        }
    }
    std::erase_if(map.columns, [](const MappedColumn& c) { return is_consent(c.field); });
    std::sort(map.unknown.begin(), map.unknown.end());
    map.notices.push_back(
        fmt::format("no consent is recorded, since the file has no column for {}; name it with "
                    "--map when there is one",
                    missing));
}

std::optional<ColumnFault> check_header(const ColumnMap& map) {
    if (is_mapped(map, LeadField::phone)) {
        return std::nullopt;
    }
    const bool has_number =
        std::any_of(map.headers.begin(), map.headers.end(), [](const std::string& header) {
            return std::holds_alternative<dnc::Number>(dnc::read_number(header));
        });
    if (has_number) {
        return ColumnFault{"the first line holds a phone number where column names belong; add a "
                           "header line such as phone,first_name,last_name,state"};
    }
    return ColumnFault{fmt::format(
        "no column looks like a phone number; the columns are {}; say which one with --map "
        "phone=COLUMN",
        column_list(map.headers))};
}

} // namespace

std::string field_list() {
    std::string out;
    for (const auto& [field, name] : kFieldNames) {
        out += out.empty() ? "" : ", ";
        out += name;
    }
    return out;
}

std::string_view to_text(LeadField field) {
    for (const auto& [known, name] : kFieldNames) {
        if (known == field) {
            return name;
        }
    }
    return "unknown";
}

std::variant<ColumnMap, ColumnFault> map_columns(const std::vector<std::string>& headers,
                                                 const std::vector<ColumnChoice>& choices) {
    ColumnMap map{.headers = headers, .columns = {}, .unknown = {}, .notices = {}};
    if (auto fault = apply_choices(map, choices)) {
        return *fault;
    }
    const ColumnMap chosen = map;
    for (std::size_t i = 0; i < headers.size(); ++i) {
        if (is_used(chosen, i) || std::ranges::find(chosen.unknown, i) != chosen.unknown.end()) {
            continue;
        }
        const auto field = field_of(headers[i]);
        const bool taken =
            field && ((*field != LeadField::consent_proof && is_mapped(chosen, *field)) ||
                      (!is_many(*field) && is_mapped(map, *field)));
        if (field && !taken) {
            map.columns.push_back({*field, i});
        } else {
            map.unknown.push_back(i);
        }
    }
    std::ranges::sort(map.unknown);
    take_weak_phone(map);
    if (auto fault = check_header(map)) {
        return *fault;
    }
    keep_whole_consents(map);
    return map;
}

std::vector<ColumnChoice> choices_of(const ColumnMap& map) {
    std::vector<ColumnChoice> choices;
    for (const MappedColumn& column : map.columns) {
        choices.emplace_back(to_text(column.field), map.headers[column.index]);
    }
    return choices;
}

std::variant<ColumnMap, ColumnFault> map_as_before(const std::vector<std::string>& headers,
                                                   const std::vector<ColumnChoice>& remembered,
                                                   const std::vector<std::string>& known,
                                                   const std::string& source) {
    ColumnMap map{.headers = headers, .columns = {}, .unknown = {}, .notices = {}};
    for (const auto& [word, header] : remembered) {
        const auto field = field_named(word);
        const auto index = find_header(map, header);
        if (!field || !index || is_used(map, *index)) {
            return ColumnFault{fmt::format(
                "the files of the source \"{}\" had the column \"{}\" for {}, and this one has "
                "not; its columns are {}. Say with --map which column is what now (that is then "
                "remembered), or import without --source",
                source, header, word, column_list(headers))};
        }
        map.columns.push_back({*field, *index});
    }
    std::vector<std::string> added;
    for (std::size_t i = 0; i < headers.size(); ++i) {
        if (is_used(map, i)) {
            continue;
        }
        map.unknown.push_back(i);
        if (std::find(known.begin(), known.end(), headers[i]) == known.end()) {
            added.push_back(headers[i]);
        }
    }
    if (!added.empty()) {
        map.notices.push_back(
            fmt::format("columns that files of the source \"{}\" did not have before, kept with "
                        "the lead: {}",
                        source, column_list(added)));
    }
    if (auto fault = check_header(map)) {
        return *fault;
    }
    return map;
}

std::variant<std::vector<ColumnChoice>, ColumnFault> read_column_choices(std::string_view text) {
    std::vector<ColumnChoice> choices;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        const std::string_view item = text.substr(begin, end - begin);
        begin = end + 1;
        const std::size_t equals = item.find('=');
        if (equals == std::string_view::npos || equals == 0 || equals + 1 == item.size()) {
            return ColumnFault{fmt::format(
                "--map: \"{}\" is not FIELD=COLUMN; write for example --map phone=Cell,name=Client",
                item)};
        }
        choices.emplace_back(item.substr(0, equals), item.substr(equals + 1));
    }
    return choices;
}

} // namespace campaigns
