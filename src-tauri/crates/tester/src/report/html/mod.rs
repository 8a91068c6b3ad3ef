//! The report as one HTML file that needs no other: no script, no font, no image from elsewhere. It
//! prints, and reads in light and dark.
//!
//! - `headline`: the sentence and the counts
//! - `matrix`: who gets in
//! - `why`: every surprise and refusal with its reason, proof and fix
//! - `target`: the second opinion
//! - `exchanges`: every request and answer
//! - `words`: what things are called

mod exchanges;
mod headline;
mod matrix;
mod target;
mod why;
mod words;

use std::collections::HashSet;

use contract::ExchangeId;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::HandedOn;

const STYLE: &str = include_str!("style.css");
/// Drawings that are used by name: those of the window (Lucide, ISC licence).
const ICONS: &str = include_str!("icons.svg");
/// Even where a text were not escaped, nothing of it could run or be fetched.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// What the sections share.
struct Page<'a> {
    handed: &'a HandedOn,
    /// Exchanges that can be linked to.
    kept: HashSet<ExchangeId>,
}

/// The whole file.
pub(super) fn page(handed: &HandedOn) -> String {
    let kept = handed.exchanges.iter().map(|exchange| exchange.id).collect();
    let page = Page { handed, kept };
    let title = format!("{}: roll call", handed.set_up.name);
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="generator" content={ "Rolecall " (handed.versions.rolecall) };
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                (PreEscaped(ICONS))
                (page.head())
                main {
                    (page.matrix())
                    (page.why())
                    (page.target())
                    (page.exchanges())
                }
                (page.foot())
            }
        }
    }
    .into_string()
}

impl Page<'_> {
    fn head(&self) -> Markup {
        let HandedOn { report, set_up, called_at, .. } = self.handed;
        html! {
            header {
                p.from { strong { "Roll call" } " of " (set_up.name) }
                h1 { (headline::sentence(self.handed)) }
                p.counts { (headline::counts(report)) }
                dl.facts {
                    div { dt { "ZITADEL" } dd { code { (report.issuer) } } }
                    div {
                        dt { "Project" }
                        dd { code { (report.project_id.as_deref().unwrap_or("not known yet")) } }
                    }
                    div { dt { "API" } dd { code { (report.api.base_url) } } }
                    @if let Some(at) = called_at {
                        div { dt { "Called" } dd { (time(at)) } }
                    }
                }
            }
        }
    }

    fn foot(&self) -> Markup {
        let HandedOn { versions, clock, made_at, exchanges, set_up, .. } = self.handed;
        html! {
            footer {
                h2 { "How this was made" }
                dl.facts {
                    div { dt { "Rolecall" } dd { (versions.rolecall) } }
                    div { dt { "Built for" } dd { code { (versions.target) } } }
                    div { dt { "System" } dd { (versions.system) } }
                    div {
                        dt { "ZITADEL's server" }
                        dd { (versions.issuer_server.as_deref().unwrap_or("does not tell its version")) }
                    }
                    div { dt { "This machine's clock" } dd { (self.clock(clock.as_ref())) } }
                    @if set_up.dated_back != 0 {
                        div {
                            dt { "Signatures" }
                            dd { "dated back by " (set_up.dated_back) " s, because somebody said so" }
                        }
                    }
                    div { dt { "Made" } dd { (time(made_at)) } }
                    div { dt { "Holds" } dd { (words::count(exchanges.len(), "exchange")) } }
                }
                p.promise {
                    "No key, no token, no signed assertion and no secret is in this file. Where one "
                    "stood, there is a mark such as " code { "⟦7⟧" } "; the same mark is the same secret."
                }
            }
        }
    }

    fn clock(&self, clock: Option<&super::ClockOffset>) -> Markup {
        let Some(clock) = clock else { return html! { "not known: no answer was dated" } };
        let (least, most) = (clock.least_ms, clock.most_ms);
        html! {
            @if least <= 0 && most >= 0 {
                "agrees with ZITADEL's, as finely as answers tell"
            } @else if clock.ms > 0 {
                (clock.ms) " ms ahead of ZITADEL's"
            } @else {
                (-clock.ms) " ms behind ZITADEL's"
            }
            " (" (signed(least)) " to " (signed(most)) " ms, " (self.exchange(clock.exchange)) ")"
        }
    }

    /// A link to an exchange, where it is kept.
    fn exchange(&self, id: ExchangeId) -> Markup {
        html! {
            @if self.kept.contains(&id) {
                a href={ "#exchange-" (id) } { "exchange " (id) }
            } @else {
                span title="It is no longer kept." { "exchange " (id) }
            }
        }
    }
}

fn time(timestamp: &str) -> Markup {
    html! { time datetime=(timestamp) { (words::moment(timestamp)) } }
}

fn icon(name: &str) -> Markup {
    html! { svg.icon aria-hidden="true" { use href={ "#icon-" (name) } {} } }
}

fn signed(number: i64) -> String {
    format!("{number:+}")
}
