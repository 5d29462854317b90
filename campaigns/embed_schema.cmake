# Writes a .cpp that holds the numbered SQL files, so that the program carries its own schema.
# cmake -DOUTPUT=FILE -DINPUTS="A.sql;B.sql" -P embed_schema.cmake
set(entries "")
foreach(input IN LISTS INPUTS)
    get_filename_component(name "${input}" NAME_WE)
    file(READ "${input}" text)
    string(FIND "${text}" ")schema\"" clash)
    if(NOT clash EQUAL -1)
        message(FATAL_ERROR "${input} contains the delimiter of the C++ literal")
    endif()
    string(APPEND entries "    {\"${name}\", R\"schema(${text})schema\"},\n")
endforeach()
file(WRITE "${OUTPUT}"
    "// Generated from campaigns/schema/*.sql; do not edit.\n"
    "#include \"campaigns/schema_files.hpp\"\n\n"
    "namespace campaigns {\n\n"
    "const std::vector<SchemaFile>& schema_files() {\n"
    "    static const std::vector<SchemaFile> files{\n"
    "${entries}"
    "    };\n"
    "    return files;\n"
    "}\n\n"
    "} // namespace campaigns\n")
