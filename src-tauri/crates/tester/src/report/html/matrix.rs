//! Who gets in: callers by doors.

use contract::{Cell, report::UserReport};
use maud::{Markup, html};

use super::{Page, icon, words};

impl Page<'_> {
    pub(super) fn matrix(&self) -> Markup {
        html! {
            section aria-labelledby="matrix" {
                h2 id="matrix" { "Who gets in" }
                (self.table(&self.handed.report.users, "Callers by doors, at Rolecall's own API"))
                (self.legend())
            }
        }
    }

    /// Rows at doors. On a narrow screen it is moved by keyboard too.
    pub(super) fn table(&self, users: &[UserReport], caption: &str) -> Markup {
        let doors = users.first().map(|user| &user.cells[..]).unwrap_or_default();
        html! {
            div.wide role="region" aria-label=(caption) tabindex="0" {
                table.matrix {
                    caption { (caption) }
                    thead {
                        tr {
                            th scope="col" { span.aside { "Caller" } }
                            @for door in doors {
                                th scope="col" {
                                    code { (words::door(&door.method, &door.path)) }
                                    span.aside { (self.rule(door)) }
                                }
                            }
                        }
                    }
                    tbody {
                        @for user in users {
                            tr {
                                th scope="row" {
                                    (words::name(user))
                                    span.aside { (words::below(user)) }
                                }
                                @for cell in &user.cells { td { (self.cell(cell)) } }
                            }
                        }
                    }
                }
            }
        }
    }

    fn rule(&self, door: &Cell) -> String {
        let mut doors = self.handed.set_up.endpoints.iter();
        let same = doors.find(|one| one.method == door.method && one.path == door.path);
        same.map(words::rule).unwrap_or_default()
    }

    fn cell(&self, cell: &Cell) -> Markup {
        let look = words::look(cell);
        html! {
            div class={ "cell " (look.class) } {
                (icon(look.icon))
                span.word { (look.word) }
                " " span.status { @if let Some(status) = cell.status { (status) } }
                " " span.aside.as { (look.aside) }
                " " span.aside.at { @if let Some(id) = cell.exchange { (self.exchange(id)) } }
            }
        }
    }

    /// Only what is in the table needs explaining.
    fn legend(&self) -> Markup {
        let words = [
            ("in", "in", "in, as expected"),
            ("out", "out", "out, as expected"),
            ("odd", "odd", "not as expected"),
            ("open", "in", "no expectation set"),
            ("unreached", "unreached", "not reached"),
        ];
        let cells = || self.handed.report.users.iter().flat_map(|user| &user.cells);
        let present = |class: &str| cells().any(|cell| words::look(cell).class == class);
        html! {
            ul.legend {
                @for (class, drawing, word) in words {
                    @if present(class) { li { span class={ "cell " (class) } { (icon(drawing)) } (word) } }
                }
            }
        }
    }
}
