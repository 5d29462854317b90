# The presets asan and tsan compile the files of a target together (CMakePresets.json), in a quarter
# of the time. Not so these targets: the include lines of the pure rooms stay honest, and in the
# others several files have local things of the same name.
set_target_properties(dnc pacing campaigns dnc_test gate_test places_test store_test import_test
    tables_test supply_test funnel_test settings_unit_test settings_test records_test
    reports_unit_test reports_test audit_form_test audit_pg_test caller_ids_test api_test
    media_test http_test dialer PROPERTIES UNITY_BUILD OFF)
if(TARGET pacing_core_test)
    set_target_properties(pacing_core_test pacing_allocation_test PROPERTIES UNITY_BUILD OFF)
endif()
set_source_files_properties("${CMAKE_SOURCE_DIR}/dialer/media/rtp.cpp"
    TARGET_DIRECTORY dialer_media PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
set_source_files_properties("${CMAKE_SOURCE_DIR}/dialer/call/pace.cpp"
    "${CMAKE_SOURCE_DIR}/dialer/call/opt_outs.cpp"
    "${CMAKE_SOURCE_DIR}/dialer/call/pace_keeping.cpp"
    TARGET_DIRECTORY dialer_engine PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
if(CMAKE_UNITY_BUILD)
    # A class of a .cpp file may hold types of that file; the compiler takes the file for a header.
    target_compile_options(warnings INTERFACE -Wno-subobject-linkage)
endif()
