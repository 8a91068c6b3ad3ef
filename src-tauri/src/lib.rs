//! The desktop shell: it opens the window, hands commands on and decides nothing.
//!
//! - [`commands`]: what the window may ask for; each parses, calls one function, maps the error
//! - `events`: the one place that tells the window what happens
//! - `closing`: what happens when somebody closes the window
//! - `dialog`: native file dialogs
//! - `built_in`: the sandbox while it runs; `broken_here`: what can be broken in the set-up
//! - `log`: what happened, in a file, without secrets
//! - `desk`: what the commands share
//! - `threads`: those that work behind the window
//! - `error`: the one map from errors to [`contract::CommandError`]

mod broken_here;
mod built_in;
mod closing;
pub mod commands;
mod desk;
mod dialog;
mod error;
mod events;
mod log;
mod recent;
mod start;
mod threads;

use tauri::{Manager, RunEvent};

use crate::{built_in::NextWorld, closing::Closing, desk::Desk, events::Events};

/// Opens the window and serves it until it is closed.
pub fn run() {
    let webkit = start::set_webkit_up();
    let context = tauri::generate_context!();
    log::begin(&context.config().identifier);
    if let Err(error) = webkit {
        tracing::warn!("WebKit works as it does by itself: {error}");
    }
    // Held until the end: it ends with its threads.
    let work = threads::behind_the_window();
    match &work {
        Ok(work) => tauri::async_runtime::set(work.handle().clone()),
        Err(error) => tracing::warn!("the window does not go before the work: {error}"),
    }
    let next_world = NextWorld::default();
    if start::asked().sandbox {
        next_world.begin();
    }
    let app = tauri::Builder::default()
        // Must be the first plugin: a second start ends here.
        .plugin(tauri_plugin_single_instance::init(|app, args, folder| {
            start::again(app, args, folder);
        }))
        .plugin(tauri_plugin_window_state::Builder::default().build())
        .invoke_handler(commands::handler())
        .on_window_event(closing::on_window_event)
        .setup(move |app| {
            app.manage(Closing::default());
            app.manage(Desk::new(app.handle(), Events::default(), next_world)?);
            start::window(app)?;
            Ok(())
        })
        .build(context);
    let app = match app {
        Ok(app) => app,
        Err(error) => {
            start::wait_for_the_last_window(&error);
            tracing::error!("Rolecall cannot open its window: {error}");
            std::process::exit(1);
        }
    };
    app.run(|app, event| {
        if let RunEvent::Exit = event {
            tracing::info!("Rolecall ends");
            // The process ends without dropping its state; the sandbox's keys must not stay.
            app.state::<Desk>().close_sandbox();
        }
    });
}
