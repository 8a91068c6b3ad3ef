//! What the window may ask for. A command parses, calls one function and maps the error.

mod exchanges;
mod files;
mod report;
mod roll_call;
mod sandbox;
mod secrets;
mod settings;
mod token;
mod watch;
mod window;
mod workspace;

use tauri::{Wry, ipc::Invoke};

/// All commands.
pub fn handler() -> impl Fn(Invoke<Wry>) -> bool {
    tauri::generate_handler![
        window::listen,
        window::next_events,
        window::catch_up,
        window::start_options,
        window::set_zoom,
        window::closing_heard,
        window::close_window,
        workspace::new_workspace,
        workspace::open_workspace,
        workspace::pick_workspace,
        workspace::save_workspace,
        workspace::recent_workspaces,
        workspace::forget_recent,
        workspace::add_key_files,
        workspace::pick_key_files,
        workspace::remove_user,
        workspace::remove_api_key,
        workspace::set_issuer,
        workspace::set_project_id,
        workspace::set_scopes,
        workspace::set_endpoints,
        workspace::set_expectations,
        workspace::set_target,
        workspace::save_text,
        files::import_env,
        files::export_env,
        files::locate_key,
        files::undo,
        settings::set_settings,
        settings::pick_ca_file,
        report::save_report,
        report::open_page,
        report::open_log_folder,
        roll_call::call_the_roll,
        roll_call::stop_the_roll,
        watch::start_watch,
        watch::stop_watch,
        sandbox::open_sandbox,
        sandbox::give_role,
        sandbox::take_role,
        sandbox::set_user_state,
        sandbox::set_token_type,
        sandbox::set_faults,
        sandbox::set_dialect,
        sandbox::apply_fix,
        sandbox::set_personal_access_token,
        exchanges::open_exchange,
        exchanges::find_exchanges,
        token::inspect_token,
        token::introspect_token,
        secrets::reveal,
        secrets::copy_token,
        secrets::copy_export,
        secrets::copy_curl,
        secrets::copy_text,
    ]
}
