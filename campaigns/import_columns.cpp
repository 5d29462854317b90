#include "campaigns/import_columns.hpp"

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

constexpr std::array<FieldName, 8> kFieldNames{{
    {LeadField::phone, "phone"},
    {LeadField::name, "name"},
    {LeadField::first_name, "first_name"},
    {LeadField::last_name, "last_name"},
    {LeadField::region, "state"},
    {LeadField::postal_code, "postal_code"},
    {LeadField::email, "email"},
    {LeadField::external_id, "external_id"},
}};

struct Synonyms {
    LeadField field;
    std::string_view words; // folded as fold() does, separated by spaces
};

// English first, then the usual words of German, French, Spanish, Italian, Portuguese and Dutch.
constexpr std::array<Synonyms, 8> kSynonyms{{
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

std::string field_list() {
    std::string out;
    for (const auto& [field, name] : kFieldNames) {
        out += out.empty() ? "" : ", ";
        out += name;
    }
    return out;
}

std::string column_list(const std::vector<std::string>& headers) {
    constexpr std::size_t shown_max = 40;
    std::string out;
    for (std::size_t i = 0; i < headers.size() && i < shown_max; ++i) {
        out += fmt::format("{}\"{}\"", i == 0 ? "" : ", ", headers[i].substr(0, 60));
    }
    return headers.size() > shown_max ? out + ", ..." : out;
}

std::optional<std::size_t> find_header(const std::vector<std::string>& headers,
                                       std::string_view wanted) {
    const auto exact = std::find(headers.begin(), headers.end(), wanted);
    if (exact != headers.end()) {
        return static_cast<std::size_t>(exact - headers.begin());
    }
    const std::string folded = fold(wanted);
    const auto like = std::find_if(headers.begin(), headers.end(), [&](const std::string& header) {
        return !folded.empty() && fold(header) == folded;
    });
    if (like == headers.end()) {
        return std::nullopt;
    }
    return static_cast<std::size_t>(like - headers.begin());
}

bool is_mapped(const ColumnMap& map, LeadField field) {
    return std::any_of(map.columns.begin(), map.columns.end(),
                       [&](const MappedColumn& column) { return column.field == field; });
}

bool is_used(const ColumnMap& map, std::size_t index) {
    return std::any_of(map.columns.begin(), map.columns.end(),
                       [&](const MappedColumn& column) { return column.index == index; });
}

std::optional<ColumnFault> apply_choices(ColumnMap& map, const std::vector<ColumnChoice>& choices) {
    for (const auto& [word, header] : choices) {
        const auto field = field_named(word);
        if (!field) {
            return ColumnFault{fmt::format("--map: \"{}\" is no field of a lead; the fields are {}",
                                           word, field_list())};
        }
        const auto index = find_header(map.headers, header);
        if (!index) {
            return ColumnFault{fmt::format("--map: there is no column \"{}\"; the columns are {}",
                                           header, column_list(map.headers))};
        }
        if (*field != LeadField::phone && is_mapped(map, *field)) {
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
    ColumnMap map{.headers = headers, .columns = {}, .unknown = {}};
    if (auto fault = apply_choices(map, choices)) {
        return *fault;
    }
    const ColumnMap chosen = map;
    for (std::size_t i = 0; i < headers.size(); ++i) {
        if (is_used(chosen, i)) {
            continue;
        }
        const auto field = field_of(headers[i]);
        const bool taken = field && (is_mapped(chosen, *field) ||
                                     (*field != LeadField::phone && is_mapped(map, *field)));
        if (field && !taken) {
            map.columns.push_back({*field, i});
        } else {
            map.unknown.push_back(i);
        }
    }
    take_weak_phone(map);
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
