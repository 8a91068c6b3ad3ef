//! Searches: which of a list, in which order, which part of it. What a search asks for that ZITADEL
//! has no query for is refused, never ignored.

use serde_json::{Value, json};

use super::{
    body::Body,
    call::Call,
    status::{Answer, Reply, Status},
    view,
};

/// How a text is compared, in the order of ZITADEL's enumeration.
const METHODS: [&str; 8] = [
    "TEXT_QUERY_METHOD_EQUALS",
    "TEXT_QUERY_METHOD_EQUALS_IGNORE_CASE",
    "TEXT_QUERY_METHOD_STARTS_WITH",
    "TEXT_QUERY_METHOD_STARTS_WITH_IGNORE_CASE",
    "TEXT_QUERY_METHOD_CONTAINS",
    "TEXT_QUERY_METHOD_CONTAINS_IGNORE_CASE",
    "TEXT_QUERY_METHOD_ENDS_WITH",
    "TEXT_QUERY_METHOD_ENDS_WITH_IGNORE_CASE",
];

/// The queries that combine others; only users have them.
const ALL_OF: &str = "andQuery";
const ANY_OF: &str = "orQuery";
const NONE_OF: &str = "notQuery";

/// A kind of search: its request, the message of one query, and the queries that it has.
pub(super) struct Search {
    pub(super) request: &'static str,
    pub(super) message: &'static str,
    pub(super) queries: &'static [&'static str],
}

/// One query, such as `nameQuery`, with its fields.
pub(super) struct Query {
    pub(super) name: &'static str,
    fields: Body,
    /// Of the queries that combine others.
    parts: Vec<Self>,
}

impl Search {
    /// The queries of a request; all of them must match.
    pub(super) fn read(&self, body: &Body) -> Result<Vec<Query>, Status> {
        let queries = body.messages("queries")?;
        let read = queries.iter().enumerate().map(|(index, query)| {
            let place = format!("{}.Queries[{index}]", self.request);
            self.one(query, &place)
        });
        read.collect()
    }

    fn one(&self, query: &Body, place: &str) -> Result<Query, Status> {
        let mut names = self.queries.iter().filter(|name| query.has(name));
        let Some(name) = names.next() else {
            return Err(Status::invalid(format!(
                "invalid {place}: embedded message failed validation | caused by: invalid \
                 {}.Query: value is required",
                self.message
            )));
        };
        if names.next().is_some() {
            let message = format!("proto: oneof {}.query is already set", self.message);
            return Err(Status::invalid(message));
        }
        let fields = query.message(name)?;
        let parts = match *name {
            ALL_OF | ANY_OF => fields.messages("queries")?,
            NONE_OF => vec![fields.message("query")?],
            _ => vec![],
        };
        let parts = parts.iter().map(|part| self.one(part, place)).collect::<Result<_, _>>()?;
        Ok(Query { name, fields, parts })
    }
}

impl Query {
    /// Whether `item` is meant, where `one` knows the queries that combine no others.
    pub(super) fn matches<T>(
        &self,
        item: &T,
        one: &impl Fn(&Self, &T) -> Result<bool, Status>,
    ) -> Result<bool, Status> {
        let part = |part: &Self| part.matches(item, one);
        match self.name {
            ALL_OF => all(&self.parts, part),
            ANY_OF => Ok(!all(&self.parts, |query| Ok(!part(query)?))?),
            NONE_OF => Ok(!all(&self.parts, part)?),
            _ => one(self, item),
        }
    }

    /// Compares by the method that is asked for.
    pub(super) fn compares(&self, field: &str, actual: &str) -> Result<bool, Status> {
        let asked = self.fields.text(field)?;
        let method = self.fields.choice("TextQuery", "method", &METHODS)?;
        let (asked, actual) = if method % 2 == 1 {
            (asked.to_lowercase(), actual.to_lowercase())
        } else {
            (asked, actual.to_owned())
        };
        Ok(match method / 2 {
            0 => actual == asked,
            1 => actual.starts_with(&asked),
            2 => actual.contains(&asked),
            _ => actual.ends_with(&asked),
        })
    }

    /// Compares to the letter, as with ids.
    pub(super) fn is(&self, field: &str, actual: &str) -> Result<bool, Status> {
        Ok(self.fields.text(field)? == actual)
    }

    /// Whether it is one of a list.
    pub(super) fn is_among(&self, field: &str, actual: &str) -> Result<bool, Status> {
        Ok(self.fields.texts(field)?.iter().any(|one| one == actual))
    }

    /// Compares one of an enumeration.
    pub(super) fn chooses(
        &self,
        field: &str,
        names: &[&str],
        actual: usize,
    ) -> Result<bool, Status> {
        Ok(self.fields.choice("Query", field, names)? == actual)
    }
}

/// Whether all queries match.
pub(super) fn all<T>(
    queries: &[T],
    matches: impl Fn(&T) -> Result<bool, Status>,
) -> Result<bool, Status> {
    for query in queries {
        if !matches(query)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Which part of a list is asked for, and in which direction.
pub(super) struct Page {
    offset: usize,
    limit: usize,
    pub(super) ascending: bool,
}

impl Page {
    pub(super) fn read(body: &Body) -> Result<Self, Status> {
        let query = body.message("query")?;
        let number = |kind, field| {
            query.number(kind, field).map(|number| usize::try_from(number).unwrap_or(usize::MAX))
        };
        Ok(Self {
            offset: number("uint64", "offset")?,
            limit: number("uint32", "limit")?,
            ascending: query.flag("asc")?,
        })
    }

    /// The answer of a search: how many there are, as of when, and the part that was asked for.
    pub(super) fn of(&self, call: &Call, found: Vec<Value>) -> Answer {
        let total = u64::try_from(found.len()).unwrap_or(u64::MAX);
        let limit = if self.limit == 0 { usize::MAX } else { self.limit };
        let part: Vec<Value> = found.into_iter().skip(self.offset).take(limit).collect();
        Ok(Reply(json!({
            "details": {
                "totalResult": view::number(total),
                "viewTimestamp": view::date(call.sandbox().now()),
            },
            "result": part,
        })))
    }
}
