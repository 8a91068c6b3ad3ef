//! `--target`: somebody's own API, as a section of its own below the matrix.

use std::fmt::Write;

use comfy_table::{Attribute, Cell as Box, Color, Table};
use contract::{
    Finding,
    report::{ProbeToken, TargetProbe, TargetReport, UserReport},
};
use tester::{Setup, diagnosis, target::address::Place};

use super::text::{door, name, seen, table};
use crate::failure::Failure;

/// Whether the target may be called, as far as that shows before anything is.
///
/// # Errors
/// Where it is no address, or tokens would leave the private network and nobody agreed to that.
pub(super) async fn check(setup: &Setup) -> Result<(), Failure> {
    let Some(target) = setup.target() else { return Ok(()) };
    let address = target.address.as_ref().map_err(|(typed, error)| {
        let finding = diagnosis::target_address(typed, error);
        let Finding { title, explanation, fix, .. } = finding;
        Failure::invalid("target", format!("{title}: {typed}. {explanation} {}", fix.text))
    })?;
    if !target.allow_public && address.place().await == Place::Public {
        let mut finding = diagnosis::target_not_private(address);
        finding.fix.text.push_str(" With --allow-public-target you do.");
        return Err(Failure::finding(&finding, "public_address"));
    }
    Ok(())
}

/// Renders it: who gets in there, which tokens it tells apart, and what is wrong.
pub(super) fn render(text: &mut String, target: &TargetReport, reference: &[UserReport]) {
    let _ = writeln!(text, "\nYour API {}", target.url);
    if target.users.iter().flat_map(|user| &user.cells).any(|cell| cell.exchange.is_some()) {
        let _ = writeln!(text, "\n{}", matrix(target, reference));
    }
    if !target.probes.is_empty() {
        let _ = writeln!(text, "\n{}", probes(&target.probes));
    }
    for left_out in &target.left_out {
        let _ = writeln!(text, "Not tried: {}. {}", word(left_out.token), left_out.why);
    }
    for finding in &target.findings {
        let _ = writeln!(text, "\n{}", finding.title);
        for (at, proof) in finding.evidence.iter().enumerate() {
            let head = if at == 0 { "seen" } else { "" };
            let _ = writeln!(text, "  {head:<4}  {}", proof.text);
        }
        let _ = writeln!(text, "  why   {}", finding.explanation);
        let _ = writeln!(text, "  fix   {}", finding.fix.text);
    }
    let faults = target.faults().count();
    let _ = match faults {
        0 => writeln!(text, "\nNothing wrong with your API."),
        1 => writeln!(text, "\n1 fault in your API."),
        faults => writeln!(text, "\n{faults} faults in your API."),
    };
}

/// As the reference's; where a cell differs from what belongs there, the reference's status too.
fn matrix(target: &TargetReport, reference: &[UserReport]) -> Table {
    let mut table = table();
    if let Some(first) = target.users.first() {
        let doors = first.cells.iter().map(|cell| Box::new(door(&cell.method, &cell.path)));
        table.set_header(std::iter::once(Box::new("")).chain(doors));
    }
    for (row, right) in target.users.iter().zip(reference) {
        let cells = row.cells.iter().zip(&right.cells).map(|(cell, right)| {
            let (text, colour) = seen(cell);
            match right.status {
                Some(status) if cell.finding.is_some() && cell.status != right.status => {
                    loud(format!("{text}\n≠ {status} at Rolecall's"))
                }
                _ if cell.finding.is_some() => loud(format!("{text}\n≠ see below")),
                _ => Box::new(text).fg(colour),
            }
        });
        table.add_row(std::iter::once(Box::new(name(row))).chain(cells));
    }
    table
}

/// One row a token, one column a door.
fn probes(probes: &[TargetProbe]) -> Table {
    let mut doors: Vec<(&str, &str)> = Vec::new();
    let mut tokens: Vec<ProbeToken> = Vec::new();
    for probe in probes {
        let at = (probe.method.as_str(), probe.path.as_str());
        if !doors.contains(&at) {
            doors.push(at);
        }
        if !tokens.contains(&probe.token) {
            tokens.push(probe.token);
        }
    }
    let mut table = table();
    let heads = doors.iter().map(|(method, path)| Box::new(door(method, path)));
    table.set_header(std::iter::once(Box::new("Token")).chain(heads));
    for token in tokens {
        let cells = doors.iter().map(|(method, path)| {
            let here =
                |p: &&TargetProbe| p.token == token && p.method == *method && p.path == *path;
            probes.iter().find(here).map_or_else(|| Box::new("·").fg(Color::DarkGrey), verdict)
        });
        table.add_row(std::iter::once(Box::new(word(token))).chain(cells));
    }
    table
}

fn verdict(probe: &TargetProbe) -> Box {
    let status = probe.status.map_or_else(|| "no answer".into(), |status| status.to_string());
    match probe.faults.is_empty() {
        true => Box::new(format!("✓ {status}")).fg(Color::Green),
        false if probe.status == Some(probe.right_status) => {
            loud(format!("✗ {status}, but see below"))
        }
        false => loud(format!("✗ {status}, {} belongs here", probe.right_status)),
    }
}

fn loud(text: String) -> Box {
    Box::new(text).fg(Color::Red).add_attributes(vec![Attribute::Bold])
}

/// A kind of token, for people.
fn word(token: ProbeToken) -> &'static str {
    match token {
        ProbeToken::None => "none",
        ProbeToken::Garbage => "words that are no token",
        ProbeToken::Cut => "a token cut short",
        ProbeToken::IdToken => "an id_token",
        ProbeToken::OtherAudience => "for another project",
        ProbeToken::NoRole => "good, without the role",
        ProbeToken::RightRole => "good, with the role",
        ProbeToken::RolesInside => "good, with its roles inside",
        ProbeToken::RoleTaken => "from before its role was taken",
        ProbeToken::Expired => "expired",
        ProbeToken::SwitchedOff => "of an account switched off since",
    }
}
