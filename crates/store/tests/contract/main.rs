//! What the store promises, checked on SQLite always, and on PostgreSQL where `BARTIZAN_TEST_PG` names a server
//! (`scripts/with-postgres.sh cargo test -p bartizan-store`). With `BARTIZAN_REQUIRE_PG=1` a missing server is a failure.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod accounts;
mod assignments;
mod closing;
mod correlation;
mod decisions;
mod events;
mod house;
mod ingest;
mod inventory;
mod machines;
mod merging;
mod order;
mod past;
mod resolution;
mod rest;
mod schema;
mod software;
mod statements;
mod writing;

/// Registers each contract as one test a backend: `sqlite::ingest::...` and `postgresql::ingest::...`.
macro_rules! contracts {
    ($($module:ident: $($test:ident)*;)*) => {
        mod sqlite {
            $(mod $module { $(#[test] fn $test() { crate::house::on_sqlite(crate::$module::$test); })* })*
        }
        mod postgresql {
            $(mod $module { $(#[test] fn $test() { crate::house::on_postgresql(crate::$module::$test); })* })*
        }
    };
}

contracts! {
    past:
        facts_of_a_day
        what_changed_since_a_day
        exposures_that_were_not_open
        the_ids_of_clouds;
    software:
        software_is_found_by_its_names
        joined_weaknesses_are_one_exposure_with_the_sightings_of_both
        what_documents_say_follows_a_weakness_that_is_joined;
    schema:
        opening_again_changes_nothing
        a_newer_schema_is_refused
        both_schemas_agree;
    ingest:
        new_findings_are_counted_once
        the_same_report_again_changes_nothing
        a_later_report_that_sees_the_same_moves_only_times
        neighbours_that_are_seen_again_leave_the_others_alone
        two_tools_and_two_places_are_one_exposure_of_a_cve
        a_rule_is_one_exposure_a_place
        a_changed_severity_is_an_update
        the_highest_record_of_a_place_counts
        a_lower_severity_counts_at_the_end_of_the_report
        fixed_comes_back
        words_read_back
        what_a_source_says_is_read_back_and_said_in_other_words
        many_findings_in_several_chunks
        any_report_again_changes_nothing;
    closing:
        only_the_covered_ports_close
        only_what_the_rules_report_closes
        only_the_covered_checks_close
        only_the_covered_packages_close
        another_tool_keeps_it_open
        an_empty_or_failed_run_closes_nothing
        an_older_report_closes_and_reopens_nothing
        an_old_report_of_what_was_fixed_since_opens_nothing;
    order:
        the_order_of_reports_does_not_matter_and_nothing_is_closed_wrongly;
    correlation:
        what_is_one_counts_once_and_keeps_all_sightings
        what_goes_by_a_cve_leads_and_ids_are_learned
        it_closes_when_every_tool_is_clear
        a_split_gives_each_side_its_own_back
        what_is_decided_of_the_whole_stays_with_each
        a_rule_joins_nothing_that_a_person_told_apart
        what_was_refused_before_stays_apart
        a_rule_carries_no_false_positive
        an_owner_that_was_given_to_the_whole_stays
        correlations_follow_assets_and_weaknesses
        any_split_restores_everything;
    machines:
        what_runs_where_is_read_while_it_is_told
        a_hole_of_both_is_listed_once_and_found_on_either
        what_the_rule_finds_no_more_is_two_again
        it_outlives_merges_of_either_asset_and_their_end
        only_what_runs_there_can_be_one_with_it
        who_had_the_address_of_an_application_is_read_with_its_time;
    decisions:
        bulk_lapse_and_revoke
        a_decision_beats_a_later_import
        impossible_decisions_are_refused
        a_lapsed_decision_hides_no_older_one;
    assignments:
        owners_are_given_and_given_back
        an_assignment_made_since_stays
        who_goes_owns_nothing
        impossible_assignments_are_refused
        an_owner_survives_a_merge_and_a_split;
    statements:
        a_statement_decides_now_and_later
        a_version_that_is_not_meant_stays_open
        every_place_must_be_spoken_for
        a_newer_word_counts_and_an_older_does_not
        a_contradiction_closes_nothing
        fixed_counts_where_that_version_is
        a_person_goes_before_a_document
        a_part_is_meant_in_its_product_alone
        a_weakness_is_found_by_its_other_names;
    resolution:
        strong_beats_weak
        a_recycled_address_merges_nobody
        name_address_and_cloud_id_become_one
        a_lone_address_is_taken_in_with_what_hangs_on_it
        what_was_only_an_id_of_a_directory_gets_its_name
        different_names_and_agents_are_different_assets
        machines_made_from_one_image_stay_apart
        a_merge_in_the_middle_of_a_report_loses_nothing
        what_goes_into_an_asset_of_the_same_run_keeps_its_exposures
        what_many_assets_have_makes_none_of_them_one
        what_names_nobody_is_found_again_and_refutes_nothing
        odd_names_are_the_same_asset_again
        a_demo_asset_is_never_taken_for_a_real_one
        a_private_address_is_another_machine_in_another_network
        ranges_of_private_addresses_are_of_the_network_of_their_report
        what_proves_more_than_an_address_is_one_in_all_networks
        a_merge_over_networks_is_explained_and_split_again;
    merging:
        a_split_restores_both_assets
        any_split_restores_both_assets
        split_assets_are_never_merged_again
        a_merge_proves_nothing_fixed
        a_person_s_words_survive_a_merge
        merges_split_in_reverse_order
        impossible_merges_are_refused;
    inventory:
        services_and_components_come_and_go
        an_older_inventory_changes_nothing
        where_a_component_is_named_is_kept
        each_vantage_has_its_own_services_and_software
        the_newest_host_snapshot_counts
        relations_are_kept_once
        facts_that_are_told_no_more_are_gone
        who_is_no_more_in_a_whole_list_is_gone
        a_file_declares_as_people_do
        addresses_are_told_with_their_assets
        notes_follow_their_asset;
    events:
        the_sequence_has_no_gaps
        each_change_has_its_event
        events_are_found_by_kind_and_asset
        what_was_opened_when_is_told_by_the_log;
    accounts:
        the_last_admin_stays
        sessions_end
        a_token_is_no_more_than_its_owner
        views_belong_to_one_account;
    rest:
        knowledge_is_joined_and_replaced
        a_second_source_fills_in
        catalogues_are_looked_up
        epss_keeps_from_where_it_moved
        scopes_are_named_once
        a_failed_sync_keeps_when_one_last_went_well
        demo_data_goes_and_the_rest_stays
        a_backup_is_a_good_database
        any_text_is_kept
        text_sorts_by_its_bytes
        a_slot_that_is_free_again_tells_that_its_runs_died
        runs_tell_how_they_ended;
    writing:
        an_error_or_a_panic_leaves_nothing
        readers_see_one_moment
        writers_take_turns;
}
