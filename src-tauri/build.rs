//! Reads `tauri.conf.json` and the capabilities into what the shell is compiled with.

fn main() {
    tauri_build::build();
}
