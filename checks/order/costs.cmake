# ctest reads this file (CMakeLists.txt): seconds, and the tests that take about as long.
foreach(row
    "200 cli_hostile"
    "120 every_layer domain"
    "70 decide cli_unread html_axe cli_interrupts cli_blocks crash"
    "50 probe_races network_vary network_memory cancelled_terms cli_divided cli_plugins cli_train cli_ranks cli_textbook"
    "40 calls meaning corpus packages numeric check_memory cli_shards cli_timeout run batch undecided"
    "25 core check reach probe_caps cli_invalid cli_chatter cli_closed mutate compare_kernels suite_memory twin routes"
    "15 mutate_layers install html_chromium classes twin_cpp cli_inputs cli_threads element_size exposure misbehaviour measure")
  separate_arguments(row)
  list(POP_FRONT row seconds)
  foreach(test ${row})
    set_tests_properties(${test} PROPERTIES COST ${seconds})
  endforeach()
endforeach()
