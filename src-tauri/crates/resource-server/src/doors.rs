//! Which rule stands at a path and method. The rules are data, so a table is searched instead of
//! routes being built: no workspace can make it panic.

use std::collections::HashMap;

use contract::{Access, Endpoint};
use http::{HeaderValue, Method};

/// All doors of the API.
#[derive(Debug, Default)]
pub(crate) struct Doors {
    by_path: HashMap<String, Place>,
}

/// The doors at one path.
#[derive(Debug)]
struct Place {
    doors: Vec<(Method, Access)>,
    /// The value of `Allow` in a 405.
    allow: HeaderValue,
}

/// What stands at a path and method.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found<'d> {
    Door(&'d Access),
    /// The path has doors for these methods only.
    OtherMethods(&'d HeaderValue),
    Nothing,
}

impl Doors {
    /// Of two doors with the same path and method the first counts. A method that HTTP cannot say
    /// has no door.
    pub(crate) fn new(endpoints: &[Endpoint]) -> Self {
        let mut by_path: HashMap<String, Place> = HashMap::new();
        for endpoint in endpoints {
            let Ok(method) = endpoint.method.parse::<Method>() else { continue };
            let place = by_path
                .entry(endpoint.path.clone())
                .or_insert_with(|| Place { doors: vec![], allow: HeaderValue::from_static("") });
            if place.doors.iter().all(|(known, _)| *known != method) {
                place.doors.push((method, endpoint.access.clone()));
                place.allow = allow(&place.doors);
            }
        }
        Self { by_path }
    }

    /// What stands at `path` for `method`. `HEAD` goes through the door of `GET`.
    pub(crate) fn find(&self, method: &Method, path: &str) -> Found<'_> {
        let Some(place) = self.by_path.get(path) else { return Found::Nothing };
        let at = |wanted: &Method| place.doors.iter().find(|(method, _)| method == wanted);
        let door =
            at(method).or_else(|| (method == Method::HEAD).then(|| at(&Method::GET)).flatten());
        door.map_or(Found::OtherMethods(&place.allow), |(_, access)| Found::Door(access))
    }
}

fn allow(doors: &[(Method, Access)]) -> HeaderValue {
    let mut names: Vec<&str> = Vec::with_capacity(doors.len() + 1);
    for (method, _) in doors {
        names.push(method.as_str());
        if method == Method::GET {
            names.push("HEAD");
        }
    }
    HeaderValue::from_str(&names.join(",")).unwrap_or(HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(method: &str, path: &str, access: Access) -> Endpoint {
        Endpoint { method: method.into(), path: path.into(), access }
    }

    fn any_role(role: &str) -> Access {
        Access::AnyRole { roles: vec![role.into()] }
    }

    #[test]
    fn a_door_is_found_by_exact_path_and_method() {
        let doors = Doors::new(&[
            endpoint("GET", "/notes", Access::ValidToken),
            endpoint("POST", "/notes", any_role("write")),
            endpoint("DELETE", "/notes/1", any_role("admin")),
        ]);
        let get_and_post = HeaderValue::from_static("GET,HEAD,POST");
        let delete = HeaderValue::from_static("DELETE");
        let (write, admin) = (any_role("write"), any_role("admin"));
        let cases = [
            (Method::GET, "/notes", Found::Door(&Access::ValidToken)),
            (Method::HEAD, "/notes", Found::Door(&Access::ValidToken)),
            (Method::POST, "/notes", Found::Door(&write)),
            (Method::PUT, "/notes", Found::OtherMethods(&get_and_post)),
            (Method::OPTIONS, "/notes", Found::OtherMethods(&get_and_post)),
            (Method::DELETE, "/notes/1", Found::Door(&admin)),
            (Method::HEAD, "/notes/1", Found::OtherMethods(&delete)),
            (Method::GET, "/notes/", Found::Nothing),
            (Method::GET, "/Notes", Found::Nothing),
            (Method::GET, "/note%73", Found::Nothing),
            (Method::GET, "/", Found::Nothing),
        ];
        for (method, path, expected) in cases {
            assert_eq!(doors.find(&method, path), expected, "{method} {path}");
        }
    }

    #[test]
    fn odd_rules_do_no_harm() {
        let doors = Doors::new(&[
            endpoint("GET", "/twice", any_role("strict")),
            endpoint("GET", "/twice", Access::Public),
            endpoint("NO METHOD", "/odd", Access::Public),
            endpoint("GET", "/{id}/{*rest}", Access::Public),
        ]);
        assert_eq!(doors.find(&Method::GET, "/twice"), Found::Door(&any_role("strict")));
        assert_eq!(doors.find(&Method::GET, "/odd"), Found::Nothing);
        assert_eq!(doors.find(&Method::GET, "/1/2/3"), Found::Nothing);
    }
}
