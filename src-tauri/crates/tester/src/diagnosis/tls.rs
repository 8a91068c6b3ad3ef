//! A server whose certificate is not trusted, or that does not speak TLS at all.

use contract::{exchange::TlsFault, finding::FindingCode};

use super::{Draft, cause};

/// Why the issuer is not trusted. What the connection itself said is added by the caller.
pub(super) fn untrusted(address: &str, fault: TlsFault) -> Draft {
    let title = match fault {
        TlsFault::NotTls => format!("Nothing at {address} speaks TLS"),
        TlsFault::Handshake => format!("{address} and this program cannot agree on TLS"),
        TlsFault::NoAuthorities => "This machine knows no certificate authority".to_owned(),
        _ => format!("The certificate of {address} is not trusted"),
    };
    let (explanation, fix) = words(fault);
    cause(FindingCode::TlsUntrusted, title)
        .because(format!("The connection was broken off before anything was sent: {explanation}"))
        .fix(fix)
}

fn words(fault: TlsFault) -> (&'static str, &'static str) {
    match fault {
        TlsFault::Expired => (
            "the time of the certificate that was shown is over.",
            "Renew the certificate where ZITADEL, or the proxy in front of it, runs. If it is good \
             elsewhere, this machine's date is wrong.",
        ),
        TlsFault::NotYetValid => (
            "the time of the certificate that was shown has not come yet.",
            "Check this machine's date. If it is right, the certificate was made for later.",
        ),
        TlsFault::Name => (
            "the certificate that was shown is for another name.",
            "Type the address under which you open ZITADEL's console: the name in it is the one \
             that the certificate is for. To use this name, have the certificate made out to it too.",
        ),
        TlsFault::UnknownAuthority => (
            "this machine does not know the authority that signed the certificate.",
            "If ZITADEL runs behind a certificate authority of your own, add that authority's \
             certificate to the workspace (ca_file). Otherwise somebody on the way shows another \
             certificate than ZITADEL's: do not go on.",
        ),
        TlsFault::OwnAuthority => (
            "the certificate that was shown is an authority's own, which a server must not show.",
            "Make a certificate for the server alone (with openssl: -addext \
             basicConstraints=critical,CA:FALSE), and add it, or the authority that signed it, to \
             the workspace (ca_file).",
        ),
        TlsFault::Revoked => (
            "the authority took back the certificate that was shown.",
            "Have a new certificate made where ZITADEL, or the proxy in front of it, runs.",
        ),
        TlsFault::Certificate => (
            "this machine does not trust the certificate that was shown.",
            "Check the certificate's date, name and signature where ZITADEL, or the proxy in front \
             of it, runs.",
        ),
        TlsFault::NotTls => (
            "what answered is no TLS, as a plain http port would answer.",
            "Check the port, and whether the address begins with http:// where you open ZITADEL's \
             console.",
        ),
        TlsFault::Handshake => (
            "the two sides have no version or cipher of TLS in common.",
            "The server must speak TLS 1.2 or 1.3. Check how ZITADEL, or the proxy in front of it, \
             is set up.",
        ),
        TlsFault::NoAuthorities => (
            "without the system's certificates nobody can be trusted.",
            "Install the system's certificates (on Debian and Ubuntu: the package \
             ca-certificates), or add your authority's certificate to the workspace (ca_file).",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_fault_has_words_and_a_way_out_of_its_own() {
        let faults = [
            TlsFault::Expired,
            TlsFault::NotYetValid,
            TlsFault::Name,
            TlsFault::UnknownAuthority,
            TlsFault::OwnAuthority,
            TlsFault::Revoked,
            TlsFault::Certificate,
            TlsFault::NotTls,
            TlsFault::Handshake,
            TlsFault::NoAuthorities,
        ];
        let findings = faults.map(|fault| untrusted("https://acme.example", fault).done());
        for (at, one) in findings.iter().enumerate() {
            assert_eq!(one.code, FindingCode::TlsUntrusted);
            for other in &findings[..at] {
                assert_ne!(one.explanation, other.explanation);
                assert_ne!(one.fix.text, other.fix.text);
            }
        }
    }
}
