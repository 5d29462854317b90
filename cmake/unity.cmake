# Files that use a name of their own that another file of their target uses too: they are compiled by
# themselves where the others are compiled together (the sanitizer presets; see CMakePresets.json).
function(compile_alone target)
    set_source_files_properties(${ARGN} TARGET_DIRECTORY ${target}
        PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

# The include lines of the pure rooms stay honest.
set_target_properties(dnc pacing PROPERTIES UNITY_BUILD OFF)
compile_alone(dialer_media "${CMAKE_SOURCE_DIR}/dialer/media/rtp.cpp")
compile_alone(campaigns
    "${CMAKE_SOURCE_DIR}/campaigns/numbers_file_rows.cpp"
    "${CMAKE_SOURCE_DIR}/campaigns/store_pg_migrate.cpp"
    "${CMAKE_SOURCE_DIR}/campaigns/store_pg_report.cpp")
compile_alone(dnc_test "${CMAKE_SOURCE_DIR}/tests/dnc/gate_test.cpp")
compile_alone(import_test "${CMAKE_SOURCE_DIR}/tests/campaigns/import_pg_test.cpp")
