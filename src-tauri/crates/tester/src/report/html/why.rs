//! Why it is so: every surprise and refusal with its reason, proof and fix; then what only teaches.

use contract::{
    Cell, Finding, FindingKind,
    finding::{Evidence, EvidenceSource},
    report::{Decision, Expected, Outcome, RuleName},
};
use maud::{Markup, html};

use super::{Page, headline::is_surprise, icon, words};
use crate::report::{Place, Reason, reasons};

impl Page<'_> {
    pub(super) fn why(&self) -> Markup {
        let (notes, causes): (Vec<_>, Vec<_>) = reasons(&self.handed.report)
            .into_iter()
            .partition(|reason| reason.finding.kind == FindingKind::Note);
        let (odd, calm): (Vec<_>, Vec<_>) = causes.into_iter().partition(alarms);
        let unexplained: Vec<_> = self.unexplained().collect();
        html! {
            @if !odd.is_empty() || !unexplained.is_empty() {
                section aria-labelledby="odd" {
                    h2 id="odd" { "Not as it should be" }
                    @for reason in &odd { (self.reason(reason, "odd")) }
                    @for place in &unexplained { (self.surprise(place)) }
                }
            }
            @if !calm.is_empty() {
                section aria-labelledby="calm" {
                    h2 id="calm" { "Why the others stay out" }
                    @for reason in &calm { (self.reason(reason, "calm")) }
                }
            }
            @if !notes.is_empty() {
                section aria-labelledby="notes" {
                    h2 id="notes" { "Good to know" }
                    @for reason in &notes { (self.reason(reason, "calm")) }
                }
            }
        }
    }

    /// Cells that are not as expected, and whose decision is all the reason there is.
    fn unexplained(&self) -> impl Iterator<Item = Place<'_>> {
        let rows = self.handed.report.users.iter();
        let cells = rows.flat_map(|user| user.cells.iter().map(move |cell| (user, cell)));
        let odd =
            cells.filter(|(_, cell)| cell.as_expected == Some(false) && cell.finding.is_none());
        odd.map(|(user, cell)| Place { user, cell: Some(cell) })
    }

    fn reason(&self, reason: &Reason<'_>, class: &str) -> Markup {
        let places = &reason.places;
        html! {
            article class=(class) {
                h3 { (reason.finding.title) }
                @if !places.is_empty() {
                    ul.places { @for place in places { li { (self.place(place)) } } }
                }
                (self.finding(reason.finding))
            }
        }
    }

    fn place(&self, place: &Place<'_>) -> Markup {
        let name = words::name(place.user);
        html! {
            @if let Some(cell) = place.cell {
                @let look = words::look(cell);
                (icon(look.icon)) strong { (name) } " at " code { (cell.path) } ": "
                (look.word) @if let Some(status) = cell.status { " " (status) }
                @if !look.aside.is_empty() { ", " (look.aside) }
                @if let Some(id) = cell.exchange { ", " (self.exchange(id)) }
            } @else {
                strong { (name) }
                @if place.user.token.is_none() { ", got no token" }
            }
        }
    }

    /// A surprise without a finding: the API let in, and its rule says why.
    fn surprise(&self, place: &Place<'_>) -> Markup {
        let Some(cell) = place.cell else { return html! {} };
        let name = words::name(place.user);
        let should = match cell.expected {
            Some(Expected::Allow) => "stays out, and should get in",
            _ => "gets in, and should stay out",
        };
        html! {
            article.odd {
                h3 { (name) " " (should) ": " code { (cell.path) } }
                ul.places { li { (self.place(place)) } }
                @if let Some(decision) = &cell.decision {
                    p { (decided(decision)) }
                    @if decision.outcome == Outcome::Allowed {
                        p.fix { strong { "What to do " } (way_out(decision)) }
                    }
                }
            }
        }
    }

    /// Explanation, proof and fix.
    pub(super) fn finding(&self, finding: &Finding) -> Markup {
        html! {
            @if !finding.explanation.is_empty() { p { (prose(&finding.explanation)) } }
            @if !finding.evidence.is_empty() {
                ul.evidence { @for proof in &finding.evidence { li { (self.evidence(proof)) } } }
            }
            @if !finding.fix.text.is_empty() {
                p.fix {
                    strong { "What to do " }
                    (prose(&finding.fix.text))
                    @if let Some(url) = &finding.fix.url { " " (link(url)) }
                }
            }
            p.code { code { (code(finding)) } }
        }
    }

    fn evidence(&self, proof: &Evidence) -> Markup {
        html! {
            span.source {
                @match &proof.source {
                    EvidenceSource::File { path, field } => {
                        "File " code { (path) @if let Some(field) = field { " › " (field) } }
                    }
                    EvidenceSource::Setting { field } => { "Setup " code { (field.replace('_', " ")) } }
                    EvidenceSource::Exchange { id } => { "Seen " (self.exchange(*id)) }
                    EvidenceSource::Probe { id } => { "Probe " (self.exchange(*id)) }
                    EvidenceSource::Token { claim } => { "Token " code { (claim) } }
                }
            }
            " " span { (prose(&proof.text)) }
        }
    }
}

