//! Reads `tauri.conf.json` into what the window is compiled with.

fn main() {
    tauri_build::build();
}
