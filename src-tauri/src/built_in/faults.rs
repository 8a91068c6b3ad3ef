//! What can be broken in the built-in issuer, in words.

use contract::workspace::{FaultFamily, FaultUnit, FaultValue, FaultView};
use sandbox::{Fault, FaultName, Place, Unit};

/// Every fault, with those that are on marked.
pub fn views(on: &[Fault]) -> Vec<FaultView> {
    let places = Place::ALL.map(Some);
    FaultName::ALL
        .into_iter()
        .flat_map(|name| {
            let at: &[Option<Place>] = if name.has_place() { &places } else { &[None] };
            at.iter().map(move |place| (name, *place))
        })
        .map(|(name, place)| view(name, place, on))
        .collect()
}

fn view(name: FaultName, place: Option<Place>, on: &[Fault]) -> FaultView {
    let found = on.iter().find(|fault| (fault.name(), fault.place()) == (name, place));
    let (family, title, about, amount) = words(name);
    let (id, title) = match place {
        Some(place) => (format!("{name}@{place}"), format!("{title} {}", at(place))),
        None => (name.to_string(), title.to_owned()),
    };
    let unit = name.unit().map(|unit| match unit {
        Unit::Seconds => FaultUnit::Seconds,
        Unit::Milliseconds => FaultUnit::Milliseconds,
    });
    let amount = found.and_then(Fault::value).map_or(amount, u64::from);
    FaultView {
        id,
        family,
        title,
        about: about.into(),
        value: unit.map(|unit| FaultValue { unit, amount }),
        on: found.is_some(),
    }
}

fn at(place: Place) -> &'static str {
    match place {
        Place::Discovery => "at discovery",
        Place::Token => "at the token endpoint",
        Place::Introspection => "at introspection",
        Place::Userinfo => "at userinfo",
    }
}

/// Where it lies, what was done, what follows, and how much of it to begin with.
fn words(name: FaultName) -> (FaultFamily, &'static str, &'static str, u64) {
    use FaultFamily::{Certificate, Instance, Server, World};
    match name {
        FaultName::WrongProject => {
            (World, "The API moved to another project", "Tokens are made out to the old one.", 0)
        }
        FaultName::RoleTaken => {
            (World, "The first account lost its role", "Its role assignment was deleted.", 0)
        }
        FaultName::RoleInactive => (
            World,
            "Its role assignment was deactivated",
            "It is still there, but does not count.",
            0,
        ),
        FaultName::KeyDeleted => {
            (World, "Its key was deleted", "The key file is here, ZITADEL knows it no more.", 0)
        }
        FaultName::KeyExpired => {
            (World, "Its key has expired in ZITADEL", "The key file does not say so.", 0)
        }
        FaultName::UserLocked => {
            (World, "The first account was locked", "It gets no token, and the old ones die.", 0)
        }
        FaultName::UserInactive => (
            World,
            "The first account was deactivated",
            "Likewise, until somebody reactivates it.",
            0,
        ),
        FaultName::ApiInactive => {
            (World, "The API was deactivated", "ZITADEL answers none of its questions.", 0)
        }
        FaultName::ProjectInactive => {
            (World, "The project was deactivated", "And with it the API.", 0)
        }
        FaultName::IssuerName => {
            (Instance, "It calls itself by another name", "Signatures are made out to a name.", 0)
        }
        FaultName::UnknownHost => {
            (Instance, "It does not know its own address", "It answers 404 to everything.", 0)
        }
        FaultName::ClockAhead => {
            (Instance, "Its clock is ahead", "Seen from there, this machine is behind.", 900)
        }
        FaultName::ClockBehind => {
            (Instance, "Its clock is behind", "Signatures come from its future.", 30)
        }
        FaultName::MinimalIntrospection => (
            Instance,
            "Introspection is set to minimal",
            "Roles and claims are left out of the answer.",
            0,
        ),
        FaultName::Lag => (Instance, "Changes show late", "As on a busy server, but longer.", 3000),
        FaultName::Slow => {
            (Server, "Answers come late", "After fifteen seconds nobody waits.", 3000)
        }
        FaultName::Cut => (Server, "Answers are cut off", "The connection ends half way.", 0),
        FaultName::Empty => (Server, "Answers are empty", "200 with nothing in it.", 0),
        FaultName::Html => (Server, "A web page answers", "As a proxy's sign-in page does.", 0),
        FaultName::Http500 => (Server, "Answers are 500", "The server is in trouble.", 0),
        FaultName::Http429 => (Server, "Answers are 429", "Asked too often, it wants a pause.", 0),
        FaultName::TlsSelfSigned => {
            (Certificate, "A certificate that nobody vouches for", "The issuer becomes https.", 0)
        }
        FaultName::TlsName => {
            (Certificate, "A certificate for another name", "The issuer becomes https.", 0)
        }
        FaultName::TlsExpired => {
            (Certificate, "A certificate that has expired", "The issuer becomes https.", 0)
        }
    }
}
