//! Tells the program for which machine it was built.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if let Ok(target) = std::env::var("TARGET") {
        println!("cargo:rustc-env=ROLECALL_TARGET={target}");
    }
}