/// Something is wrong: it stands for everything, for a row, or for a surprise. What nobody had an
/// opinion of, and what was meant to be refused, is told calmly.
fn alarms(reason: &Reason<'_>) -> bool {
    let odd = |cell: &Cell| is_surprise(cell) || cell.verdict == contract::Verdict::Failed;
    reason.places.is_empty() || reason.places.iter().any(|place| place.cell.is_none_or(odd))
}

fn decided(decision: &Decision) -> String {
    let found = match &decision.roles_found[..] {
        [] => "no role".to_owned(),
        roles => roles.join(", "),
    };
    let needed = decision.needed_roles.join(", ");
    match decision.outcome {
        Outcome::Allowed if decision.rule == RuleName::Public => {
            "This door is open to anyone.".into()
        }
        Outcome::Allowed if needed.is_empty() => "This door is open to any valid token.".into(),
        Outcome::Allowed => {
            format!("The door asks for {needed}, and ZITADEL told the API: {found}.")
        }
        Outcome::NoToken => "No token came along.".into(),
        Outcome::MalformedToken => "What came along is not a token.".into(),
        Outcome::Inactive => "ZITADEL calls the token inactive.".into(),
        Outcome::RoleMissing => format!("ZITADEL told the API: {found}."),
        Outcome::ApiRefused => "ZITADEL refuses the API itself.".into(),
        Outcome::IssuerUnavailable => "The API could not ask ZITADEL.".into(),
    }
}

/// What there is to do about somebody who got in and should not have, as the window says it.
fn way_out(decision: &Decision) -> String {
    let held = decision.needed_roles.iter().filter(|role| decision.roles_found.contains(role));
    let held = |word: &str| held.cloned().collect::<Vec<_>>().join(&format!(" {word} "));
    let change = match decision.rule {
        RuleName::Public => "Let this door ask for a token".to_owned(),
        RuleName::ValidToken => "Let this door ask for a role".to_owned(),
        RuleName::AnyRole => format!("Take the role {} from it in ZITADEL", held("and")),
        RuleName::AllRoles => format!("Take the role {} from it in ZITADEL", held("or")),
    };
    format!("{change}, or expect it to get in.")
}

/// What stands between two backticks is read by machines.
fn prose(text: &str) -> Markup {
    let whole = text.matches('`').count().is_multiple_of(2);
    html! {
        @for (at, part) in text.split('`').enumerate() {
            @if !whole && at > 0 { "`" }
            @if whole && at % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

/// A page of ZITADEL's console. What is no web address stands as text.
fn link(url: &str) -> Markup {
    let web = url.starts_with("https://") || url.starts_with("http://");
    html! {
        @if web { a href=(url) rel="noreferrer" { (url) } } @else { code { (url) } }
    }
}

fn code(finding: &Finding) -> String {
    let code = serde_json::to_value(finding.code).unwrap_or_default();
    code.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_in_prose_is_marked_and_nothing_is_markup() {
        let cases = [
            ("plain <b>", "plain &lt;b&gt;"),
            ("look at `active` first", "look at <code>active</code> first"),
            ("`<i>`", "<code>&lt;i&gt;</code>"),
            ("a lone ` stays", "a lone ` stays"),
        ];
        for (text, page) in cases {
            assert_eq!(prose(text).into_string(), page);
        }
        assert_eq!(link("javascript:alert(1)").into_string(), "<code>javascript:alert(1)</code>");
    }
}
