//! The second opinion: somebody's own API, given the same tokens.

use contract::{FindingKind, report::TargetReport};
use maud::{Markup, html};

use super::{Page, icon, words};

impl Page<'_> {
    pub(super) fn target(&self) -> Markup {
        let Some(target) = &self.handed.report.target else { return html! {} };
        let faults = target.faults().count();
        html! {
            section aria-labelledby="target" {
                h2 id="target" { "Second opinion: " code { (target.url) } }
                p.counts {
                    @if faults == 0 {
                        "It answers the same tokens as it should."
                    } @else {
                        (words::count(faults, "fault")) " in how it answers the same tokens."
                    }
                }
                (self.table(&target.users, "Callers by doors, at this API"))
                @for finding in &target.findings {
                    article class=(if finding.kind == FindingKind::Cause { "odd" } else { "calm" }) {
                        h3 { (finding.title) }
                        (self.finding(finding))
                    }
                }
                (self.probes(target))
            }
        }
    }

    fn probes(&self, target: &TargetReport) -> Markup {
        html! {
            @if !target.probes.is_empty() {
                h3 { "Tokens that it must tell apart" }
                div.wide role="region" aria-label="Tokens that it must tell apart" tabindex="0" {
                    table.plain {
                        thead {
                            tr {
                                @for head in ["Token", "Door", "Should be", "Was", "Answer", "Exchange"] {
                                    th scope="col" { (head) }
                                }
                            }
                        }
                        tbody {
                            @for probe in &target.probes {
                                tr {
                                    th scope="row" { (words::token(probe.token)) }
                                    td { code { (words::door(&probe.method, &probe.path)) } }
                                    td { (probe.right_status) }
                                    td {
                                        @match probe.status {
                                            Some(status) => (status),
                                            None => "no answer",
                                        }
                                    }
                                    td class=(if probe.faults.is_empty() { "right" } else { "wrong" }) {
                                        (icon(if probe.faults.is_empty() { "in" } else { "odd" }))
                                        (words::faults(probe))
                                    }
                                    td { @if let Some(id) = probe.exchange { (self.exchange(id)) } }
                                }
                            }
                        }
                    }
                }
            }
            @if !target.left_out.is_empty() {
                h3 { "Not tried" }
                ul { @for left in &target.left_out {
                    li { strong { (words::token(left.token)) } ": " (left.why) }
                } }
            }
        }
    }
}
