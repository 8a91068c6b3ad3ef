//! What a report was made with.

use contract::{Exchange, exchange::Party};
use serde::{Deserialize, Serialize};

/// Versions of everything that took part, as far as they are told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versions {
    /// Rolecall's own.
    pub rolecall: String,
    /// What it was built for, for example `x86_64-unknown-linux-gnu`.
    pub target: String,
    /// This machine's system, for example `Debian GNU/Linux 12 (bookworm)`.
    pub system: String,
    /// What the issuer's answers call their server (`Server`); `None` where they do not say. ZITADEL
    /// itself does not.
    pub issuer_server: Option<String>,
}

impl Versions {
    /// As of now, and as these exchanges tell.
    pub fn of(exchanges: &[Exchange]) -> Self {
        Self { issuer_server: exchanges.iter().rev().find_map(server), ..Self::own() }
    }

    /// Without those of others.
    pub fn own() -> Self {
        Self {
            rolecall: env!("CARGO_PKG_VERSION").into(),
            target: option_env!("ROLECALL_TARGET").unwrap_or(std::env::consts::ARCH).into(),
            system: system(),
            issuer_server: None,
        }
    }
}

fn server(exchange: &Exchange) -> Option<String> {
    let response = exchange.response.as_ref().filter(|_| exchange.to == Party::Zitadel)?;
    let header = response.headers.iter().find(|h| h.name.eq_ignore_ascii_case("server"))?;
    Some(header.value.clone())
}

/// Linux tells it in a file (os-release(5)); elsewhere the system's name has to do.
fn system() -> String {
    let told = ["/etc/os-release", "/usr/lib/os-release"]
        .iter()
        .filter(|_| cfg!(target_os = "linux"))
        .find_map(|file| std::fs::read_to_string(file).ok());
    let named = told.as_deref().and_then(pretty_name);
    named.unwrap_or_else(|| std::env::consts::OS.into())
}

fn pretty_name(os_release: &str) -> Option<String> {
    let value = os_release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="))?;
    let name = value.trim().trim_matches(['"', '\'']);
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_linux_system_tells_its_name() {
        let told = "NAME=\"Debian\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n";
        assert_eq!(pretty_name(told).as_deref(), Some("Debian GNU/Linux 12 (bookworm)"));
        assert_eq!(pretty_name("PRETTY_NAME=Alpine"), Some("Alpine".into()));
        assert_eq!(pretty_name("NAME=x\nPRETTY_NAME=\"\"\n"), None);
    }

    #[test]
    fn versions_are_never_empty() {
        let own = Versions::own();
        assert_eq!(own.rolecall, env!("CARGO_PKG_VERSION"));
        assert!(own.target.contains(std::env::consts::ARCH) && !own.system.is_empty());
    }
}
